"""What waits on the desk of whoever answers for duties."""

from dataclasses import dataclass
from datetime import date

from apps.accounts.models import User
from apps.core.remembering import RememberedFor
from apps.duty.models import Dispute, ExternalCover, Letter
from apps.duty.selectors.ledger import counts_of, duties_on


@dataclass(frozen=True)
class Figures:
    by_state: dict[str, int]
    overdue: int
    disputes: int
    externals: int


_FIGURES = RememberedFor[Figures]()


def figures_of(user: User, today: date) -> Figures:
    """As they were at most a minute ago, for everybody of the same scope."""
    return _FIGURES((user.scope_key, today), lambda: _counted(user, today))


def _counted(user: User, today: date) -> Figures:
    waiting = ExternalCover.objects.visible_to(user).filter(state=ExternalCover.State.SUBMITTED)
    return Figures(
        by_state=counts_of(duties_on(user, today)),
        overdue=Letter.objects.visible_to(user).overdue(today).count(),
        disputes=Dispute.objects.visible_to(user).filter(state=Dispute.State.OPEN).count(),
        externals=waiting.count(),
    )
