"""Decisions about the register on plain values."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

MOST_PEOPLE = 100_000  # the largest plant of the city stays well below
FEW = 20  # below this number people come and go in leaps
LEAP = 5  # times as many, or as few, as before: probably a digit too many or too few
STANDARDISATION_YEARS = 3
CONFIRM_AFTER_MONTHS = 12

Counts = Mapping[str, int]


def is_leap(before: int, after: int) -> bool:
    """Whether a new number is so far from the last that somebody should look twice."""
    low, high = sorted((before, after))
    return high > FEW and high >= low * LEAP and before > 0


def years_after(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def months_before(day: date, months: int) -> date:
    """The same day of the month some months ago, or the last day that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def fingerprint(values: Mapping[str, object]) -> str:
    """Short, equal for equal values: tells whether a row still says what a form was drawn from."""
    text = "\0".join(f"{name}={values[name]}" for name in sorted(values))
    return sha256(text.encode()).hexdigest()[:16]
