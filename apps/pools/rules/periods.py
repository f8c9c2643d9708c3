"""The periods of an agreement: as many months each, counted from its first day."""

from datetime import date


def months_after(day: date, months: int) -> date:
    """From the first of a month to the first of another."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def last_finished(start: date, months: int, today: date) -> tuple[date, date] | None:
    """The newest period that is over today, half-open; None before the first one is."""
    elapsed = 12 * (today.year - start.year) + today.month - start.month
    whole = elapsed // months
    if whole < 1:
        return None
    return months_after(start, (whole - 1) * months), months_after(start, whole * months)
