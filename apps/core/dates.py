"""Days and moments. Periods are half-open, and a day is a day in Foshan."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first moment of `start` to the first moment of `end`, which is outside."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            message = f"A period ends after it starts, not {self.start}–{self.end}."
            raise ValueError(message)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The day at whose 24:00 the period ends, as contracts say it."""
        return self.end - DAY

    @property
    def starts_at(self) -> datetime:
        return start_of_day(self.start)

    @property
    def ends_at(self) -> datetime:
        return start_of_day(self.end)

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlaps(self, other: "Period") -> bool:
        return self.start < other.end and other.start < self.end

    def common(self, other: "Period") -> "Period | None":
        """The days that lie in both."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


def year_of_cover(start: date) -> Period:
    """A year from `start`; one that begins on 29 February ends on the 28th at 24:00."""
    leap_day = (start.month, start.day) == (2, 29)
    end = date(start.year + 1, 3, 1) if leap_day else start.replace(year=start.year + 1)
    return Period(start, end)


def start_of_day(day: date) -> datetime:
    """The moment a day begins; what ends at 24:00 of a day ends when the next one begins."""
    return datetime.combine(day, time.min, SHANGHAI)


def local_day(moment: datetime) -> date:
    """The day in Foshan on which a moment falls."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone falls on no particular day.")
    return moment.astimezone(SHANGHAI).date()
