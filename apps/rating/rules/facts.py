"""What follows from dates of accidents for the accident record."""

from datetime import date

RECENT, NONE_2, NONE_3, NONE_4 = "recent", "none_2", "none_3", "none_4"


def accident_record(last_accident_on: date | None, opened_on: date | None, on: date) -> str:
    """The years without an accident up to the day the cover begins.

    A business younger than three years has no record to be rewarded for, nor one whose beginning
    nobody knows.
    """
    if last_accident_on is not None and years_between(last_accident_on, on) < 1:
        return RECENT
    beginning = last_accident_on or opened_on
    years = years_between(beginning, on) if beginning else 0
    if years >= 4:
        return NONE_4
    return NONE_3 if years >= 3 else NONE_2


def years_between(start: date, end: date) -> int:
    """Whole years; somebody of 29 February turns a year older on 1 March."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
