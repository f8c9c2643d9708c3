"""The stack of a policy's transactions: what was agreed for which days, and what that costs.

Each change is effective from a day and recorded at a moment. The annual premium is rated in full
before and after a change; the difference is charged for the days that are left, rounded once. The
sum charged is always what a computation from scratch over all days gives: every movement is the
new total less what was charged so far, so no fen is lost between many changes.

An extension adds days behind the term; each costs what a day of the term costs. Where the product
has a short-rate table, cover that ended early keeps its share of the table instead of its days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.money import FEN


class Act(StrEnum):
    ISSUE = "issue"
    RENEW = "renew"  # issued where an earlier policy ends
    ENDORSE = "endorse"
    CANCEL = "cancel"
    REINSTATE = "reinstate"
    REVERSE = "reverse"


@dataclass(frozen=True)
class Change:
    """From `effective` on the annual premium is `annual`; zero once cancelled.

    A reversal takes the change it names out of everything that is asked after it was recorded;
    nothing is ever removed.
    """

    number: int
    act: Act
    effective: date
    recorded: datetime
    annual: Decimal = Decimal(0)
    reverses: int | None = None
    until: date | None = None  # the new end, when it is an extension
    kept: Fraction | None = None  # of a year's premium, by the short-rate table of a cancellation


@dataclass(frozen=True)
class Term:
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True)
class Segment:
    """Days on which one annual premium holds."""

    start: date
    end: date
    annual: Decimal

    @property
    def days(self) -> int:
        return (self.end - self.start).days


class OutOfTerm(ValueError):
    """A change takes effect on a day the policy does not cover."""


def months_begun(start: date, day: date) -> int:
    """Calendar months from the start, the one that is not over included."""
    whole = (day.year - start.year) * 12 + day.month - start.month
    return whole + (day.day > start.day)


def short_rate(table: Sequence[int], start: date, day: date) -> Fraction:
    """What is kept of a year's premium when cover ends on `day`: ten-thousandths by month begun."""
    month = min(months_begun(start, day), len(table))
    return Fraction(table[month - 1], 10_000) if month else Fraction(0)


def known_at(changes: Iterable[Change], moment: datetime) -> list[Change]:
    """What had been recorded by then and not reversed by then, in the order of its effect."""
    told = [change for change in changes if change.recorded <= moment]
    undone = {change.reverses for change in told if change.act == Act.REVERSE}
    standing = [c for c in told if c.act != Act.REVERSE and c.number not in undone]
    return sorted(standing, key=lambda change: (change.effective, change.number))


def segments(changes: Iterable[Change], term: Term, moment: datetime) -> list[Segment]:
    """The term cut where the premium changes, as it was known at a moment."""
    parts: list[Segment] = []
    standing = known_at(changes, moment)
    before_cancel = Decimal(0)
    annual: Decimal | None = None
    start, end = term.start, end_of(standing, term)
    for change in standing:
        if not term.start <= change.effective < end:
            raise OutOfTerm(change.effective.isoformat())
        if annual is not None and change.effective > start:
            parts.append(Segment(start, change.effective, annual))
        start = change.effective
        if change.act == Act.CANCEL:
            before_cancel, annual = annual or Decimal(0), Decimal(0)
        elif change.act == Act.REINSTATE:
            annual = before_cancel
        else:
            annual = change.annual
    if annual is not None:
        parts.append(Segment(start, end, annual))
    return parts


def end_of(standing: Iterable[Change], term: Term) -> date:
    """The day after the last, with the extensions that stand."""
    return max([term.end, *(change.until for change in standing if change.until)])


def annual_on(changes: Iterable[Change], term: Term, *, on: date, moment: datetime) -> Decimal:
    """As of any effective day, as known at any recorded moment."""
    for part in segments(changes, term, moment):
        if part.start <= on < part.end:
            return part.annual
    return Decimal(0)


def premium(changes: Iterable[Change], term: Term, moment: datetime) -> Decimal:
    """From scratch: every segment by its days, rounded once at the end."""
    changes = list(changes)
    parts = segments(changes, term, moment)
    exact = sum((Fraction(part.annual) * part.days for part in parts), Fraction(0)) / term.days
    last = known_at(changes, moment)[-1:]
    if last and last[0].act == Act.CANCEL and last[0].kept is not None:
        exact = _kept(exact, last[0].kept, (last[0].effective - term.start).days, term)
    return FEN * int(exact * 100 + Fraction(1, 2))  # half up; a premium is never negative


def _kept(by_days: Fraction, rate: Fraction, days: int, term: Term) -> Fraction:
    """The table's share of the average annual premium so far; never less than the days cost."""
    return max(by_days, by_days * term.days / days * rate) if days else Fraction(0)


def movement(changes: Sequence[Change], term: Term, change: Change) -> Decimal:
    """What recording this change charges, or gives back when negative."""
    before = [other for other in changes if other.number < change.number]
    charged = premium(before, term, change.recorded) if before else Decimal(0)
    return premium([*before, change], term, change.recorded) - charged


def movements(changes: Sequence[Change], term: Term) -> list[Decimal]:
    """One for each change, in the order of recording."""
    return [movement(changes, term, change) for change in changes]
