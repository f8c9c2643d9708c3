"""Places of production: entered, put right, moved, stopped and closed by those who may."""

from datetime import date

import pytest

from apps.accounts.models import Organisation
from apps.core.models import AuditEvent
from apps.core.transitions import TransitionRefused
from apps.enterprises.errors import ChangedMeanwhile, SiteRefused
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.selectors.versions import SITE, version_of
from apps.enterprises.services import (
    add_site,
    assign_insurer,
    close_site,
    correct_site,
    record_fact,
    resume_site,
    suspend_site,
)
from apps.reference.models import ActivityTag
from tests.enterprises.conftest import TODAY, industry, new_site, town
from tests.factories import organisation, person

FEBRUARY = date(2026, 2, 1)


def correct(site, by, **facts):
    row = Site.objects.select_related("town", "industry").get(pk=site.pk)
    names = ("name", "town", "address", "industry", "opened_on")
    given = {name: getattr(row, name) for name in names} | {"reason": "现场核查"}
    return correct_site(site=row, by=by, **given | facts)


@pytest.fixture
def shunde():
    return person("district_bureau", town="大良街道", name="佛山市顺德区应急管理局")


def test_an_enterprise_adds_a_plant_anywhere_in_the_city(registered, owner, shunde, acting):
    with acting(owner):
        added = add_site(
            enterprise=registered, new=new_site(name="顺德厂", town=town("大良街道")), by=owner
        )

    assert list(Site.objects.visible_to(shunde)) == [added]
    assert list(Enterprise.objects.visible_to(shunde)) == [registered]


def test_a_bureau_adds_no_plant_elsewhere(registered, officer, shunde, acting):
    with acting(officer), pytest.raises(SiteRefused, match="请联系佛山市顺德区应急管理局登记"):
        add_site(enterprise=registered, new=new_site(town=town("大良街道")), by=officer)


def test_a_closed_enterprise_gets_no_new_plant(registered, officer, acting):
    Enterprise.objects.filter(pk=registered.pk).update(state="closed")
    registered.refresh_from_db()

    with acting(officer), pytest.raises(SiteRefused, match="企业已注销"):
        add_site(enterprise=registered, new=new_site(), by=officer)


def test_a_new_industry_brings_its_sector(site, officer, acting):
    with acting(officer):
        row = correct(site, officer, industry=industry("8111"))

    assert row.sector.code == "transport"
    event = AuditEvent.objects.get(action="site.corrected")
    assert event.changes == {"industry": ["3311 金属结构制造", "8111 汽车修理与维护"]}
    assert event.reason == "现场核查"


def test_another_sector_means_other_eyes(site, officer, acting):
    housing = person("city_department", sector="housing")
    assert not Site.objects.visible_to(housing).exists()

    with acting(officer):
        correct(site, officer, industry=industry("4710"))

    assert list(Site.objects.visible_to(housing)) == [site]


def test_within_its_district_a_bureau_moves_a_plant(registered, site, officer, acting):
    with acting(officer):
        correct(site, officer, town=town("狮山镇"))

    site.refresh_from_db()
    assert (site.town.name, site.district.name) == ("狮山镇", "南海区")
    assert Organisation.objects.get(pk=registered.pk).town.name == "狮山镇"


def test_another_district_is_the_citys_business(site, officer, city, shunde, acting):
    with acting(officer), pytest.raises(SiteRefused) as refused:
        correct(site, officer, town=town("大良街道"))

    assert refused.value.field == "town"
    assert str(refused.value) == (
        "跨区迁移会改变管辖，由市局办理，请联系佛山市应急管理局（0757-83320000）。"
    )


def test_a_move_takes_the_plant_from_one_bureau_to_the_other(
    registered, site, officer, city, shunde, acting
):
    with acting(city):
        correct(site, city, town=town("大良街道"), reason="搬迁")

    assert not Site.objects.visible_to(officer).exists()
    assert list(Site.objects.visible_to(shunde)) == [site]
    assert list(Organisation.objects.visible_to(shunde).filter(kind="enterprise")) == [
        registered.organisation
    ]
    with acting(officer):
        told = AuditEvent.objects.filter(action__startswith="site.m").values_list("action")
        assert list(told) == [("site.moved",)]
    with acting(shunde):
        told = AuditEvent.objects.filter(action__startswith="site.").values_list("action")
        assert list(told) == [("site.corrected",)]


def test_a_town_office_moves_nothing_out_of_its_town(site, officer, acting):
    clerk = person("town_office", town="桂城街道")

    with acting(clerk), pytest.raises(SiteRefused, match="迁往其他镇街由区局办理"):
        correct(site, clerk, town=town("狮山镇"))


