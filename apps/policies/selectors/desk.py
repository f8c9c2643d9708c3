"""The few figures of a desk, each by an index of its own."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from apps.accounts.models import User
from apps.policies.models import STATES_ON, Policy, PolicyState
from apps.policies.selectors.standing import RENEW_WITHIN


@dataclass(frozen=True)
class Figures:
    in_force: int
    awaiting: int
    ending: int


def figures_of(user: User, today: date) -> Figures:
    rows = Policy.objects.visible_to(user)
    return Figures(
        in_force=rows.in_force_on(today).count(),
        awaiting=rows.in_state(PolicyState.AWAITING_PREMIUM, today).count(),
        ending=rows.ending_within(RENEW_WITHIN, today).count(),
    )


def to_collect(user: User) -> int:
    """What this insurer sold and was not paid for yet; found in an index of just these."""
    return Policy.objects.filter(
        insurer=user.organisation_id, cover_from=None, cancelled_from=None
    ).count()


def live_of(user: User, today: date) -> list[Policy]:
    """An enterprise's policies that cover, will cover, or wait for their premium."""
    live = (PolicyState.IN_FORCE, PolicyState.NOT_YET, PolicyState.AWAITING_PREMIUM)
    condition = Q()
    for state in live:
        condition |= STATES_ON[state](today)
    rows = Policy.objects.visible_to(user).for_list().filter(condition)
    return list(rows.select_related("limit_choice", "insurer").order_by("cover_to", "pk")[:20])
