"""Eight hands on one policy's money, round after round: nothing twice, nothing half, books whole.

`RACE_ROUNDS=300` runs it in full length; a few rounds find what a wrong lock lets through.
"""

import os
import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction

from apps.billing.books import failures
from apps.billing.closing import close_month
from apps.billing.ledger import LedgerRefused, post, reverse
from apps.billing.models import AccountKind, ClosedMonth, Entry, EntryKind, Receipt
from apps.billing.rules import Line, month_after
from apps.billing.sealing import seal_all
from apps.billing.services import ReceiptRefused, record_receipt
from apps.core import context
from tests.conftest import ARRANGER
from tests.enrollment.conftest import TODAY
from tests.enrollment.test_at_once import acted, clerks, issued_by

__all__ = ["clerks"]
ROUNDS = int(os.environ.get("RACE_ROUNDS", "8"))
FEN = Decimal("0.01")


@pytest.fixture
def policy(own_database, clerks):
    return acted(clerks[0], issued_by)


def transfer(policy, others):
    """Between two members: no premium, so that the books must stay right whatever wins."""
    own, other = str(policy.insurer_id), str(others[0])
    return [
        Line(AccountKind.SETTLEMENT, own, Decimal(10)),
        Line(AccountKind.SETTLEMENT, other, Decimal(-10)),
    ]


class Hand:
    """One thread: what it was told, refusals by their kind; anything else fails the test."""

    def __init__(self, finance, act):
        self.finance, self.act = finance, act
        self.done, self.refused, self.broken = 0, 0, []

    def __call__(self):
        for number in range(ROUNDS):
            try:
                acted(self.finance, lambda by, n=number: self.act(n, by))
                self.done += 1
            except (LedgerRefused, ReceiptRefused):
                self.refused += 1
            except Exception as broken:
                self.broken.append(repr(broken))
        connection.close()


def test_receipts_reversals_and_closing_against_each_other(policy, clerks):
    finance = clerks[2]
    with context.entering(ARRANGER), transaction.atomic():
        others = policy.shares.exclude(insurer=policy.insurer).values_list("insurer_id", flat=True)
        others = list(others)
    made = [
        acted(finance, lambda by, n=n: post(
            EntryKind.REVERSAL, once=f"pair:{n}", day=TODAY, policy=policy,
            lines=transfer(policy, others), by=by,
        ))
        for n in range(ROUNDS)
    ]  # fmt: skip

    def receive(number, by):
        record_receipt(
            policy=policy,
            voucher=f"R-{number}",
            payer_name=policy.insured_name,
            amount=FEN,
            received_on=TODAY,
            today=TODAY,
            by=by,
        )

    def undo(number, by):
        reverse(made[number], day=TODAY.replace(month=9), by=by, note="冲正")

    def enter(number, by):
        month = TODAY.replace(day=1)
        for _ in range(number % 3):
            month = month_after(month)
        lines = transfer(policy, others)
        once = f"late:{threading.get_ident()}:{number}"
        post(EntryKind.REVERSAL, once=once, day=month, policy=policy, lines=lines, by=by)

    hands = [Hand(finance, act) for act in (receive, receive, receive, undo, undo, undo, enter)]

    def close():
        month = TODAY.replace(day=1)
        for _ in range(2):
            acted(finance, lambda by, m=month: close_month(
                insurer=by.organisation, month=m, today=month_after(m), by=by
            ))  # fmt: skip
            month = month_after(month)
        connection.close()

    threads = [threading.Thread(target=hand) for hand in hands]
    threads.append(threading.Thread(target=close))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [hand.broken for hand in hands if hand.broken] == []
    receiving, undoing = hands[:3], hands[3:6]
    assert sum(hand.done for hand in receiving) == ROUNDS
    assert sum(hand.done for hand in undoing) == ROUNDS
    with context.entering(ARRANGER), transaction.atomic():
        assert Receipt.objects.count() == ROUNDS
        assert Entry.objects.filter(reverses__isnull=False).count() == ROUNDS
        assert ClosedMonth.objects.count() == 2
    seal_all()
    assert failures() == []
