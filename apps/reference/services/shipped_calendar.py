"""Seeds the statutory calendar with the years that the chinesecalendar library knows."""

from hashlib import sha256
from pathlib import Path

from chinese_calendar import Holiday, constants
from django.utils import timezone

from apps.reference.models import RELEASE, StatutoryDay, StatutoryYear

NAME = "calendar"
FIRST_YEAR = 2018  # the programme began
NOTICE = "国务院办公厅关于%(year)s年部分节假日安排的通知"
# Notices that changed a year after it had been announced.
CHANGES = {
    2019: "国务院办公厅关于调整2019年劳动节假期安排的通知",
    2020: "国务院办公厅关于延长2020年春节假期的通知",
}
IN_FULL = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def digest() -> str:
    known = repr((sorted(constants.holidays.items()), sorted(constants.workdays.items())))
    return sha256(known.encode() + Path(__file__).read_bytes()).hexdigest()


def load() -> str:
    """Write every known year that nobody has entered by hand."""
    taken = StatutoryYear.objects.exclude(loaded_by=RELEASE).values_list("year", flat=True)
    last = max(constants.holidays).year
    years = sorted(set(range(FIRST_YEAR, last + 1)) - set(taken))
    for year in years:
        _write(year)
    return f"{NAME}: {len(years)}"


def _write(number: int) -> None:
    source = "；".join(filter(None, [NOTICE % {"year": number}, CHANGES.get(number)]))
    year, _created = StatutoryYear.objects.update_or_create(
        year=number,
        defaults={"source": source, "loaded_by": RELEASE, "loaded_at": timezone.now()},
    )
    year.days.all().delete()
    StatutoryDay.objects.bulk_create(
        StatutoryDay(year=year, day=day, is_working=is_working, name=_name(english))
        for days, is_working in ((constants.holidays, False), (constants.workdays, True))
        for day, english in days.items()
        if day.year == number
    )


def _name(english: str) -> str:
    chinese: str = Holiday(english).chinese
    return IN_FULL.get(chinese, chinese)
