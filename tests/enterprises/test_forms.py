"""The forms behind the buttons of an enterprise and a site."""

from datetime import date

import pytest

from apps.core.idempotency import new_act
from apps.core.models import AuditEvent
from apps.enterprises.models import Enterprise, Grade, RiskFact, Site
from apps.enterprises.services import add_site, share_site
from tests.enterprises.conftest import errors, industry, new_site, post, url
from tests.factories import organisation, person


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("correct", "enterprise"),
        ("site_add", "enterprise"),
        ("verify", "enterprise"),
        ("close", "enterprise"),
        ("restore", "enterprise"),
        ("reveal_contact", "enterprise"),
        ("site_correct", "site"),
        ("site_insurer", "site"),
        ("site_suspend", "site"),
        ("site_resume", "site"),
        ("site_close", "site"),
        ("headcount", "site"),
        ("headcount_correct", "site"),
        ("fact", "site"),
        ("grade", "site"),
        ("share", "site"),
    ],
)
class TestEveryFormPage:
    def test_opens_for_the_keeper(self, registered, site, client_of, name, of):
        row = registered if of == "enterprise" else site

        response = client_of.get(url(name, row.public_id))

        assert response.status_code == 200

    def test_is_not_found_from_another_district(self, registered, site, as_, name, of):
        row = registered if of == "enterprise" else site
        stranger = as_(person("district_bureau", town="大良街道"))

        assert stranger.get(url(name, row.public_id)).status_code == 404
        assert post(stranger, url(name, row.public_id), reason="x").status_code == 404

    def test_is_asked_once_more_when_nothing_was_filled_in(
        self, registered, site, client_of, name, of
    ):
        row = registered if of == "enterprise" else site
        response = post(client_of, url(name, row.public_id))

        assert response.status_code == 422


def test_an_entry_is_put_right(registered, client_of):
    page = client_of.get(url("correct", registered.public_id))
    form = page.context["form"]
    given = {name: form[name].value() or "" for name in form.fields}

    response = post(
        client_of,
        url("correct", registered.public_id),
        **given | {"parent_name": "大锋集团", "reason": "股权变更"},
    )

    assert response.url == registered.get_absolute_url()
    row = Enterprise.objects.get(pk=registered.pk)
    assert (row.parent_name, row.contact_phone) == ("大锋集团", "13800138000")


def test_the_keeper_sees_the_contact_of_a_form_masked(registered, client_of):
    text = client_of.get(url("correct", registered.public_id)).content.decode()

    assert "13800138000" not in text
    assert "现为 138****8000；不改就留空" in text


def test_an_enterprise_is_asked_for_its_contact_only(registered, owner, as_):
    fields = as_(owner).get(url("correct", registered.public_id)).context["form"].fields

    assert {"uscc", "name", "renamed_on"} & set(fields) == set()
    assert "contact_phone" in fields


def test_a_form_somebody_else_overtook_shows_both_and_goes_through_the_second_time(
    registered, site, client_of, owner, as_
):
    address = url("site_correct", site.public_id)
    form = client_of.get(address).context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {"reason": "核查"}
    theirs = as_(owner).get(address).context["form"]
    post(
        as_(owner),
        address,
        name="主厂区",
        address="夏南路10号",
        reason="门牌更新",
        version=theirs["version"].value(),
    )

    refused = post(client_of, address, **given | {"address": "夏南路9号"})

    assert refused.status_code == 422
    assert f"{owner.name}已在 2026-03-02 09:00 改过这项内容" in errors(refused)["__all__"][0]
    text = refused.content.decode()
    assert "现在登记的是：夏南路10号" in text
    assert 'value="夏南路9号"' in text

    again = {name: refused.context["form"][name].value() or "" for name in given}
    text_of_industry = again.pop("industry")[0]
    accepted = post(client_of, address, **again, industry=text_of_industry)

    assert accepted.status_code == 302
    assert Site.objects.get(pk=site.pk).address == "夏南路9号"


def test_the_same_act_twice_is_one_act(site, client_of):
    address = url("headcount", site.public_id)
    form = client_of.get(address).context["form"]
    data = {"act": new_act(), "valid_from": "2026-03-02", "production": 45}
    data["version"] = form["version"].value()

    first, second = client_of.post(address, data), client_of.post(address, data)

    assert (first.status_code, second.status_code) == (302, 302)
    assert AuditEvent.objects.filter(action="headcount.recorded").count() == 1


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"valid_from": "2026-02-30"}, "valid_from", "没有这一天。日期写成 2026-03-02 这样。"),
        ({"valid_from": "2026-03-03"}, "valid_from", "人数从今天或以前的日期起算，不能晚于今天。"),
        ({"production": ""}, "production", "人数合计不能为0；如已停产或关闭，请办理停产或关闭。"),
        ({"production": "四十"}, "production", "请填整数。"),
        ({"production": "-4"}, "production", "人数不能是负数。"),
        (
            {"production": "4200000"},
            "production",
            "人数合计 4,200,000 人，超过单个场所的上限 100,000 人，请核对是否多填了位数。",
        ),
        (
            {"production": "420"},
            "confirmed",
            "上次是 42 人，这次是 420 人，相差很大。如确实无误，请勾选确认。",
        ),
    ],
)
def test_a_wrong_number_is_explained_at_its_field(site, client_of, given, field, sentence):
    address = url("headcount", site.public_id)
    version = client_of.get(address).context["form"]["version"].value()
    data = {"valid_from": "2026-03-02", "production": "42", "version": version} | given

    response = post(client_of, address, **data)

    assert response.status_code == 422
    assert errors(response) == {field: [sentence]}


