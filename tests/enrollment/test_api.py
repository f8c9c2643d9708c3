"""The same way for other systems: rights, scope, refusals as problem+json, each act once."""

import json
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command

from apps.accounts.kinds import Kind
from apps.enrollment.models import Application
from apps.policies.models import Policy
from tests.enrollment.conftest import NOW
from tests.factories import person

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/applications/"
TERMS = {"wanted_from": "2026-03-09", "had_accident": False, "is_listed": False}


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def send(client, path, body=None, method="post", key=None):
    return getattr(client, method)(
        f"{ROOT}{path}",
        json.dumps(body or {}),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def code_of(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_from_a_site_to_a_policy(client, site, pool, owner, seller, underwriter):
    client.force_login(owner)
    made = send(client, "", {"site": site.public_id})
    assert made.status_code == 201
    key = made.json()["id"]
    assert send(client, f"{key}/", TERMS, "patch").json()["wanted_from"] == "2026-03-09"
    quotes = send(client, f"{key}/offer/").json()
    assert client.get(f"{ROOT}{key}/offer/").json() == quotes
    chosen = send(client, f"{key}/quote/", {"quote": quotes[0]["id"]}).json()
    assert chosen["premium"] == quotes[0]["premium"]
    shown = client.get(f"{ROOT}{key}/insurers/").json()
    assert {one["id"] for one in shown} >= {seller.public_id}
    assert send(client, f"{key}/insurers/", {"insurer": seller.public_id}).status_code == 200
    assert send(client, f"{key}/attest/").status_code == 200
    told = send(client, f"{key}/submit/").json()
    assert (told["state"], told["insurer"]) == ("submitted", seller.public_id)

    client.force_login(underwriter)
    (waiting,) = client.get(ROOT, {"state": "submitted"}).json()["results"]
    assert (waiting["number"], waiting["site"]) == (told["number"], None)
    assert waiting["enterprise"] == site.enterprise.name
    issued = send(client, f"{key}/issue/").json()
    assert (issued["state"], issued["policy"]) == ("issued", Policy.objects.get().public_id)


def test_an_act_sent_again_acts_once(client, site, pool, owner):
    client.force_login(owner)
    answers = [send(client, "", {"site": site.public_id}, key="one") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Application.objects.count() == 1
    without = client.post(ROOT, json.dumps({}), content_type="application/json")
    assert without.status_code == 400


@pytest.mark.parametrize(
    ("path", "body", "method", "expected"),
    [
        ("", {"wanted_from": "2026-03-01"}, "patch", (409, "application_refused")),
        ("", {"wanted_from": "2026-02-30"}, "patch", (422, "invalid")),
        ("offer/", {}, "post", (409, "application_refused")),
        ("quote/", {}, "post", (422, "invalid")),
        ("quote/", {"quote": "quo_x"}, "post", (404, "not_found")),
        ("insurers/", {"insurer": "org_x"}, "post", (404, "not_found")),
        ("submit/", {}, "post", (409, "application_refused")),
        ("withdraw/", {}, "post", (422, "invalid")),
        ("issue/", {}, "post", (403, "permission_denied")),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(client, draft, owner, path, body, method, expected):
    client.force_login(owner)
    assert code_of(send(client, f"{draft.public_id}/{path}", body, method)) == expected


def test_a_refusal_names_a_reason_of_the_product(client, submitted, underwriter):
    client.force_login(underwriter)
    path = f"{submitted.public_id}/refuse/"
    reasons = client.get(f"{ROOT}{path}").json()
    assert code_of(send(client, path, {"reason": "cheaper", "note": "x"})) == (404, "not_found")
    told = send(client, path, {"reason": reasons[0]["code"], "note": "现场无此工序"}).json()
    assert (told["state"], told["refusal_reason"]) == ("refused", reasons[0]["code"])
    assert code_of(send(client, f"{submitted.public_id}/issue/"))[0] == 409


@pytest.mark.parametrize("role", ["enterprise_owner", "underwriter"])
def test_others_find_nothing(client, submitted, role):
    kind = Kind.INSURER if role == "underwriter" else Kind.ENTERPRISE
    client.force_login(person(kind, role))
    assert client.get(ROOT, {"state": "all"}).json()["results"] == []
    path = f"{submitted.public_id}/"
    assert client.get(f"{ROOT}{path}").status_code == 404
    act = "issue/" if role == "underwriter" else "withdraw/"
    assert send(client, f"{path}{act}", {"reason": "x"}).status_code == 404


def test_withdrawn_is_withdrawn(client, submitted, owner):
    client.force_login(owner)
    path = f"{submitted.public_id}/withdraw/"
    assert send(client, path, {"reason": "人数有变"}).json()["state"] == "withdrawn"
    assert send(client, path, {"reason": "人数有变"}).status_code == 409
    assert [row["state"] for row in client.get(ROOT).json()["results"]] == ["withdrawn"]
    assert client.get(ROOT, {"state": "open"}).json()["results"] == []


def test_the_schema_knows_every_act(tmp_path):
    target = tmp_path / "schema.yml"
    call_command("spectacular", file=str(target), validate=True, fail_on_warn=True)
    assert "/api/v1/applications/{public_id}/refuse/" in target.read_text()


def test_prices_are_for_the_deductible_that_was_asked(client, site, pool, owner):
    client.force_login(owner)
    key = send(client, "", {"site": site.public_id}).json()["id"]
    send(client, f"{key}/", TERMS, "patch")
    whole = send(client, f"{key}/offer/").json()
    part = send(client, f"{key}/offer/", {"deductible": "2000"}).json()
    assert {quote["deductible"] for quote in part} == {"2000.00"}
    assert Decimal(part[0]["premium"]) < Decimal(whole[0]["premium"])
    refused = send(client, f"{key}/offer/", {"deductible": "1234"})
    assert "没有这一档免赔额" in refused.json()["detail"]


def test_the_page_of_limits_offers_each_deductible(client, site, pool, owner):
    client.force_login(owner)
    key = send(client, "", {"site": site.public_id}).json()["id"]
    send(client, f"{key}/", TERMS, "patch")
    send(client, f"{key}/offer/")
    page = client.get(f"/applications/{key}/limits/")
    form = {"act": page.context["act"], "deductible": "1000.00"}
    assert client.post(f"/applications/{key}/offer/", form).status_code == 302
    shown = client.get(f"/applications/{key}/limits/")
    assert shown.context["look"].deductible == Decimal(1000)
    assert 'aria-pressed="true"' in shown.content.decode()
