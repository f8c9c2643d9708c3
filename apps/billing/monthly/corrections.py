"""What members were found right about: set right in the pool's next statement, each by its line.

A correction moves money between the members of one policy, and adds nothing to what was received.
"""

from collections.abc import Mapping
from decimal import Decimal

from apps.billing.models import Settlement
from apps.core.money import split
from apps.policies.models import PolicyShare
from apps.pools.models import Pool


def moved_to(
    insurer: int, amount: Decimal, vector: Mapping[int, int], *, key: str
) -> dict[int, Decimal]:
    """So much more for one member, from the others by their shares; nothing without others."""
    others = {str(who): points for who, points in vector.items() if who != insurer and points}
    if not others or not amount:
        return {}
    parts = split(-amount, others, key=key)
    return {insurer: amount} | {int(who): part for who, part in parts.items() if part}


def outstanding_in(pool: Pool) -> list[Settlement]:
    """Accepted, and in no statement yet; the database takes each into one statement only."""
    rows = Settlement.objects.filter(pool=pool, verdict=Settlement.Verdict.ACCEPTED)
    rows = rows.exclude(correction=0).filter(difference__correction_line=None)
    return list(rows.select_related("difference__line").order_by("pk"))


def vector_of(policy_id: int) -> dict[int, int]:
    shares = PolicyShare.objects.filter(policy=policy_id)
    return dict(shares.values_list("insurer_id", "basis_points"))
