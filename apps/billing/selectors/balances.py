"""What the ledger says: balances are always derived, never stored."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from apps.billing.models import AccountKind, Posting
from apps.policies.models import Policy

NOTHING = Decimal("0.00")


def balance(account: AccountKind, *, policy: Policy) -> Decimal:
    """Debits less credits on this account for this policy."""
    lines = Posting.objects.filter(account=account, entry__policy=policy)
    return lines.aggregate(total=Sum("amount"))["total"] or NOTHING


def outstanding(policy: Policy) -> Decimal:
    """What the enterprise still owes."""
    return balance(AccountKind.RECEIVABLE, policy=policy)


PREMIUM_MONEY = (AccountKind.CASH, AccountKind.OVERPAID)


def overpaid(policy: Policy) -> Decimal:
    """What the enterprise paid too much and has not got back."""
    return -balance(AccountKind.OVERPAID, policy=policy)


def received(policy: Policy) -> Decimal:
    """Premium received: cash, less what is to go back."""
    return balance(AccountKind.CASH, policy=policy) - overpaid(policy)


def received_by_day(policy: Policy) -> list[tuple[date, Decimal]]:
    lines = Posting.objects.filter(account__in=PREMIUM_MONEY, entry__policy=policy).order_by()
    sums = lines.values("entry__day").annotate(total=Sum("amount"))
    return [(row["entry__day"], row["total"]) for row in sums]


def set_aside(policy: Policy) -> Decimal:
    """The prevention fund of this policy; a credit balance, told as a positive amount."""
    return -balance(AccountKind.PREVENTION_FUND, policy=policy)
