"""The statutory calendar as a value that rules can count with, and as a table for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from apps.reference.errors import CalendarMissing
from apps.reference.models import StatutoryDay, StatutoryYear
from apps.reference.rules import Calendar, working_days_after

NOTICE_MONTH = 11


def statutory_calendar() -> Calendar:
    """All loaded years. Fetch it once per page or task and hand it to the rules."""
    return Calendar(
        years=frozenset(StatutoryYear.objects.values_list("year", flat=True)),
        exceptions=dict(StatutoryDay.objects.values_list("day", "is_working")),
        refusal=CalendarMissing.of_year,
    )


def working_day_after(day: date, n: int) -> date:
    """For a single deadline; for many, fetch `statutory_calendar` once."""
    return working_days_after(day, n, statutory_calendar())


def year_to_enter(today: date) -> int | None:
    """The year somebody has to enter now: notices come out in November for the year after."""
    wanted = [today.year, *([today.year + 1] if today.month >= NOTICE_MONTH else [])]
    loaded = set(StatutoryYear.objects.values_list("year", flat=True))
    return next((year for year in wanted if year not in loaded), None)


@dataclass(frozen=True)
class Stretch:
    """Neighbouring days of one holiday, or one working weekend day."""

    name: str
    first: date
    last: date
    is_working: bool

    @property
    def label(self) -> str:
        return gettext(self.name)

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class CalendarYear:
    year: StatutoryYear
    holidays: list[Stretch]
    working_weekends: list[Stretch]


def calendar_years() -> list[CalendarYear]:
    """Every loaded year, the newest first, its exceptions joined to stretches."""
    years = StatutoryYear.objects.order_by("-year").prefetch_related("days")
    return [_calendar_year(year) for year in years]


def _calendar_year(year: StatutoryYear) -> CalendarYear:
    stretches = _joined(sorted(year.days.all(), key=lambda day: day.day))
    return CalendarYear(
        year=year,
        holidays=[stretch for stretch in stretches if not stretch.is_working],
        working_weekends=[stretch for stretch in stretches if stretch.is_working],
    )


def _joined(days: Iterable[StatutoryDay]) -> list[Stretch]:
    stretches: list[Stretch] = []
    for day in days:
        last = stretches[-1] if stretches else None
        if (
            last
            and (last.name, last.is_working) == (day.name, day.is_working)
            and (day.day - last.last).days == 1
        ):
            stretches[-1] = Stretch(last.name, last.first, day.day, last.is_working)
        else:
            stretches.append(Stretch(day.name, day.day, day.day, day.is_working))
    return stretches
