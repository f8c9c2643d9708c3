"""Who carries which part of a policy, and what of its premium that is to the fen."""

from dataclasses import dataclass
from decimal import Decimal

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core.dates import local_day
from apps.core.money import split
from apps.policies.models import Policy, PolicyShare
from apps.pools.selectors import NoPool, share_vector

WHOLE = 10_000


@dataclass(frozen=True)
class Part:
    insurer: Organisation
    basis_points: int
    premium: Decimal | None
    is_seller: bool
    is_own: bool

    @property
    def percent(self) -> str:
        return f"{Decimal(self.basis_points) / 100:.2f} %"


def is_partner(policy: Policy, user: User) -> bool:
    """Whether this person's insurer carries a share of what another one sold.

    Such a one sees the money of its share; people and places are the seller's business.
    """
    insurer = user.organisation.kind == Kind.INSURER
    return insurer and policy.insurer_id != user.organisation_id


def parts_of(policy: Policy, user: User) -> list[Part]:
    """The shares this person may see, with their parts of the premium as the ledger has them."""
    shares = list(PolicyShare.objects.visible_to(user).filter(policy=policy))
    insurers = Organisation.objects.in_bulk([share.insurer_id for share in shares])
    premiums = _premiums(policy, shares)
    return [
        Part(
            insurer=insurers[share.insurer_id],
            basis_points=share.basis_points,
            premium=premiums.get(str(share.insurer_id)),
            is_seller=share.insurer_id == policy.insurer_id,
            is_own=share.insurer_id == user.organisation_id,
        )
        for share in shares
    ]


def _premiums(policy: Policy, shares: list[PolicyShare]) -> dict[str, Decimal]:
    """A partner sees its own share only; the pool's table of that day has the others."""
    vector = {share.insurer_id: share.basis_points for share in shares}
    if sum(vector.values()) != WHOLE:
        try:
            whole = share_vector(policy.pool, local_day(policy.issued_at))
        except NoPool:
            return {}
        if not vector.items() <= whole.items():
            return {}
        vector = whole
    weights = {str(insurer): points for insurer, points in vector.items()}
    return split(policy.premium, weights, key=policy.number)
