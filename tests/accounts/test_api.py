"""The API of accounts and notices."""

import pytest

from apps.messaging.models import Notice
from tests.factories import organisation, person


def test_whoever_asks_learns_who_they_are_and_what_they_may_do(as_):
    own = person("insurer", "underwriter", name="中国人保")

    answer = as_(own).get("/api/v1/me/").json()

    assert answer["id"] == own.public_id
    assert answer["role_name"] == "承保出单员"
    assert answer["organisation"]["name"] == "中国人保"
    assert "view_enterprises" in answer["permissions"]
    assert "manage_people" not in answer["permissions"]
    assert "phone" not in answer


def test_the_institutions_are_listed_and_enterprises_are_not(as_):
    organisation("city_bureau", name="佛山市应急管理局")
    own = person("enterprise", name="锋利五金")

    answer = as_(own).get("/api/v1/organisations/").json()

    assert [one["name"] for one in answer["results"]] == ["佛山市应急管理局"]


def test_the_institutions_are_narrowed_by_kind(as_):
    organisation("city_bureau")
    client = as_(person("broker", name="广东顾问"))

    answer = client.get("/api/v1/organisations/", {"kind": "broker"}).json()

    assert [one["name"] for one in answer["results"]] == ["广东顾问"]


def test_a_wrong_condition_is_refused_as_a_problem(as_):
    response = as_(person("broker")).get("/api/v1/organisations/", {"kind": "x"})

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid"


def test_one_s_own_notices_are_listed_newest_first(as_):
    own, other = person("insurer"), person("insurer")
    for number, receiver in enumerate([own, own, other]):
        Notice.objects.create(receiver=receiver, title=f"第{number}条", once=str(number))

    answer = as_(own).get("/api/v1/notices/").json()

    assert [one["title"] for one in answer["results"]] == ["第1条", "第0条"]


def test_unread_notices_are_asked_for(as_):
    own = person("insurer")
    Notice.objects.create(receiver=own, title="新", once="1")
    Notice.objects.create(receiver=own, title="旧", once="2", read_at="2026-03-01T00:00+08:00")

    answer = as_(own).get("/api/v1/notices/", {"unread": "true"}).json()

    assert [one["title"] for one in answer["results"]] == ["新"]


@pytest.mark.parametrize("path", ["me", "organisations", "notices"])
def test_visitors_are_turned_away_with_a_problem(client, path):
    response = client.get(f"/api/v1/{path}/")

    assert response.status_code in {401, 403}
    assert response["Content-Type"] == "application/problem+json"


def test_the_description_and_its_page_are_for_everybody(client):
    schema = client.get("/api/schema/")
    page = client.get("/api/docs/")

    assert schema.status_code == 200
    assert "/api/v1/me/:" in schema.content.decode()
    assert page.status_code == 200
    assert "script-src" not in page["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in page["Content-Security-Policy"]
    assert "unsafe-inline" not in client.get("/")["Content-Security-Policy"]
