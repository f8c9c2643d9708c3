"""Everybody's desk, the navigation around it, and the search."""

from datetime import date

import pytest

from apps.accounts.models import Invitation
from apps.accounts.roles import ROLES
from apps.accounts.shell import DESK_CARDS, Desk, desk_of
from apps.core.models import Effect
from tests.factories import UserFactory, organisation, person

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_finds_its_desk_with_what_its_role_means(as_, role):
    own = person(min(ROLES[role].kinds), role)

    page = as_(own).get("/home/").content.decode()

    assert str(ROLES[role].sentence) in page
    assert own.name in page


@pytest.mark.parametrize("role", ROLES)
def test_the_navigation_has_at_most_seven_entries(as_, role):
    own = person(min(ROLES[role].kinds), role)

    nav = as_(own).get("/home/").context["nav"]

    assert 1 < len(nav) <= 7
    assert [entry.label for entry in nav if entry.active] == ["工作台"]


def test_what_is_due_first_comes_first():
    todos = [
        {"title": "没有时限"},
        {"title": "后", "due": date(2026, 5, 1)},
        {"title": "先", "due": date(2026, 4, 1)},
    ]
    own = person("insurer")
    DESK_CARDS.append(lambda user, today: Desk(todos=todos))
    try:
        desk = desk_of(own, TODAY)
    finally:
        DESK_CARDS.pop()

    assert [todo["title"] for todo in desk.todos] == ["先", "后", "没有时限"]


def test_lapsed_invitations_are_something_to_do_for_whoever_manages_people(as_):
    admin = person("insurer", "insurer_admin")
    Invitation.objects.create(
        organisation=admin.organisation,
        role="underwriter",
        name="王芳",
        email="w@example.com",
        invited_by=admin,
        expires_at="2026-03-01T00:00:00+08:00",
    )
    colleague = UserFactory(organisation=admin.organisation, role="underwriter")

    assert "您还有 1 件事要办" in as_(admin).get("/home/").content.decode()
    assert "件事要办" not in as_(colleague).get("/home/").content.decode()


def test_parked_effects_are_something_to_do_for_the_system_administrator(as_):
    Effect.objects.create(name="x", actor="user:1", parked_at="2026-03-01T00:00:00+08:00")

    page = as_(person("platform", "system_admin")).get("/home/").content.decode()

    assert "1 件后台事项停住了" in page


def test_whoever_does_not_manage_people_is_told_who_does(as_):
    admin = person("insurer", "insurer_admin")
    colleague = UserFactory(organisation=admin.organisation, role="underwriter")

    assert as_(colleague).get("/home/").context["manager"] == admin
    assert as_(admin).get("/home/").context["manager"] is None


def test_a_search_finds_people_and_institutions_one_may_see_in_groups(as_):
    own = person("insurer", name="佛山人保")
    UserFactory(organisation=own.organisation, name="佛山小王")
    stranger = UserFactory(name="佛山小李")
    organisation("city_bureau", name="佛山市应急管理局")

    groups = as_(own).get("/search/", {"q": "佛山"}).context["groups"]

    found = {str(group.heading): {item["label"] for item in group.items} for group in groups}
    assert found["人员"] == {"佛山小王"}
    assert found["单位"] == {"佛山人保", "佛山市应急管理局"}
    assert stranger.name not in str(found)


@pytest.mark.parametrize(
    ("asked", "words"),
    [("王", "请再多输一个字"), ("没有这个词", "没有找到"), ("", "搜索什么")],
)
def test_a_search_says_why_it_finds_nothing(as_, asked, words):
    page = as_(person("insurer")).get("/search/", {"q": asked}).content.decode()

    assert words in page


@pytest.mark.parametrize("asked", ["\x00王", "a" * 10_000, "%' or 1=1", "王\\"])
def test_a_hostile_search_is_only_a_search(as_, asked):
    assert as_(person("insurer")).get("/search/", {"q": asked}).status_code == 200
