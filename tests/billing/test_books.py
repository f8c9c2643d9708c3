"""The books are checked as a whole, and every kind of damage is found where it is."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.accounts.kinds import Kind
from apps.billing import sealing
from apps.billing.books import check_books, failures
from apps.billing.models import DayTotal, EntrySeal
from apps.billing.nightly import check_tonight
from apps.core import context
from apps.core.models import AuditEvent, Effect
from tests.conftest import ARRANGER, admin_in
from tests.enrollment.conftest import TODAY
from tests.enrollment.test_at_once import acted, clerks, issued_by
from tests.factories import UserFactory, organisation
from tests.money import paid

__all__ = ["clerks"]


def test_the_books_of_a_paid_policy_hold(issued, finance, acting):
    paid(issued, finance, acting, amount=Decimal("100.00"))
    paid(issued, finance, acting, amount=issued.premium - 100, voucher="HD-2")
    assert sealing.seal_all() == 5
    findings = check_books()
    assert [finding.name for finding in findings if finding.wrong] == []
    assert findings[0].looked_at == 5


def test_remembered_totals_are_those_of_the_lines(issued, finance, acting):
    paid(issued, finance, acting, amount=Decimal("60.00"))
    sealing.seal(limit=1)
    paid(issued, finance, acting, amount=Decimal("40.00"), voucher="HD-2")
    sealing.seal_all()
    owed = DayTotal.objects.get(account="receivable")
    assert (owed.owner, owed.debit, owed.credit) == (None, issued.premium, Decimal(100))
    assert EntrySeal.objects.count() == 5
    assert sealing.seal_all() == 0


# What a superuser could do to the tables, how to undo it, and which check finds it.
DAMAGE = [
    (
        "update billing_posting set amount = amount + 1 where account = 'cash'",
        "update billing_posting set amount = amount - 1 where account = 'cash'",
        {
            "每笔分录借贷相等",
            "科目日汇总等于",
            "应收保费＝",
            "到账记录等于",
            "每份保单计提",
            "每家承保机构计提",
            "账簿链",
        },
    ),
    (
        "update billing_entry set note = 'x'",
        "update billing_entry set note = ''",
        {"账簿链"},
    ),
    (
        "update billing_daytotal set debit = debit + 1 where account = 'cash'",
        "update billing_daytotal set debit = debit - 1 where account = 'cash'",
        {"科目日汇总等于"},
    ),
    (
        "update billing_entryseal set link = reverse(link)",
        "update billing_entryseal set link = reverse(link)",
        {"账簿链"},
    ),
    (
        "update policies_policyshare set basis_points = basis_points - 1",
        "update policies_policyshare set basis_points = basis_points + 1",
        {"每份保单的份额"},
    ),
    (
        "update billing_receipt set amount = amount + 1",
        "update billing_receipt set amount = amount - 1",
        {"到账记录等于"},
    ),
    (
        "update policies_policy set premium = premium + 1",
        "update policies_policy set premium = premium - 1",
        {"应收保费＝"},
    ),
    (
        "update billing_posting p set amount = amount - sign(amount) * 2"
        " where account like 'prevention%'",
        "update billing_posting p set amount = amount + sign(amount) * 2"
        " where account like 'prevention%'",
        {"每份保单计提", "每家承保机构计提", "科目日汇总等于", "账簿链"},
    ),
]


def test_every_damage_is_found_and_nothing_else(own_database, clerks):
    policy = acted(clerks[0], issued_by)
    with context.entering(ARRANGER), transaction.atomic():
        policy.refresh_from_db()

    def acting(user):
        return context.entering(user.context)

    paid(policy, clerks[2], acting)
    sealing.seal_all()
    for damage, repair, expected in DAMAGE:
        admin_in(own_database, "set session_replication_role = replica", damage)
        found = {finding.name for finding in failures()}
        assert {next(n for n in found if n.startswith(e)) for e in expected} == found, damage
        admin_in(own_database, "set session_replication_role = replica", repair)
    assert failures() == []


def test_the_command_says_so_and_fails(issued, finance, acting):
    out = StringIO()
    call_command("check_books", stdout=out)
    assert "✓ 账簿链没有断" in out.getvalue()
    with context.entering(ARRANGER):
        paid(issued, finance, acting)
        sealing.seal_all()
        DayTotal.objects.filter(account="cash").update(debit=1)
    with pytest.raises(CommandError, match="没有通过"):
        call_command("check_books", stdout=StringIO())


def test_the_auditor_is_told_in_the_night(issued, finance, acting):
    auditor = UserFactory(organisation=organisation(Kind.PLATFORM), role="audit_admin")
    paid(issued, finance, acting)
    assert check_tonight(TODAY) == []
    with context.entering(ARRANGER):
        DayTotal.objects.filter(account="cash").update(debit=1)
    (wrong,) = check_tonight(TODAY)
    with context.entering(ARRANGER):
        event = AuditEvent.objects.get(action="books.broken")
        assert list(event.changes) == [wrong.name]
        told = Effect.objects.get(payload__title="账簿核对没有通过").payload
    assert told["receivers"] == [auditor.pk]
