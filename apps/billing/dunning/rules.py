"""When premium is due and when it is time to remind of it."""

from datetime import date, timedelta

AGES = ((0, "not_due"), (7, "week"), (30, "month"), (60, "two_months"))


def due_on(issued_on: date, wanted_from: date) -> date:
    """The last day on which money still lets the cover begin as agreed."""
    return max(issued_on, wanted_from - timedelta(days=1))


def stage_on(today: date, due: date, *, before: int, every: int) -> int | None:
    """Which reminder is due: 0 before the day, then 1, 2, … every so many days after it."""
    if today > due:
        return 1 + ((today - due).days - 1) // max(every, 1)
    return 0 if today >= due - timedelta(days=before) else None


def age_of(days: int) -> str:
    """The class of a debt that is so many days over its due date; negative: not due yet."""
    return next((name for most, name in AGES if days <= most), "older")