def test_a_leap_that_is_meant_goes_through(site, client_of):
    address = url("headcount", site.public_id)

    response = post(
        client_of,
        address,
        valid_from="2026-03-02",
        production="420",
        confirmed="on",
        version=client_of.get(address).context["form"]["version"].value(),
    )

    assert response.status_code == 302
    assert Site.objects.get(pk=site.pk).headcount == 420


def test_a_past_number_is_put_right_from_its_own_line(site, client_of):
    address = f"{url('headcount_correct', site.public_id)}?from=2026-03-02"
    form = client_of.get(address).context["form"]
    assert form["production"].value() == 40

    response = post(
        client_of,
        address,
        valid_from="2026-03-02",
        production="41",
        reason="漏计一人",
        version=form["version"].value(),
    )

    assert response.status_code == 302
    assert Site.objects.get(pk=site.pk).headcount == 41


def test_a_site_is_added_and_its_people_are_asked_for_next(registered, owner, as_):
    response = post(
        as_(owner),
        url("site_add", registered.public_id),
        name="三水厂",
        town="440607103",
        address="乐平大道1号",
        industry="3311",
    )

    added = Site.objects.get(name="三水厂")
    assert response.url == url("headcount", added.public_id)


def test_facts_and_grades_are_entered_and_ended(site, client_of):
    facts = {"valid_from": "2026-01-01", "source": "核查"}
    post(client_of, url("fact", site.public_id), tag="special_equipment", quantity=3, **facts)
    post(client_of, url("fact", site.public_id), tag="dust", quantity=3, **facts)
    post(client_of, url("grade", site.public_id), grade="1:3", valid_to="2028-12-31", **facts)

    page = client_of.get(site.get_absolute_url())
    assert "特种设备使用" in page.content.decode()
    assert Grade.objects.get(site=site).valid_to == date(2029, 1, 1)
    ends = {"on": "2026-02-01", "reason": "核查"}
    post(client_of, url("fact_end", site.public_id, "dust"), **ends)
    post(client_of, url("grade_end", site.public_id, 1), **ends)

    assert RiskFact.objects.get(tag__code="dust").quantity is None
    assert RiskFact.objects.get(tag__code="dust").valid_to == date(2026, 2, 1)
    assert Grade.objects.get(site=site).valid_to == date(2026, 2, 1)


def test_a_fact_that_is_not_there_cannot_be_ended(site, client_of):
    assert client_of.get(url("fact_end", site.public_id, "dust")).status_code == 404
    assert client_of.get(url("grade_end", site.public_id, 1)).status_code == 404


def test_states_change_by_form(registered, site, client_of):
    verified = post(client_of, url("verify", registered.public_id), reason="现场核查")
    stopped = post(client_of, url("site_suspend", site.public_id), on="2026-03-02", reason="检修")

    assert (verified.status_code, stopped.status_code) == (302, 302)
    assert Site.objects.get(pk=site.pk).state == "suspended"
    again = post(client_of, url("verify", registered.public_id), reason="再核")
    assert errors(again) == {"__all__": ["“已核实”不能直接变为“已核实”；现在可以：注销。"]}


def test_a_site_is_shared_and_taken_back(site, client_of):
    expert = person("expert_panel", "expert")

    post(client_of, url("share", site.public_id), person=expert.public_id, reason="抽查")
    related = client_of.get(f"{site.get_absolute_url()}?tab=related").content.decode()
    assert expert.name in related

    response = post(client_of, url("unshare", site.public_id, expert.public_id), reason="结束")

    assert response.status_code == 302
    assert client_of.get(url("unshare", site.public_id, expert.public_id)).status_code == 404


def test_a_share_of_another_site_cannot_be_taken_back_here(registered, site, officer, client_of):
    expert = person("expert_panel", "expert")
    other = add_site(enterprise=registered, new=new_site(name="东厂"), by=officer)
    share_site(site=other, person=expert, reason="抽查", by=officer)

    assert client_of.get(url("unshare", site.public_id, expert.public_id)).status_code == 404


def test_an_insurer_is_named_by_form(site, client_of):
    insurer = organisation("insurer", name="甲保险")
    address = url("site_insurer", site.public_id)
    version = client_of.get(address).context["form"]["version"].value()

    response = post(client_of, address, insurer=insurer.public_id, reason="选定", version=version)

    assert response.status_code == 302
    assert Site.objects.get(pk=site.pk).insurer == insurer


def test_a_section_is_too_coarse_an_industry(site, client_of):
    response = post(
        client_of,
        url("site_correct", site.public_id),
        name="主厂区",
        town=site.town.code,
        address="x",
        industry="制造业",
        reason="x",
    )

    assert response.status_code == 422
    assert "industry" in errors(response)
    assert industry("3311") == Site.objects.get(pk=site.pk).industry


def test_the_way_back_leads_an_enterprise_to_its_own_page_and_a_keeper_to_the_list(
    registered, site, owner, client_of, as_
):
    address = url("headcount", site.public_id)

    own, kept = as_(owner).get(address).context, client_of.get(address).context

    assert [crumb["label"] for crumb in own["crumbs"]] == [registered.name, "主厂区"]
    assert [crumb["label"] for crumb in kept["crumbs"]] == [
        "企业名录",
        registered.name,
        "主厂区",
    ]
