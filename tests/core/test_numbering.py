import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from apps.core import context
from apps.core.numbering import next_number
from tests.conftest import ARRANGER

DAY = date(2026, 3, 2)


def test_numbers_count_up_within_series_district_and_year():
    taken = [
        next_number("BD", on=DAY, district="NH"),
        next_number("BD", on=DAY, district="NH"),
        next_number("BD", on=DAY, district="SD"),
        next_number("BD", on=date(2027, 1, 1), district="NH"),
        next_number("LP", on=DAY, district="NH"),
        next_number("LP", on=DAY),
    ]
    assert taken == [
        "BD-NH-2026-000001",
        "BD-NH-2026-000002",
        "BD-SD-2026-000001",
        "BD-NH-2027-000001",
        "LP-NH-2026-000001",
        "LP-2026-000001",
    ]


def test_a_number_given_back_by_a_rollback_is_taken_again():
    with transaction.atomic():
        assert next_number("BD", on=DAY) == "BD-2026-000001"
        transaction.set_rollback(True)
    assert next_number("BD", on=DAY) == "BD-2026-000001"


@pytest.mark.usefixtures("own_database")
def test_a_number_outside_a_transaction_is_refused():
    with context.entering(ARRANGER), pytest.raises(TransactionManagementError):
        next_number("BD", on=DAY)


@pytest.mark.usefixtures("own_database")
def test_many_at_once_leave_no_gap_although_some_fail():
    threads, rounds = 8, 25
    kept: list[str] = []
    barrier = threading.Barrier(threads)

    def take(worker: int) -> None:
        barrier.wait()
        for round_ in range(rounds):
            try:
                with context.entering(ARRANGER), transaction.atomic():
                    number = next_number("BD", on=DAY, district="NH")
                    if (worker + round_) % 3 == 0:
                        raise ZeroDivisionError
                    transaction.on_commit(lambda number=number: kept.append(number))
            except ZeroDivisionError:
                continue
        connection.close()

    workers = [threading.Thread(target=take, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert 100 < len(kept) < threads * rounds
    assert sorted(kept) == [f"BD-NH-2026-{n:06d}" for n in range(1, len(kept) + 1)]
