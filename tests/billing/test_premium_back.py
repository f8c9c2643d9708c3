"""Paid too much, paid back, written off: what an auditor asks of every movement."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.kinds import Kind
from apps.billing.books import failures
from apps.billing.models import AccountKind, Entry, EntryKind, Posting, Refund, WriteOff
from apps.billing.sealing import seal_all
from apps.billing.selectors import outstanding, overpaid, received, set_aside
from apps.billing.selectors.premium import owed_back, owing, standing_of
from apps.billing.services import (
    RefundRefused,
    WriteOffRefused,
    decide_write_off,
    record_refund,
    write_off,
)
from apps.core.models import AuditEvent, Effect
from apps.core.money import at_least, split
from apps.core.transitions import TransitionRefused
from tests.enrollment.conftest import NOW, TODAY
from tests.factories import UserFactory, person
from tests.money import paid

TEN = Decimal("10.00")


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def broken():
    seal_all()
    return failures()


def refunded(policy, finance, acting, **changes):
    facts = {
        "voucher": "TF-1",
        "payee_name": policy.insured_name,
        "amount": TEN,
        "paid_on": TODAY,
        "reason": "多收",
    }
    with acting(finance):
        return record_refund(policy=policy, today=TODAY, by=finance, **facts | changes)


def test_what_is_more_than_was_owed_is_taken_and_told(issued, finance, owner, acting):
    receipt = paid(issued, finance, acting, amount=issued.premium + TEN)
    with acting(finance):
        issued.refresh_from_db()
        assert (outstanding(issued), overpaid(issued)) == (0, TEN)
        assert received(issued) == issued.premium
        assert set_aside(issued) == at_least(Decimal("0.15"), issued.premium)
        assert issued.cover_from
        assert owed_back(finance) == {issued.pk: TEN}
        assert receipt.entry.lines.get(account=AccountKind.OVERPAID).owner_id == (
            issued.enterprise_id
        )
    told = Effect.objects.get(payload__title="保险费多付了，将退回").payload
    assert owner.pk in told["receivers"]
    assert "10.00 元" in told["text"]
    assert not broken()


def test_a_refund_leaves_the_books_as_if_nothing_had_come_too_much(issued, finance, acting):
    paid(issued, finance, acting, amount=issued.premium + TEN)
    with acting(finance):
        fund = set_aside(issued)
    made = refunded(issued, finance, acting)
    with acting(finance):
        assert (overpaid(issued), received(issued)) == (0, issued.premium)
        assert set_aside(issued) == fund
        stands = standing_of(issued)
    assert stands.due == stands.paid == issued.premium
    assert (made.payee_check, made.entry.kind) == ("matches", EntryKind.OVERPAID_REFUNDED)
    assert AuditEvent.objects.filter(action="premium.refunded").count() == 1
    assert not broken()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"amount": Decimal("10.01")}, "amount", "不能超过待退"),
        ({"amount": Decimal(0)}, "amount", "大于零"),
        ({"paid_on": TODAY + timedelta(days=1)}, "paid_on", "不能晚于今天"),
        ({"paid_on": TODAY - timedelta(days=9)}, "paid_on", "早于"),
        ({"payee_name": "李四"}, "payee_name", "只能退给交费的单位"),
    ],
)
def test_a_refund_is_refused_at_its_field(issued, finance, acting, changes, field, sentence):
    paid(issued, finance, acting, amount=issued.premium + TEN)
    with pytest.raises(RefundRefused, match=sentence) as refused:
        refunded(issued, finance, acting, **changes)
    assert refused.value.field == field
    assert not Refund.objects.exists()


def test_the_same_voucher_pays_back_once_and_never_more_than_is_owed(issued, finance, acting):
    paid(issued, finance, acting, amount=issued.premium + TEN)
    refunded(issued, finance, acting, amount=Decimal("4.00"))
    with pytest.raises(RefundRefused, match="已登记过"):
        refunded(issued, finance, acting, amount=Decimal("4.00"))
    with pytest.raises(RefundRefused, match="不能超过"):
        refunded(issued, finance, acting, amount=Decimal("6.01"), voucher="TF-2")
    refunded(issued, finance, acting, amount=Decimal("6.00"), voucher="TF-2")
    with pytest.raises(RefundRefused, match="没有待退"):
        refunded(issued, finance, acting, voucher="TF-3")


def test_a_person_who_paid_may_get_it_back_and_the_bureaus_hear_of_it(issued, finance, acting):
    bureau = person(Kind.DISTRICT_BUREAU)
    paid(issued, finance, acting, amount=issued.premium + TEN, payer_name="王小明")
    made = refunded(issued, finance, acting, payee_name="王小明")
    assert made.payee_check == "personal"
    assert made.payee_for(bureau) == "王**"
    told = Effect.objects.get(payload__title="保费退给疑似个人账户，请核实").payload
    assert bureau.pk in told["receivers"]
    assert "王小明" not in told["text"]


def short_of(policy, finance, acting, rest):
    paid(policy, finance, acting, amount=policy.premium - Decimal(rest))


def test_a_small_remainder_is_given_up_by_all_insurers_and_the_cover_begins(
    issued, finance, acting
):
    short_of(issued, finance, acting, "9.99")
    with acting(finance):
        assert owing(finance) == {issued.pk: Decimal("9.99")}
        row = write_off(policy=issued, reason="手续费差额", today=TODAY, by=finance)
        issued.refresh_from_db()
        assert (row.state, outstanding(issued)) == (WriteOff.State.POSTED, 0)
        assert issued.cover_from
        stands = standing_of(issued)
    assert stands.due == stands.paid + stands.outstanding + stands.written_off
    vector = dict(issued.shares.values_list("insurer_id", "basis_points"))
    parts = split(
        Decimal("9.99"), {str(key): points for key, points in vector.items()}, key=issued.number
    )
    lines = Posting.objects.filter(entry=row.entry, account=AccountKind.DUE_TO_INSURER)
    assert {str(line.owner_id): line.amount for line in lines} == parts
    assert not broken()


def test_above_the_limit_two_people_decide(issued, finance, acting):
    second = UserFactory(organisation=finance.organisation, role="insurer_finance")
    short_of(issued, finance, acting, "10.01")
    with acting(finance):
        row = write_off(policy=issued, reason="差额", today=TODAY, by=finance)
        assert (row.state, row.entry) == (WriteOff.State.PROPOSED, None)
        with pytest.raises(WriteOffRefused, match="等复核"):
            write_off(policy=issued, reason="差额", today=TODAY, by=finance)
        with pytest.raises(WriteOffRefused, match="不能复核自己"):
            decide_write_off(row=row, agrees=True, today=TODAY, by=finance)
    with acting(second):
        row = decide_write_off(row=row, agrees=True, today=TODAY, by=second)
        assert outstanding(issued) == 0
        with pytest.raises(TransitionRefused):
            decide_write_off(row=row, agrees=True, today=TODAY, by=second)
    assert Entry.objects.filter(kind=EntryKind.WRITE_OFF).count() == 1


def test_money_that_comes_meanwhile_stops_the_second_signature(issued, finance, acting):
    second = UserFactory(organisation=finance.organisation, role="insurer_finance")
    short_of(issued, finance, acting, "12")
    with acting(finance):
        row = write_off(policy=issued, reason="差额", today=TODAY, by=finance)
    paid(issued, finance, acting, amount=Decimal("2.00"), voucher="HD-2")
    with acting(second):
        with pytest.raises(WriteOffRefused, match="与核销金额不符"):
            decide_write_off(row=row, agrees=True, today=TODAY, by=second)
        assert decide_write_off(row=row, agrees=False, today=TODAY, by=second).entry is None


def test_a_large_remainder_is_no_remainder(issued, finance, acting):
    short_of(issued, finance, acting, issued.premium / 2)
    with acting(finance), pytest.raises(WriteOffRefused, match="请催收"):
        write_off(policy=issued, reason="差额", today=TODAY, by=finance)


def test_the_pages_lead_from_too_much_to_paid_back(client, issued, finance, owner, acting):
    paid(issued, finance, acting, amount=issued.premium + TEN)
    client.force_login(finance)
    money = client.get(f"{issued.get_absolute_url()}?tab=money").content.decode()
    assert "多收待退" in money
    assert f"/policies/{issued.public_id}/refunds/new/" in money
    form = client.get(f"/policies/{issued.public_id}/refunds/new/").content.decode()
    given = {
        "act": re.search(r'name="act" value="([^"]+)"', form)[1],
        "payee_name": issued.insured_name,
        "amount": "10.00",
        "paid_on": TODAY.isoformat(),
        "voucher": "tf 1",
        "reason": "多收",
    }
    done = client.post(f"/policies/{issued.public_id}/refunds/new/", given)
    assert "TF1" in client.get(done.url).content.decode()
    client.force_login(owner)
    assert "TF1" in client.get("/refunds/").content.decode()
    money = client.get(f"{issued.get_absolute_url()}?tab=money").content.decode()
    assert "已退" in money


def test_the_second_person_agrees_on_the_page(client, issued, finance, acting):
    second = UserFactory(organisation=finance.organisation, role="insurer_finance")
    short_of(issued, finance, acting, "11")
    client.force_login(finance)
    form = client.get(f"/policies/{issued.public_id}/write-off/").content.decode()
    given = {"act": re.search(r'name="act" value="([^"]+)"', form)[1], "reason": "差额"}
    client.post(f"/policies/{issued.public_id}/write-off/", given)
    client.force_login(second)
    money = client.get(f"{issued.get_absolute_url()}?tab=money").content.decode()
    row = WriteOff.objects.get()
    given = {"act": re.search(r'name="act" value="([^"]+)"', money)[1], "wish": "agree"}
    client.post(f"/write-offs/{row.public_id}/decide/", given)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (WriteOff.State.POSTED, second.actor_key)


def test_other_systems_pay_back_and_write_off_by_the_same_rules(client, issued, finance, acting):
    paid(issued, finance, acting, amount=issued.premium + TEN)
    client.force_login(finance)

    def post(path, key, **body):
        return client.post(
            f"/api/v1/{path}/", body | {"policy": issued.public_id},
            content_type="application/json", headers={"Idempotency-Key": key},
        )  # fmt: skip

    facts = {"voucher": "TF-9", "payee_name": issued.insured_name, "amount": "10.00",
             "paid_on": TODAY.isoformat(), "reason": "多收"}  # fmt: skip
    assert post("refunds", "a", **facts).status_code == 201
    assert post("refunds", "b", **facts | {"voucher": "TF-10"}).status_code == 409
    assert post("write-offs", "c", reason="差额").status_code == 409
    assert client.get("/api/v1/refunds/").json()["results"][0]["voucher"] == "TF-9"
    assert client.get("/api/v1/write-offs/").status_code == 200
