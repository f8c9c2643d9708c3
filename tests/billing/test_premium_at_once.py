"""Money from several hands in the same moment: every fen is booked once, and the books hold."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from apps.billing.books import failures
from apps.billing.closing import close_month
from apps.billing.models import ClosedMonth, Entry, Receipt, Refund, WriteOff
from apps.billing.sealing import seal_all
from apps.billing.services import record_receipt, record_refund, write_off
from apps.core.errors import DomainError
from tests.enrollment.conftest import TODAY
from tests.enrollment.test_at_once import acted, clerks, counted, issued_by
from tests.factories import UserFactory

__all__ = ["clerks"]
pytestmark = pytest.mark.usefixtures("own_database")
ROUNDS, EXCESS = 6, Decimal("5.00")


def together(*acts):
    """Each act by its own person; what each was told, "" for what happened."""
    told, barrier = [""] * len(acts), threading.Barrier(len(acts))

    def run(place, by, act):
        barrier.wait()
        try:
            acted(by, act)
        except DomainError as refusal:
            told[place] = str(refusal)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, by, act)) for place, (by, act) in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def received(policy, voucher, amount):
    return lambda by: record_receipt(
        policy=policy, voucher=voucher, payer_name=policy.insured_name, amount=amount,
        received_on=TODAY, today=TODAY, by=by,
    )  # fmt: skip


def refunded(policy, voucher, amount):
    return lambda by: record_refund(
        policy=policy, voucher=voucher, payee_name=policy.insured_name, amount=amount,
        paid_on=TODAY, reason="多收", today=TODAY, by=by,
    )  # fmt: skip


def test_receipts_refunds_write_offs_and_the_close_race_and_the_books_hold(clerks):
    finance = clerks[2]
    second = acted(
        finance, lambda by: UserFactory(organisation=by.organisation, role="insurer_finance")
    )
    policy = acted(clerks[0], issued_by)
    rest = Decimal("3.00")
    # The same voucher twice; then a remainder that one writes off while another brings it.
    twice = [(by, received(policy, "A", policy.premium - rest)) for by in (finance, second)]
    assert sorted(bool(said) for said in together(*twice)) == [False, True]
    told = together(
        (finance, lambda by: write_off(policy=policy, reason="尾差", today=TODAY, by=by)),
        (second, received(policy, "B", rest)),
    )
    assert told[1] == ""
    for turn in range(ROUNDS):
        acted(finance, received(policy, f"C{turn}", EXCESS))
        told = together(
            (finance, refunded(policy, f"R{turn}", EXCESS)),
            (second, refunded(policy, f"S{turn}", EXCESS)),
            (finance, received(policy, f"D{turn}", EXCESS)),
        )
        assert told[2] == ""
    closes = (finance, lambda by: close_month(
        insurer=by.organisation, month=TODAY, today=TODAY.replace(month=4), by=by
    ))  # fmt: skip
    told = together(closes, (second, received(policy, "Z", EXCESS)))
    assert told[0] == ""
    rows = counted(Receipt, ClosedMonth, WriteOff)
    assert rows[0] == 2 + 2 * ROUNDS + (told[1] == "")
    assert rows[1] == 1
    vouchers = acted(finance, lambda by: list(Refund.objects.values_list("voucher", flat=True)))
    assert len(vouchers) == len(set(vouchers))
    assert counted(Entry)[0] > 0
    seal_all()
    assert failures() == []
