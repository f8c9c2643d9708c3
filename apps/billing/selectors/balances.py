"""What the ledger says: balances are always derived, never stored."""

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


def received(policy: Policy) -> Decimal:
    return balance(AccountKind.CASH, policy=policy)


def set_aside(policy: Policy) -> Decimal:
    """The prevention fund of this policy; a credit balance, told as a positive amount."""
    return -balance(AccountKind.PREVENTION_FUND, policy=policy)
