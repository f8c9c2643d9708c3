"""What the arithmetic of a share round takes, for pools of three sizes."""

from fractions import Fraction

from apps.pools.rules import Member, Terms, next_shares
from benchmarks.rating import median
from benchmarks.report import Table, milliseconds

BUDGET = 5e-3  # seconds, for twenty members
SIZES = (2, 6, 20)
ROUNDS = 200


def share_rounds() -> list[str]:
    table = Table([("share round", 44), ("p50", 12), ("budget", 12)])
    table.head("Next shares: structural step, weights, box, Webster")
    missed = []
    for size in SIZES:
        members = pool_of(size)
        seconds = median(lambda members=members: next_shares(members, Terms()), ROUNDS)  # type: ignore[misc]
        table.line(f"{size} members", milliseconds(seconds), milliseconds(BUDGET))
        if seconds > BUDGET:
            missed.append(f"share round of {size}: {milliseconds(seconds)}")
    return missed


def pool_of(size: int) -> list[Member]:
    """Uneven, with one entrant: fractions of every kind come up."""
    return [
        Member(
            code=f"I{place:02}",
            share=None if place == size - 1 and size > 2 else 10_000 // size,
            business=Fraction(12_345_67 * (place + 1), 100),
            score=Fraction(600 + 19 * place, 10),
        )
        for place in range(size)
    ]
