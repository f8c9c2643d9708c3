"""A closed month takes nothing more: not from services, not from whoever has the app's role."""

import threading
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from apps.accounts.kinds import Kind
from apps.billing.books import failures
from apps.billing.closing import CloseRefused, close_month
from apps.billing.ledger import LedgerRefused, drafted, post
from apps.billing.models import AccountKind, ClosedMonth, Entry, EntryKind, Posting
from apps.billing.rules import Line, month_after
from apps.billing.sealing import seal_all
from apps.core import context
from apps.core.models import AuditEvent
from tests.conftest import ARRANGER
from tests.enrollment.conftest import TODAY
from tests.enrollment.test_at_once import acted, clerks, issued_by
from tests.factories import UserFactory, person
from tests.money import paid

__all__ = ["clerks"]
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def closed(insurer, by, *, month=MARCH, today=APRIL):
    with context.entering(by.context):
        return close_month(insurer=insurer, month=month, today=today, by=by)


def line_pair(policy):
    owner = str(policy.insurer_id)
    return [
        Line(AccountKind.CASH, owner, Decimal(10)),
        Line(AccountKind.SETTLEMENT, owner, Decimal(-10)),
    ]


def test_what_a_month_came_to_is_kept_with_it(issued, finance, acting):
    paid(issued, finance, acting)
    row = closed(issued.insurer, finance)
    fund = Posting.objects.filter(account="prevention_cost").get().amount
    assert (row.entries, row.turnover) == (3, 2 * issued.premium + fund)
    with context.entering(ARRANGER):
        assert AuditEvent.objects.get(action="books.closed").changes["month"] == "2026-03"
    seal_all()
    assert failures() == []


def test_nothing_more_is_entered_and_the_sentence_says_where_to(issued, finance, acting):
    closed(issued.insurer, finance)
    with acting(finance):
        facts = {"once": "late", "policy": issued, "by": finance, "lines": line_pair(issued)}
        with pytest.raises(LedgerRefused, match=r"2026-03-31所在月份已经结账.*2026-04-01"):
            post(EntryKind.PREMIUM_RECEIVED, day=date(2026, 3, 31), **facts)
        post(EntryKind.PREMIUM_RECEIVED, day=APRIL, **facts)


def test_the_database_refuses_it_without_the_service(issued, finance, acting):
    closed(issued.insurer, finance)
    facts = {"once": "late", "day": TODAY, "policy": issued, "by": finance}
    with acting(finance), pytest.raises(IntegrityError, match="the month is closed"):
        Entry.objects.bulk_create([drafted(EntryKind.PREMIUM_RECEIVED, **facts)])


def test_a_late_receipt_goes_into_the_next_month_with_its_own_date(issued, finance, acting):
    closed(issued.insurer, finance)
    with time_machine.travel("2026-04-03T10:00:00+08:00"):
        receipt = paid(issued, finance, acting, today=date(2026, 3, 31))
    assert receipt.received_on == date(2026, 3, 31)
    days = Entry.objects.exclude(kind="premium_due").values_list("day", flat=True)
    assert set(days) == {APRIL}
    seal_all()
    assert failures() == []


def test_closing_one_month_closes_those_before_it(issued, finance, acting):
    closed(issued.insurer, finance, month=MARCH)
    with pytest.raises(CloseRefused, match="已经结账"):
        closed(issued.insurer, finance, month=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("who", "today", "sentence"),
    [
        ("finance", date(2026, 3, 31), "还没有结束"),
        ("underwriter", APRIL, "本机构财务"),
        ("partner", APRIL, "本机构财务"),
        ("broker", date(2026, 4, 10), "2026-04-11起顾问机构可以代结"),
        ("bureau", APRIL, "由承保机构财务办理"),
    ],
)
def test_who_may_not_close(issued, finance, underwriter, insurers, bureau, who, today, sentence):
    people = {
        "finance": finance,
        "underwriter": underwriter,
        "partner": UserFactory(organisation=insurers[0], role="insurer_finance"),
        "broker": person(Kind.BROKER, "broker_admin"),
        "bureau": bureau,
    }
    with pytest.raises(CloseRefused, match=sentence):
        closed(issued.insurer, people[who], today=today)
    assert not ClosedMonth.objects.exists()


def test_the_broker_closes_what_is_ten_days_late(issued, finance):
    broker = person(Kind.BROKER, "broker_admin")
    row = closed(issued.insurer, broker, today=date(2026, 4, 11))
    assert row.closed_by_name == broker.actor_name


@pytest.mark.parametrize("statement", ["update {} set month = month", "delete from {}"])
def test_a_closing_is_for_good(issued, finance, acting, statement):
    closed(issued.insurer, finance)
    refused = pytest.raises(Exception, match=r"permission denied")
    with acting(finance), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement.format("billing_closedmonth"))


ROUNDS = 12


def test_closing_against_posting_leaves_nothing_in_a_closed_month(own_database, clerks):
    """Writers post while others close month after month; the trigger and its lock decide."""
    policy = acted(clerks[0], issued_by)
    finance = clerks[2]
    refused, posted = [], []

    def write(writer: int) -> None:
        month = MARCH
        for number in range(ROUNDS):
            try:
                acted(finance, lambda by, m=month, n=number: post(
                    EntryKind.PREMIUM_RECEIVED,
                    once=f"race:{writer}:{n}",
                    day=m,
                    policy=policy,
                    lines=line_pair(policy),
                    by=by,
                ))  # fmt: skip
                posted.append(month)
            except LedgerRefused as late:
                refused.append(str(late))
                month = month_after(month)
        connection.close()

    def close() -> None:
        month = MARCH
        for _ in range(ROUNDS // 2):
            today = month_after(month)
            acted(finance, lambda by, m=month, t=today: close_month(
                insurer=by.organisation, month=m, today=t, by=by
            ))  # fmt: skip
            month = month_after(month)
        connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(7)]
    threads.append(threading.Thread(target=close))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with context.entering(ARRANGER), transaction.atomic():
        assert Entry.objects.filter(once__startswith="race").count() == len(posted)
    assert posted
    assert all("已经结账" in sentence for sentence in refused)
    wrong = {finding.name for finding in failures()}
    assert "结账后的月份没有再记账" not in wrong
    assert "每笔分录借贷相等，至少两行" not in wrong
