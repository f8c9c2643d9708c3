"""The rules of the programme, for whoever is signed in."""

import pytest

from apps.accounts.rights import RIGHTS
from apps.accounts.roles import ROLES, Permission
from tests.factories import person


@pytest.fixture
def client(as_):
    return as_(person("insurer"))


def shown(client, url, **asked):
    response = client.get(f"/rules/{url}", asked)
    assert response.status_code == 200
    return response.content.decode()


def test_every_door_of_the_rules_opens(client):
    doors = "", "parameters", "working-days", "industries", "categories", "districts"
    for door in (*doors, "articles", "tables", "roles"):
        shown(client, f"{door}/" if door else "")


def test_a_parameter_is_shown_as_it_stood_on_the_day_asked_for_with_its_source(client):
    then = shown(client, "parameters/", day="2019-06-01")
    now = shown(client, "parameters/")

    assert "佛府办〔2018〕2号" in then
    assert then != now


def test_a_deadline_is_counted_in_working_days(client):
    page = shown(client, "working-days/", start="2026-03-02", count="5")

    assert "2026-03-09" in page


def test_a_year_without_a_calendar_is_refused_with_a_sentence(client):
    page = shown(client, "working-days/", start="2031-01-02", count="5")

    assert "2031 年的法定工作日年历尚未录入" in page


def test_an_industry_is_found_by_what_people_call_it(client):
    assert "331" in shown(client, "industries/", q="五金")
    assert "没有找到这样的行业" in shown(client, "industries/", q="不存在的行业")


def test_the_classification_is_walked_down_by_code(client):
    assert "3311" in shown(client, "industries/", code="331")


def test_all_five_districts_are_there(client):
    page = shown(client, "districts/")

    assert all(name in page for name in ("禅城区", "南海区", "顺德区", "高明区", "三水区"))


def test_the_page_of_roles_says_every_sentence_and_marks_one_s_own(client):
    page = shown(client, "roles/")

    assert all(str(spec.sentence) in page for spec in ROLES.values())
    assert page.count("您的角色") == 1


def test_every_right_has_a_name_for_people():
    assert {right.value for right in Permission} - set(RIGHTS) == set()
