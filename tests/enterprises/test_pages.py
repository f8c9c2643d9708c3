"""The pages of an enterprise and a site: what they cost, what they tell of the past, to whom."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.models import AuditEvent
from apps.enterprises.models import Enterprise, Grade, RiskFact
from apps.enterprises.services import record_fact, record_grade
from apps.reference.models import ActivityTag
from tests.enterprises.conftest import TODAY, url
from tests.factories import HeadcountFactory, SiteFactory, organisation, person

TABS = ["summary", "related", "process", "files", "history"]


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_an_enterprise_costs_the_same_with_one_plant_and_with_fifty(registered, client_of):
    pages = [f"{registered.get_absolute_url()}?tab={tab}" for tab in TABS]
    pages.append(f"{pages[-1]}&on=2026-12-31")
    SiteFactory(enterprise=registered)
    one = [queries(client_of, page) for page in pages]

    dust, insurer = ActivityTag.objects.get(code="dust"), organisation("insurer")
    for _number in range(48):
        site = SiteFactory(enterprise=registered, insurer=insurer)
        HeadcountFactory(site=site)
        RiskFact.objects.create(site=site, tag=dust, valid_from=TODAY, source="x")

    assert [queries(client_of, page) for page in pages] == one
    assert max(one) <= 25


def test_a_site_costs_the_same_with_one_fact_and_with_fifty(registered, site, client_of):
    pages = [f"{site.get_absolute_url()}?tab={tab}" for tab in TABS]
    pages.append(f"{pages[-1]}&on=2026-12-31")
    dust = ActivityTag.objects.get(code="dust")
    one = [queries(client_of, page) for page in pages]

    for year in range(1950, 2000):
        period = {"valid_from": date(year, 1, 1), "valid_to": date(year + 1, 1, 1), "source": "x"}
        RiskFact.objects.create(site=site, tag=dust, **period)
        Grade.objects.create(site=site, kind=1, value="3", **period)
        HeadcountFactory(site=site, production=5, **period)
        SiteFactory(enterprise=registered)

    assert [queries(client_of, page) for page in pages] == one
    assert max(one) <= 25


def test_since_when_and_by_whom_is_told_by_the_act(registered, client_of):
    page = client_of.get(f"{registered.get_absolute_url()}?tab=process").context

    assert page["status"]["since"] == TODAY
    current = next(state for state in page["states"] if state["status"] == "current")
    assert (current["label"], current["by"]) == ("已登记", "佛山市南海区应急管理局")


def test_a_plant_that_stands_still_does_so_since_its_own_day(site, client_of):
    type(site).objects.filter(pk=site.pk).update(state="suspended", closed_on="2026-01-05")

    page = client_of.get(site.get_absolute_url()).context

    assert page["status"]["since"] == date(2026, 1, 5)


def test_an_unknown_tab_is_the_first_one(registered, client_of):
    assert client_of.get(f"{registered.get_absolute_url()}?tab=x").context["tab"] == "summary"


def derived_of(row):
    return getattr(row, "derived", ())


def version_at(row, moment, **changes):
    """A version as the triggers would have kept it on that day."""
    kept = [field for field in row._meta.concrete_fields if field.name not in derived_of(row)]
    fields = {field.attname: getattr(row, field.attname) for field in kept}
    with time_machine.travel(moment):
        row.versions.model.objects.create(**fields | changes, pgh_label="update", pgh_obj=row)


def test_any_past_day_can_be_asked(registered, site, client_of):
    version_at(registered, "2001-05-10T23:59:59+08:00", name="旧名厂", contact_phone="")
    version_at(site, "2001-05-10T23:59:59+08:00", name="老厂区")
    HeadcountFactory(
        site=site, production=7, valid_from=date(2001, 5, 1), valid_to=date(2001, 5, 11)
    )

    def told(day):
        page = client_of.get(f"{registered.get_absolute_url()}?tab=history&on={day}").context
        sites = [
            (entry.version.name, entry.headcount and entry.headcount.total)
            for entry in page["sites_then"]
        ]
        return page["then"] and page["then"].name, sites

    assert told("2001-05-09") == (None, [])
    assert told("2001-05-10") == ("旧名厂", [("老厂区", 7)])
    assert told("2001-05-11") == ("旧名厂", [("老厂区", None)])


@pytest.mark.parametrize(
    ("asked", "day"), [("", None), ("gestern", None), ("2026-02-30", None), ("2031-01-01", TODAY)]
)
def test_a_day_that_is_none_is_not_looked_at(registered, client_of, asked, day):
    page = client_of.get(f"{registered.get_absolute_url()}?tab=history&on={asked}")

    assert page.context["day"] == day


class TestAContact:
    def test_is_shown_for_a_reason_that_is_on_record(self, registered, client_of):
        address = url("reveal_contact", registered.public_id)

        shown = client_of.post(address, {"reason": "预约上门服务"})
        masked = client_of.get(address)

        assert "13800138000" in shown.content.decode()
        assert "13800138000" not in masked.content.decode()
        event = AuditEvent.objects.get(action="contact.revealed")
        assert (event.reason, event.target_name) == ("预约上门服务", registered.name)

    def test_comes_as_a_fragment_for_htmx(self, registered, client_of):
        shown = client_of.post(
            url("reveal_contact", registered.public_id),
            {"reason": "核实"},
            headers={"HX-Request": "true"},
        ).content.decode()

        assert "<html" not in shown
        assert "13800138000" in shown

    def test_is_not_shown_without_a_reason(self, registered, client_of):
        response = client_of.post(url("reveal_contact", registered.public_id), {"reason": " "})

        assert response.status_code == 422
        assert "13800138000" not in response.content.decode()

    @pytest.mark.parametrize("kind", ["broker", "city_finance"])
    def test_is_masked_for_good_to_those_who_need_no_personal_data(self, registered, as_, kind):
        client = as_(person(kind))

        page = client.get(registered.get_absolute_url()).content.decode()
        response = client.post(url("reveal_contact", registered.public_id), {"reason": "想看"})

        assert "梁**" in page
        assert url("reveal_contact", registered.public_id) not in page
        assert response.status_code == 403


def test_the_industry_picker_offers_what_people_mean(client_of):
    text = client_of.get(url("industries"), {"industry": "五金"}).content.decode()

    assert "33 金属制品业" in text
    assert 'type="radio"' in text


def test_hints_name_what_the_industry_often_has(site, officer, acting, client_of):
    assert client_of.get(site.get_absolute_url()).context["hints"] == ["粉尘涉爆"]
    with acting(officer):
        dust = ActivityTag.objects.get(code="dust")
        record_fact(site=site, tag=dust, valid_from=TODAY, source="核查", by=officer)

    assert client_of.get(site.get_absolute_url()).context["hints"] == []


def test_buttons_are_shown_to_those_who_may_press_them(registered, site, owner, as_, officer):
    record_grade(site=site, kind=1, value="3", valid_from=TODAY, source="x", by=officer)

    own = as_(owner).get(site.get_absolute_url()).content.decode()
    kept = as_(officer).get(site.get_absolute_url()).content.decode()
    read = as_(person("broker")).get(site.get_absolute_url()).content.decode()

    shown = {
        who: {
            name
            for name in ("headcount", "grade", "site_insurer", "site_close", "share")
            if url(name, site.public_id) in text
        }
        for who, text in (("own", own), ("kept", kept), ("read", read))
    }
    assert shown == {
        "own": {"headcount"},
        "kept": {"headcount", "grade", "site_insurer", "site_close", "share"},
        "read": set(),
    }


def test_a_plant_of_a_closed_enterprise_is_pointed_out(registered, client_of):
    Enterprise.objects.filter(pk=registered.pk).update(state="verified")
    Enterprise.objects.filter(pk=registered.pk).update(state="closed")

    assert (
        "企业已注销，但还有场所没有关闭"
        in client_of.get(registered.get_absolute_url()).content.decode()
    )
