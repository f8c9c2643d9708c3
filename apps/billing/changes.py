"""The money of an endorsement or a cancellation: more premium due, or some of it given back.

The parts of the co-insurers follow the share vector of the policy. What is given back goes off the
unpaid premium first, the rest is owed to the enterprise; what is charged later is set off against
such a debt before the enterprise is asked for more.
"""

from datetime import date
from decimal import Decimal

from apps.accounts.models import User
from apps.billing import rules, selectors
from apps.billing.ledger import book_day, post
from apps.billing.models import Entry, EntryKind
from apps.billing.rules import Line
from apps.billing.services import set_aside
from apps.policies.changes.models import PolicyTransaction
from apps.policies.models import Policy


def book_movement(lead: PolicyTransaction, difference: Decimal, day: date, by: User) -> None:
    """Enter what an act charged or gave back; the prevention fund follows what was received."""
    if not difference:
        return
    policy = lead.policy
    day = book_day(policy.insurer_id, day)
    if difference > 0:
        entry = _charge(policy, lead, difference, day, by)
    else:
        entry = _give_back(policy, lead, -difference, day, by)
    set_aside(policy, entry, day, by)


def _vector(policy: Policy) -> dict[str, int]:
    shares = policy.shares.values_list("insurer_id", "basis_points")
    return {str(insurer): points for insurer, points in shares}


def _charge(policy: Policy, lead: PolicyTransaction, amount: Decimal, day: date, by: User) -> Entry:
    owner = str(policy.enterprise_id)
    lines = rules.premium_due(amount, _vector(policy), enterprise=owner, key=policy.number)
    once = f"premium_due:{policy.pk}:{lead.public_id}"
    credit = selectors.overpaid(policy)
    entry = post(EntryKind.PREMIUM_DUE, once=once, day=day, policy=policy, lines=lines, by=by)
    if off := min(credit, amount):
        against = [Line("overpaid", owner, off), Line("receivable", owner, -off)]
        once = f"set_off:{policy.pk}:{lead.public_id}"
        post(EntryKind.PREMIUM_RETURNED, once=once, day=day, policy=policy, lines=against, by=by)
    return entry


def _give_back(
    policy: Policy, lead: PolicyTransaction, amount: Decimal, day: date, by: User
) -> Entry:
    owed = max(selectors.outstanding(policy), Decimal("0.00"))
    lines = rules.premium_returned(
        amount, owed, _vector(policy), enterprise=str(policy.enterprise_id), key=policy.number
    )
    once = f"premium_returned:{policy.pk}:{lead.public_id}"
    return post(EntryKind.PREMIUM_RETURNED, once=once, day=day, policy=policy, lines=lines, by=by)
