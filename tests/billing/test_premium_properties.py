"""Any sequence of due, received, returned, refunded and written off, in pure arithmetic."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.billing.bank.rules import Candidate, Payment, numbers_in, problems, proposals
from apps.billing.bank.table import read_amount, read_day
from apps.billing.dunning.rules import age_of, due_on, stage_on
from apps.billing.rules import (
    overpaid_refunded,
    premium_due,
    premium_received,
    premium_returned,
    prevention_accrual,
    written_off,
)
from apps.core.money import at_least

pytestmark = pytest.mark.no_database
MANY = settings(max_examples=1_000, deadline=None)
NOTHING, FLOOR = Decimal("0.00"), Decimal("0.15")
AMOUNTS = st.decimals("0.01", "9999999.99", places=2)
VECTORS = st.dictionaries(
    st.integers(1, 99).map(str), st.integers(1, 9_999), min_size=1, max_size=7
)
ACTS = st.lists(
    st.tuples(st.sampled_from(["receive", "give_back", "refund", "write_off", "charge"]), AMOUNTS),
    max_size=12,
)
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


class Books:
    """The lines of one policy, and what each movement may be at most."""

    def __init__(self, vector):
        self.vector, self.lines, self.fund = vector, [], NOTHING
        self.due = self.received = self.refunded = self.written_off = NOTHING

    def balance(self, account):
        return sum((line.amount for line in self.lines if line.account == account), NOTHING)

    def enter(self, lines):
        assert sum(line.amount for line in lines) == 0
        self.lines += lines

    def act(self, what, amount):
        owed, over = self.balance("receivable"), -self.balance("overpaid")
        shared = {"shares": self.vector, "enterprise": "e", "key": "AZ-1"}
        if what == "charge":
            self.enter(premium_due(amount, **shared))
            self.due += amount
        elif what == "receive":
            self.enter(premium_received(amount, enterprise="e", insurer="k", owed=owed))
            self.received += amount
        elif what == "give_back" and (amount := min(amount, self.due - self.written_off)) > 0:
            self.enter(premium_returned(amount, owed, **shared))
            self.due -= amount
        elif what == "refund" and (amount := min(amount, over)) > 0:
            self.enter(overpaid_refunded(amount, enterprise="e", insurer="k"))
            self.refunded += amount
        elif what == "write_off" and (amount := min(amount, owed)) > 0:
            self.enter(written_off(amount, **shared))
            self.written_off += amount
        self.set_aside()

    def set_aside(self):
        """As after every movement of cash: the fund follows what was really received."""
        lines = prevention_accrual(FLOOR, self.net, self.fund, insurer="k")
        self.fund -= sum(line.amount for line in lines if line.account == "prevention_fund")

    @property
    def net(self):
        return self.balance("cash") + self.balance("overpaid")


@MANY
@given(premium=AMOUNTS, vector=VECTORS, acts=ACTS)
def test_whatever_happens_due_is_paid_and_outstanding_and_written_off(premium, vector, acts):
    books = Books(vector)
    books.act("charge", premium)
    for what, amount in acts:
        books.act(what, amount)
        owed, over = books.balance("receivable"), -books.balance("overpaid")
        paid = books.received - books.refunded - over
        assert books.due == paid + owed + books.written_off
        assert min(owed, over) >= 0
        assert paid == books.net
        assert sum(line.amount for line in books.lines) == 0
        assert -books.balance("due_to_insurer") == books.due - books.written_off
        assert books.fund == at_least(FLOOR, paid)


@MANY
@given(amount=AMOUNTS, owed=st.one_of(st.just(NOTHING), AMOUNTS))
def test_no_receipt_pays_more_than_was_owed(amount, owed):
    lines = premium_received(amount, enterprise="e", insurer="k", owed=owed)
    told = {line.account: line.amount for line in lines}
    assert told["cash"] == amount
    assert -told.get("receivable", NOTHING) == min(amount, owed)
    assert -told.get("overpaid", NOTHING) == max(amount - owed, NOTHING)


@MANY
@given(
    owed=st.lists(AMOUNTS, min_size=1, max_size=6),
    amount=AMOUNTS,
    named=st.integers(0, 5),
    payer=st.sampled_from(["甲厂", "乙厂", "王小明"]),
    day=DAYS,
)
def test_a_sure_match_has_the_exact_amount_and_no_rival(owed, amount, named, payer, day):
    rows = [
        Candidate(at, f"AZ-NH-2026-{at:06d}", frozenset({"甲厂" if at % 2 else "乙厂"}), sum_, day)
        for at, sum_ in enumerate(owed)
    ]
    payment = Payment(payer, amount, day, f"付 az nh 2026 {named:06d} 保费")
    found = proposals(payment, rows)
    assert found == proposals(payment, rows[::-1])
    best = next((one for one in rows if found and one.policy == found[0].policy), None)
    if not problems(payment, found, best, today=day, open_from=None):
        assert best.owed == amount
        assert payer in best.names
        assert all(other.score < found[0].score for other in found[1:])
    elif best is not None and best.owed != amount:
        told = problems(payment, found, best, today=day, open_from=None)
        assert {"more", "less"} & set(told)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AZ-NH-2026-000123", {"AZ-NH-2026-000123"}),
        ("保单ａｚｎｈ２０２６０００１２３ 保费", {"AZ-NH-2026-000123"}),
        ("AZ-NH-2026-0001234", set()),
        ("电费", set()),
    ],
)
def test_a_policy_number_is_found_however_it_is_written(text, found):
    assert numbers_in(text) == found


@MANY
@given(day=DAYS)
def test_a_bank_writes_a_day_in_many_ways(day):
    for form in ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y-%m-%d 10:00:00"):
        assert read_day(day.strftime(form)) == day


@MANY
@given(amount=AMOUNTS)
def test_an_amount_is_read_to_the_fen_or_not_at_all(amount):
    assert read_amount(f"￥{amount:,}") == amount
    assert read_amount(f"{amount}元") == amount
    assert read_amount(f"{amount}1") is None


@MANY
@given(
    issued=DAYS, start=st.integers(0, 60), before=st.integers(0, 10), every=st.integers(1, 30),
    days=st.integers(-90, 400),
)  # fmt: skip
def test_reminders_come_before_and_after_and_never_go_back(issued, start, before, every, days):
    due = due_on(issued, issued + timedelta(days=start))
    assert due >= issued
    today = due + timedelta(days=days)
    stage = stage_on(today, due, before=before, every=every)
    tomorrow = stage_on(today + timedelta(days=1), due, before=before, every=every)
    assert (stage is None) == (days < -before)
    assert (stage == 0) == (-before <= days <= 0)
    assert tomorrow is None or stage is None or tomorrow - stage in {0, 1}
    assert (age_of(days) == "not_due") == (days <= 0)
