"""What follows from published facts: working days, the typed value of a parameter, who answers.

Plain values in, plain values out; the facts themselves are fetched by selectors.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from apps.core.dates import DAY
from apps.reference.codes import DEFAULT_SECTOR

SATURDAY = 5

Value = Decimal | int | str | bool
BOOLEANS = {"true": True, "false": False}


class OutsideCalendar(LookupError):
    """The calendar has no notice for this year."""


@dataclass(frozen=True)
class Calendar:
    """The years whose notices are known, and the days that differ from their weekday.

    `refusal` makes the error for an unknown year, so that a rule can refuse in the caller's words.
    """

    years: frozenset[int]
    exceptions: Mapping[date, bool]
    refusal: Callable[[int], Exception] = OutsideCalendar


def is_working_day(day: date, calendar: Calendar) -> bool:
    if day.year not in calendar.years:
        raise calendar.refusal(day.year)
    return calendar.exceptions.get(day, day.weekday() < SATURDAY)


def working_days_after(day: date, n: int, calendar: Calendar) -> date:
    """The n-th working day after `day`, which does not count itself; `day` for none."""
    if n < 0:
        raise ValueError("count working days forward")
    while n:
        day += DAY
        n -= is_working_day(day, calendar)
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days come after `start` up to and including `end`; negative if past."""
    if end < start:
        return -working_days_between(end, start, calendar)
    days = (start + DAY * step for step in range(1, (end - start).days + 1))
    return sum(is_working_day(day, calendar) for day in days)


def typed(kind: str, text: str) -> Value:
    """The value a parameter's text stands for; ValueError when it is not of that kind."""
    match kind:
        case "integer":
            return int(text)
        case "decimal" | "rate":
            return _amount(text)
        case "boolean" if text in BOOLEANS:
            return BOOLEANS[text]
        case "text" if text.strip():
            return text
    raise ValueError(text)


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(text)
    return amount


def ancestors(industry_code: str) -> list[str]:
    """The division, group and class that a code lies in, itself included: 33, 331, 3311."""
    return [industry_code[:length] for length in range(2, len(industry_code) + 1)]


@dataclass(frozen=True)
class Assignment:
    """A sector answers for an industry and everything below it, while the period lasts."""

    industry_code: str
    sector: str
    valid_from: date
    valid_to: date | None = None

    def covers(self, industry_code: str, on: date) -> bool:
        ended = self.valid_to is not None and on >= self.valid_to
        return industry_code.startswith(self.industry_code) and self.valid_from <= on and not ended


def responsible_sector(industry_code: str, on: date, mapping: Iterable[Assignment]) -> str:
    """The sector named for the finest industry that contains this one."""
    found = [item for item in mapping if item.covers(industry_code, on)]
    finest = max(found, key=lambda item: len(item.industry_code), default=None)
    return finest.sector if finest else DEFAULT_SECTOR


@dataclass(frozen=True)
class LimitRule:
    """One rule in force that asks for at least this much per person."""

    code: str
    amount: Decimal
    source: str
    is_sample: bool


def strictest(rules: Iterable[LimitRule]) -> LimitRule:
    """Several rules bind at once; who meets the highest meets all."""
    return max(rules, key=lambda rule: rule.amount)
