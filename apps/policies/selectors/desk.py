"""The few figures of a desk, counted once a minute for each scope."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from apps.accounts.models import User
from apps.core.remembering import RememberedFor
from apps.policies.models import STATES_ON, Policy, PolicyState
from apps.policies.selectors.standing import RENEW_WITHIN


@dataclass(frozen=True)
class Figures:
    in_force: int
    awaiting: int
    ending: int


_FIGURES = RememberedFor[Figures]()


def figures_of(user: User, today: date) -> Figures:
    """As they were at most a minute ago, for everybody of the same scope."""
    return _FIGURES((user.scope_key, today), lambda: _counted(user, today))


def _counted(user: User, today: date) -> Figures:
    holds = STATES_ON[PolicyState.IN_FORCE](today)
    soon = Q(cover_to__lte=today + timedelta(days=RENEW_WITHIN))
    found = Policy.objects.visible_to(user).aggregate(
        in_force=Count("pk", filter=holds),
        awaiting=Count("pk", filter=STATES_ON[PolicyState.AWAITING_PREMIUM](today)),
        ending=Count("pk", filter=holds & soon),
    )
    return Figures(**found)


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
