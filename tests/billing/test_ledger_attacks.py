"""The ledger holds against whoever has the application's own role."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from apps.billing.ledger import LedgerRefused, post, reverse
from apps.billing.models import AccountKind, Entry, EntryKind, Posting
from apps.billing.rules import Line
from tests.enrollment.conftest import TODAY
from tests.factories import UserFactory

TEN = Decimal("10.00")


def lines(policy, *amounts, account=AccountKind.CASH):
    return [Line(account, str(policy.insurer_id), Decimal(amount)) for amount in amounts]


def posted(policy, by, *amounts, once="attack", **changes):
    """In a savepoint, so that what comes after can still ask the database."""
    given = changes.get("lines") or lines(policy, *amounts)
    with transaction.atomic():
        return post(
            EntryKind.PREMIUM_RECEIVED, once=once, day=TODAY, policy=policy, lines=given, by=by
        )


def checked_now():
    """What waits for the commit is checked at once."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def test_an_entry_that_balances_is_taken(issued, finance, acting):
    with acting(finance):
        entry = posted(issued, finance, 10, -10)
        checked_now()
        assert entry.lines.count() == 2


def test_a_header_without_lines_does_not_pass_the_commit(issued, finance, acting):
    with acting(finance):
        refused = pytest.raises(IntegrityError, match="entry_has_lines")
        with refused, transaction.atomic():
            posted(issued, finance, lines=iter(()))
            checked_now()


@pytest.mark.parametrize("amounts", [(10, -9), (10,), (10, 10, -19)])
def test_what_does_not_balance_is_refused(issued, finance, acting, amounts):
    with acting(finance), pytest.raises(IntegrityError, match="comes whole"):
        posted(issued, finance, *amounts)


def test_a_line_of_nothing_is_refused(issued, finance, acting):
    with acting(finance), pytest.raises(IntegrityError, match="posting_not_zero"):
        posted(issued, finance, 10, -10, 0)


def test_the_same_movement_is_entered_once(issued, finance, acting):
    with acting(finance):
        posted(issued, finance, 10, -10)
        with pytest.raises(LedgerRefused, match="已经记账"):
            posted(issued, finance, 10, -10)
        assert Entry.objects.filter(once="attack").count() == 1


def test_an_entry_is_reversed_once(issued, finance, acting):
    with acting(finance):
        entry = posted(issued, finance, 10, -10)
        undone = reverse(entry, day=TODAY, by=finance, note="登错")
        assert sorted(undone.lines.values_list("amount", flat=True)) == [-TEN, TEN]
        with pytest.raises(LedgerRefused):
            reverse(entry, day=TODAY, by=finance, note="登错")


def test_nothing_is_added_to_an_entry_that_is_closed(issued, finance, acting):
    with acting(finance):
        entry = posted(issued, finance, 10, -10)
        late = [
            Posting(
                entry=entry,
                line=number,
                account=AccountKind.CASH,
                owner_id=issued.insurer_id,
                insurer_id=issued.insurer_id,
                district_id=issued.district_id,
                amount=amount,
            )
            for number, amount in ((3, TEN), (4, -TEN))
        ]
        with pytest.raises(IntegrityError, match="comes whole"), transaction.atomic():
            Posting.objects.bulk_create(late)


def test_an_unknown_account_is_refused(issued, finance, acting):
    with acting(finance), pytest.raises(IntegrityError, match="posting_account_known"):
        posted(issued, finance, lines=lines(issued, 10, -10, account="slush"))


@pytest.mark.parametrize("table", ["billing_entry", "billing_posting", "billing_receipt"])
@pytest.mark.parametrize(
    "statement",
    [
        "update {} set id = id",
        "delete from {}",
        "truncate {} cascade",
        "alter table {} disable trigger all",
        "alter table {} no force row level security",
        "drop table {} cascade",
        "create policy mine on {} using (true)",
    ],
)
def test_nothing_written_is_changed(issued, finance, acting, table, statement):
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with acting(finance), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement.format(table))


def test_triggers_cannot_be_switched_off_by_the_session(issued, finance, acting):
    refused = pytest.raises(DatabaseError, match="permission denied")
    with acting(finance), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute("set session_replication_role = replica")


def test_another_insurer_cannot_write_into_this_one_s_books(issued, insurers, acting):
    other = UserFactory(organisation=insurers[0], role="insurer_finance")
    with acting(other), pytest.raises(ProgrammingError, match="row-level security"):
        posted(issued, other, 10, -10)
