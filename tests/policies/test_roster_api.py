"""Another system puts a whole factory on its policy in one call: everybody or nobody."""

import json

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.kinds import Kind
from apps.policies.roster.models import InsuredPerson
from tests.enrollment.conftest import NOW
from tests.factories import UserFactory, person
from tests.policies.people import id_number


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def told(number, **changes):
    return {
        "name": "张三",
        "document_number": id_number(number),
        "employment": "production",
    } | changes


def post(client, policy, people, key="1"):
    return client.post(
        f"/api/v1/policies/{policy.public_id}/people/",
        json.dumps({"people": people}),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_many_people_take_as_many_queries_as_few(client, issued, owner):
    client.force_login(owner)
    post(client, issued, [told(900)], key="warm")
    counts = []
    for key, people in (("2", [told(1)]), ("3", [told(number) for number in range(10, 40)])):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = post(client, issued, people, key=key)
        assert answer.status_code == 201
        assert answer.json()["added"] == len(people)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert InsuredPerson.objects.count() == 32


def test_asking_again_with_the_same_key_adds_nobody(client, issued, owner):
    client.force_login(owner)
    answers = [post(client, issued, [told(1)]).json() for _again in range(2)]
    assert answers[0] == answers[1]
    assert InsuredPerson.objects.count() == 1


def test_one_bad_person_keeps_everybody_out_and_is_told_by_place(client, issued, owner):
    client.force_login(owner)
    answer = post(client, issued, [told(1), told(2, employment="?"), told(1)])
    assert answer.status_code == 422
    faults = answer.json()["errors"]["people"]
    assert sorted(faults) == ["1", "2"]
    assert id_number(1) not in answer.content.decode()
    assert not InsuredPerson.objects.exists()


def test_numbers_are_masked_and_names_are_for_the_enterprise_and_its_insurer(
    client, issued, owner, insurers
):
    client.force_login(owner)
    post(client, issued, [told(1)])
    url = f"/api/v1/policies/{issued.public_id}/people/"
    (row,) = client.get(url).json()["results"]
    assert row["name"] == "张三"
    assert row["document_number"].count("*") == 11
    client.force_login(person(Kind.CITY_BUREAU, "city_officer"))
    assert client.get(url).json()["results"][0]["name"] == "张*"
    partner = UserFactory(organisation=insurers[0], role="underwriter")
    for reader, status in ((partner, 404), (person(Kind.BROKER, "broker_admin"), 403)):
        client.force_login(reader)
        answer = client.get(url)
        assert answer.status_code == status
        assert "张" not in answer.content.decode()
