"""What happens after the commit: lines that a bulk load marked are drawn before anybody asks."""

from apps.core.context import Actor
from apps.core.outbox import effect
from apps.duty.ledger.drawing import freshen


@effect("duty.freshen")
def draw(*, by: Actor) -> None:
    freshen()
