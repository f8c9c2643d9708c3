"""Receipts and the ledger over the API: once per key, and only what one may see."""

import pytest
import time_machine

from apps.accounts.kinds import Kind
from apps.billing.models import Receipt
from tests.enrollment.conftest import NOW, TODAY
from tests.factories import UserFactory, person
from tests.money import paid

JSON = "application/json"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def body(policy, **changes):
    return {
        "policy": policy.public_id,
        "voucher": "HD-9",
        "payer_name": policy.insured_name,
        "amount": str(policy.premium),
        "received_on": TODAY.isoformat(),
        **changes,
    }


def post(client, given, key="k-1"):
    return client.post(
        "/api/v1/receipts/", given, content_type=JSON, headers={"Idempotency-Key": key}
    )


def test_a_receipt_starts_the_cover_once(client, issued, finance):
    client.force_login(finance)
    first, again = post(client, body(issued)), post(client, body(issued))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["cover_from"] == "2026-03-09"
    assert Receipt.objects.count() == 1
    told = client.get(f"/api/v1/receipts/{first.json()['id']}/").json()
    assert (told["payer_check"], told["amount"]) == ("matches", str(issued.premium))


def test_without_a_key_nothing_is_written(client, issued, finance):
    client.force_login(finance)
    response = client.post("/api/v1/receipts/", body(issued), content_type=JSON)
    assert response.status_code == 400
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"amount": "-1"}, 422, "amount"),
        ({"amount": "1e9"}, 409, "amount"),
        ({"received_on": "2026-03-03"}, 409, "received_on"),
        ({"voucher": ""}, 422, "voucher"),
    ],
)
def test_a_refusal_names_its_field(client, issued, finance, changes, status, field):
    client.force_login(finance)
    answer = post(client, body(issued, **changes))
    assert (answer.status_code, field in answer.json()["errors"]) == (status, True)
    assert not Receipt.objects.exists()


def test_another_insurer_cannot_record_it(client, issued, insurers):
    client.force_login(UserFactory(organisation=insurers[0], role="insurer_finance"))
    assert post(client, body(issued)).status_code == 404


def test_the_ledger_is_read_line_by_line(client, issued, finance, acting):
    receipt = paid(issued, finance, acting)
    client.force_login(person(Kind.BROKER))
    entries = client.get("/api/v1/ledger/entries/").json()["results"]
    assert [entry["kind"] for entry in entries] == [
        "prevention_accrual",
        "premium_received",
        "premium_due",
    ]
    one = client.get(f"/api/v1/ledger/entries/{receipt.entry.public_id}/").json()
    assert [line["account"] for line in one["lines"]] == ["cash", "receivable"]
    assert one["lines"][0]["debit"] == str(issued.premium)


def test_strangers_see_no_money(client, issued, finance, acting):
    receipt = paid(issued, finance, acting)
    client.force_login(person(Kind.INSURER))
    for url in ("receipts/", "ledger/entries/"):
        assert client.get(f"/api/v1/{url}").json()["results"] == []
    assert client.get(f"/api/v1/receipts/{receipt.public_id}/").status_code == 404
    assert client.get(f"/api/v1/ledger/entries/{receipt.entry.public_id}/").status_code == 404
