"""Business by days on risk: the measure by which a pool's shares follow its members.

A day of cover counts for its part of the premium that was received. Selling in a rush at the end of
a period is worth the days that are left of it; what is written and cancelled again is worth
nothing; a policy cut into pieces is worth what it was.

What becomes known after a window was frozen corrects the next one: there the earlier windows are
computed again from what is known now, and the difference to what was counted then is added.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from apps.core.money import whole_fen

CLAWBACK_DAYS = 90
FIRST_YEAR = timedelta(days=365)
MOST_OF_POOL = Fraction(2, 100)

Window = tuple[date, date]
Totals = dict[int, Fraction]


@dataclass(frozen=True)
class Sold:
    """One policy as the measure sees it; days half-open, money in fen with the day it was known.

    `received` leaves out what a cancellation paid back: the days after it do not count anyhow.
    """

    insurer: int
    enterprise: int
    start: date
    end: date
    received: tuple[tuple[date, int], ...]
    cancelled_from: date | None = None
    by_closure: bool = False
    transferred_on: date | None = None


def earned(sold: Sold, window: Window, known_by: date) -> Fraction:
    """Fen of one policy in a window, from what was known before that day."""
    numerator, denominator = _earned(sold, window, known_by)
    return Fraction(numerator, denominator)


def by_insurer(rows: Iterable[Sold], window: Window, known_by: date) -> Totals:
    """Fen of each insurer in a window; no enterprise counts for more than 2 % of the pool."""
    firms = _by_enterprise(rows, window, known_by)
    most = _most(firms)
    counted: Totals = defaultdict(Fraction)
    for totals in firms.values():
        kept = min(Fraction(1), most / sum(totals.values()))
        for insurer, amount in totals.items():
            counted[insurer] += kept * amount
    return dict(counted)


def over_the_limit(rows: Iterable[Sold], window: Window, known_by: date) -> int:
    """How many enterprises counted for less than they paid, since each is worth 2 % at most."""
    firms = _by_enterprise(rows, window, known_by)
    most = _most(firms)
    return sum(sum(totals.values()) > most for totals in firms.values())


def _by_enterprise(rows: Iterable[Sold], window: Window, known_by: date) -> dict[int, Totals]:
    """Whole numbers are summed before fractions are: terms of the same length share one."""
    parts: dict[tuple[int, int, int], int] = defaultdict(int)
    for sold in rows:
        numerator, denominator = _earned(sold, window, known_by)
        if numerator:
            parts[sold.enterprise, sold.insurer, denominator] += numerator
    firms: dict[int, Totals] = defaultdict(lambda: defaultdict(Fraction))
    for (enterprise, insurer, denominator), numerator in parts.items():
        firms[enterprise][insurer] += Fraction(numerator, denominator)
    return firms


def _most(firms: Mapping[int, Totals]) -> Fraction:
    whole = sum((sum(totals.values(), Fraction(0)) for totals in firms.values()), Fraction(0))
    return MOST_OF_POOL * whole


def business(
    rows: Sequence[Sold],
    window: Window,
    known_by: date,
    *,
    earlier: Sequence[Window] = (),
    counted_by: date | None = None,
) -> tuple[Totals, Totals]:
    """Fen of each insurer for a round: this window, and corrections of those counted earlier.

    `counted_by` is the day up to which facts were known when the last of them was frozen.
    """
    now = by_insurer(rows, window, known_by)
    corrections: Totals = defaultdict(Fraction)
    if counted_by is not None:
        for before in earlier:
            for insurer, amount in by_insurer(rows, before, known_by).items():
                corrections[insurer] += amount
            for insurer, amount in by_insurer(rows, before, counted_by).items():
                corrections[insurer] -= amount
    return now, {insurer: amount for insurer, amount in corrections.items() if amount}


def settled(
    total: Mapping[int, Fraction], carried: Mapping[int, int]
) -> dict[int, tuple[int, int]]:
    """Whole fen of business, never negative, and what of a clawback waits for the next period."""
    result = {}
    for insurer in {*total, *carried}:
        fen = whole_fen(total.get(insurer, Fraction(0))) + carried.get(insurer, 0)
        result[insurer] = max(fen, 0), min(fen, 0)
    return result


def _earned(sold: Sold, window: Window, known_by: date) -> tuple[int, int]:
    """Numerator and denominator: half days are counted, so that transfers stay whole numbers."""
    term = (sold.end - sold.start).days
    cancelled = sold.cancelled_from
    if cancelled is not None and cancelled >= known_by:
        cancelled = None
    if cancelled and not sold.by_closure and (cancelled - sold.start).days <= CLAWBACK_DAYS:
        return 0, 2 * term
    end = min(sold.end, cancelled or sold.end, window[1])
    start = max(sold.start, window[0])
    if end <= start:
        return 0, 2 * term
    money = sum(fen for known, fen in sold.received if known < known_by)
    halves = 2 * (end - start).days
    if sold.transferred_on is not None:
        first_year = min(end, sold.transferred_on + FIRST_YEAR)
        halves -= max((first_year - max(start, sold.transferred_on)).days, 0)
    return money * halves, 2 * term