@pytest.mark.parametrize("change", ["industry", "town"])
def test_an_enterprise_does_not_choose_its_duty_or_its_bureau(site, owner, officer, acting, change):
    facts = {"industry": industry("6820")} if change == "industry" else {"town": town("狮山镇")}

    with acting(owner), pytest.raises(SiteRefused, match="佛山市南海区应急管理局") as refused:
        correct(site, owner, **facts)

    assert refused.value.field == change


def test_an_enterprise_puts_its_own_address_right(site, owner, acting):
    with acting(owner):
        row = correct(site, owner, address="夏南路10号")

    assert row.address == "夏南路10号"


def test_what_changed_meanwhile_is_not_overwritten(site, owner, officer, acting):
    seen = version_of(Site.objects.get(pk=site.pk), SITE)
    with acting(owner):
        correct(site, owner, address="夏南路10号")

    with acting(officer), pytest.raises(ChangedMeanwhile, match=owner.name):
        correct(site, officer, name="东厂", version=seen)


def test_a_headcount_reported_meanwhile_disturbs_nobody(site, owner, officer, acting):
    seen = version_of(Site.objects.get(pk=site.pk), SITE)
    Site.objects.filter(pk=site.pk).update(headcount=50)

    with acting(officer):
        row = correct(site, officer, name="东厂", version=seen)

    assert row.name == "东厂"


def test_the_insurer_named_sees_the_site_and_the_one_before_no_longer(site, officer, acting):
    first, second = person("insurer", name="甲保险"), person("insurer", name="乙保险")

    with acting(officer):
        assign_insurer(site=site, insurer=first.organisation, reason="选定", by=officer)
        assign_insurer(site=site, insurer=second.organisation, reason="换约", by=officer)

    assert not Site.objects.visible_to(first).exists()
    assert list(Site.objects.visible_to(second)) == [site]
    with acting(first):
        told = AuditEvent.objects.order_by("id").values_list("action", "changes__insurer")
        assert list(told) == [
            ("site.insurer_assigned", ["", "甲保险"]),
            ("site.insurer_left", ["甲保险", "乙保险"]),
        ]


def test_a_town_office_names_no_insurer(site, acting):
    clerk = person("town_office", town="桂城街道")
    insurer = organisation("insurer")

    with acting(clerk), pytest.raises(SiteRefused, match="由市、区应急管理局指定"):
        assign_insurer(site=site, insurer=insurer, reason="选定", by=clerk)


def test_only_an_insurer_can_be_named(site, officer, acting):
    with acting(officer), pytest.raises(SiteRefused, match="请选择启用中的承保机构"):
        assign_insurer(site=site, insurer=officer.organisation, reason="选定", by=officer)


def test_a_site_stops_and_starts_again(site, owner, acting):
    with acting(owner):
        suspend_site(site=site, on=FEBRUARY, reason="订单不足", by=owner)
        stopped = Site.objects.get(pk=site.pk)
        with pytest.raises(SiteRefused, match="复产日期须晚于停产日期 2026-02-01"):
            resume_site(site=site, on=FEBRUARY, reason="复产", by=owner)
        resume_site(site=site, on=TODAY, reason="复产", by=owner)

    site.refresh_from_db()
    assert (stopped.state, stopped.closed_on, stopped.headcount) == ("suspended", FEBRUARY, 42)
    assert (site.state, site.closed_on) == ("operating", None)


def test_closing_is_checked_by_the_register(site, owner, acting):
    with acting(owner), pytest.raises(SiteRefused, match="暂时不生产请办“停产”"):
        close_site(site=site, on=TODAY, reason="关闭", by=owner)


def test_what_holds_at_a_site_ends_when_it_closes(site, officer, acting):
    site.headcounts.update(valid_from=date(2025, 1, 1))
    dust = ActivityTag.objects.get(code="dust")
    with acting(officer):
        record_fact(site=site, tag=dust, valid_from=date(2025, 1, 1), source="核查", by=officer)
        close_site(site=site, on=FEBRUARY, reason="搬走", by=officer)
        with pytest.raises(TransitionRefused, match="是最终状态"):
            resume_site(site=site, on=TODAY, reason="重开", by=officer)

    site.refresh_from_db()
    assert (site.state, site.headcount) == ("closed", 0)
    assert site.headcounts.get().valid_to == FEBRUARY
    assert site.facts.get().valid_to == FEBRUARY


def test_a_site_does_not_close_before_its_last_count(site, officer, acting):
    with acting(officer), pytest.raises(SiteRefused, match="2026-03-02 还登记过人数"):
        close_site(site=site, on=FEBRUARY, reason="搬走", by=officer)


@pytest.mark.parametrize("act", [suspend_site, close_site])
def test_nothing_happens_in_the_future(site, officer, acting, act):
    with acting(officer), pytest.raises(SiteRefused, match="日期不能晚于今天"):
        act(site=site, on=date(2026, 3, 3), reason="计划", by=officer)
