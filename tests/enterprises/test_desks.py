"""What the register puts on desks and into the navigation, for each kind of user."""

from datetime import date

import pytest

from apps.accounts.shell import entries_for
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.shell import own_card, register_card
from tests.enterprises.conftest import TODAY, url
from tests.factories import EnterpriseFactory, SiteFactory, UserFactory, person


def titles(desk):
    return [(todo["title"], todo["url"]) for todo in desk.todos]


def figures(desk):
    return {str(stat["label"]): stat["value"] for stat in desk.stats}


def test_a_keeper_is_told_what_waits(registered, officer, acting):
    SiteFactory(enterprise=registered, headcount=0)
    SiteFactory(enterprise=EnterpriseFactory(), headcount=8)

    with acting(officer):
        desk = register_card(officer, TODAY)

    assert titles(desk) == [
        ("待核实 2 家企业", "/enterprises/?view=unverified"),
        ("1 处场所缺少人数", "/enterprises/?view=uncounted"),
    ]
    assert figures(desk) == {"在册企业": "2", "在产场所": "3", "从业人数": "50"}


def test_a_reader_is_told_figures_only(registered, acting):
    leader = person("district_bureau", "district_leader")

    with acting(leader):
        desk = register_card(leader, TODAY)

    assert titles(desk) == []
    assert figures(desk)["在册企业"] == "1"


def test_a_keeper_with_nothing_to_do_has_no_tasks(registered, officer, acting):
    Enterprise.objects.update(state="verified")

    with acting(officer):
        assert titles(register_card(officer, TODAY)) == []


@pytest.mark.parametrize("kind", ["association", "platform"])
def test_who_sees_no_enterprises_has_no_card(kind, registered, acting):
    user = person(kind)

    with acting(user):
        assert register_card(user, TODAY).stats == []


def test_an_enterprise_is_asked_for_what_its_entry_lacks(registered, site, owner, acting):
    Enterprise.objects.filter(pk=registered.pk).update(contact_name="")
    bare = SiteFactory(enterprise=registered, name="东厂", headcount=0)
    site.headcounts.update(valid_from=date(2025, 3, 1))

    with acting(owner):
        desk = own_card(owner, TODAY)

    assert titles(desk) == [
        ("补填联系人和电话", url("correct", registered.public_id)),
        ("确认“主厂区”的从业人数", url("headcount", site.public_id)),
        ("登记“东厂”的从业人数", url("headcount", bare.public_id)),
    ]
    assert figures(desk) == {"生产场所": "2", "从业人数": "42"}


def test_a_number_of_exactly_twelve_months_ago_is_recent_enough(registered, site, owner, acting):
    site.headcounts.update(valid_from=date(2025, 3, 2))

    with acting(owner):
        assert titles(own_card(owner, TODAY)) == []


def test_nobody_is_asked_about_a_plant_that_stands_still(registered, site, owner, acting):
    site.headcounts.update(valid_from=date(2024, 1, 1))
    Site.objects.filter(pk=site.pk).update(state="suspended", closed_on=TODAY)

    with acting(owner):
        assert titles(own_card(owner, TODAY)) == []


def test_an_account_without_an_entry_has_an_empty_desk(acting):
    stray = person("enterprise")

    with acting(stray):
        assert own_card(stray, TODAY).todos == []


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("enterprise", ["我的企业"]),
        ("district_bureau", ["企业名录"]),
        ("insurer", ["企业名录"]),
        ("expert_panel", ["企业名录"]),
        ("association", []),
        ("platform", []),
    ],
)
def test_the_navigation_leads_to_many_or_to_ones_own(kind, label):
    entries = [entry for entry in entries_for(person(kind)) if entry.route == "enterprises:list"]

    assert [str(entry.label) for entry in entries] == label


def test_the_desk_page_shows_the_cards(registered, client_of, owner, as_):
    assert "待核实 1 家企业" in client_of.get("/home/").content.decode()
    assert (
        "生产场所"
        in as_(UserFactory(organisation=owner.organisation)).get("/home/").content.decode()
    )
