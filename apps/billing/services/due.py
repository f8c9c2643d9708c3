"""What an issued policy makes due, and what of the money must be set aside for prevention."""

from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.billing import rules, selectors
from apps.billing.commission.services import accrue
from apps.billing.ledger import book_day, post
from apps.billing.models import Entry, EntryKind
from apps.billing.services.papers import issue_notice
from apps.policies.models import Policy
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import decimal_on


def vector_of(policy: Policy) -> dict[str, int]:
    """The co-insurers' shares of this policy, for life."""
    shares = policy.shares.values_list("insurer_id", "basis_points")
    return {str(insurer): points for insurer, points in shares}


@transaction.atomic
def charge_premium(*, policy: Policy, day: date, by: User) -> Entry:
    """Enter the premium of an issued policy as due, by its own share vector, and ask for it."""
    lines = rules.premium_due(
        policy.premium,
        vector_of(policy),
        enterprise=str(policy.enterprise_id),
        key=policy.number,
    )
    once, day = f"premium_due:{policy.pk}", book_day(policy.insurer_id, day)
    entry = post(EntryKind.PREMIUM_DUE, once=once, day=day, policy=policy, lines=lines, by=by)
    issue_notice(policy, by=by)
    return entry


def set_aside(policy: Policy, entry: Entry, day: date, by: User) -> None:
    """What premium received bears, brought up to date: the prevention fund, and commission."""
    lines = rules.dated_accrual(
        (
            (decimal_on(ParameterCode.PREVENTION_FLOOR_RATE, on), amount)
            for on, amount in selectors.received_by_day(policy)
        ),
        selectors.set_aside(policy),
        insurer=str(policy.insurer_id),
    )
    if lines:
        once = f"accrual:{entry.pk}"
        post(EntryKind.PREVENTION_ACCRUAL, once=once, day=day, policy=policy, lines=lines, by=by)
    accrue(policy, day, by)
