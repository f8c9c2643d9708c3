"""Enters a year of the statutory calendar from the State Council's notice: all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from unicodedata import normalize

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.reference.models import StatutoryDay, StatutoryYear
from apps.reference.rules import SATURDAY
from apps.reference.services.tables import Faults, Table, records

COLUMNS = {
    "day": ("日期", "date"),
    "is_working": ("是否工作日", "工作日", "是否上班"),
    "name": ("名称", "节日", "说明"),
}
FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(36_526, 73_051)  # 2000 to 2100: a date that lost its format
WORKING = {"是", "班", "上班", "工作日", "1", "true", "y", "yes"}
RESTING = {"否", "休", "休息", "放假", "节假日", "0", "false", "n", "no"}
FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))  # holidays by the solar calendar
DAYS_OFF = 13  # since 2025; weekdays off less weekend days worked


@dataclass(frozen=True)
class _Day:
    day: date
    is_working: bool
    name: str

    @property
    def is_exception(self) -> bool:
        return self.is_working != (self.day.weekday() < SATURDAY)


@transaction.atomic
def load_working_days(
    *, year: int, table: Table, source: str, by: str, days_off: int = DAYS_OFF
) -> StatutoryYear:
    """Write the year's holidays and working weekends, replacing what was entered for it before.

    The table may list the exceptions alone or every day of the year. The sum of days off guards
    against a forgotten row; give another sum for a year in which the law has changed it.
    """
    days = _checked(year, table, days_off)
    entry, _created = StatutoryYear.objects.update_or_create(
        year=year, defaults={"source": source, "loaded_by": by, "loaded_at": timezone.now()}
    )
    entry.days.all().delete()
    StatutoryDay.objects.bulk_create(
        StatutoryDay(year=entry, day=day.day, is_working=day.is_working, name=day.name)
        for day in days
    )
    return entry


def _checked(year: int, table: Table, days_off: int) -> list[_Day]:
    faults, found = Faults(), dict[date, _Day]()
    for number, record in records(table, COLUMNS):
        day, is_working = _date(record["day"]), _is_working(record["is_working"])
        if fault := _fault(year, record, day, is_working, found):
            faults.add(number, fault)
        elif day and is_working is not None:
            found[day] = _Day(day, is_working, str(record["name"]))
    for fault in _overall_faults(year, found, days_off) if not faults.lines else []:
        faults.add_overall(fault)
    faults.refuse()
    return [day for day in found.values() if day.is_exception or day.name]


def _fault(
    year: int,
    record: Mapping[str, Any],
    day: date | None,
    is_working: bool | None,
    found: Mapping[date, _Day],
) -> str:
    if day is None:
        return _("“%(text)s”不是日期，请写成 2027-01-01。") % {"text": record["day"]}
    if day.year != year:
        return _("%(day)s 不在 %(year)s 年。") % {"day": day.isoformat(), "year": year}
    if day in found:
        return _("%(day)s 出现了两次。") % {"day": day.isoformat()}
    if is_working is None:
        return _("“是否工作日”应写“是”或“否”，不是“%(text)s”。") % {"text": record["is_working"]}
    if _Day(day, is_working, "").is_exception and not record["name"]:
        return _("%(day)s 与平常的周几不同，请填写名称。") % {"day": day.isoformat()}
    return ""


def _overall_faults(year: int, found: Mapping[date, _Day], days_off: int) -> list[str]:
    """A year whose notice is only half typed would give wrong deadlines in silence."""
    faults = [
        _("%(day)s 是法定节日，应为休息日。") % {"day": day.isoformat()}
        for day in (date(year, month, number) for month, number in FIXED)
        if _works(found, day)
    ]
    exceptions = [day for day in found.values() if day.is_exception]
    total = sum(-1 if day.is_working else 1 for day in exceptions)
    if total != days_off:
        words = {"total": total, "expected": days_off}
        faults.append(
            _(
                "放假的工作日减去调休上班的周末为 %(total)s 天，应为 %(expected)s 天，"
                "请核对有无漏行。"
            )
            % words
        )
    return faults


def _works(found: Mapping[date, _Day], day: date) -> bool:
    entry = found.get(day)
    return entry.is_working if entry else day.weekday() < SATURDAY


def _date(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = normalize("NFKC", str(cell)).replace(" ", "").removesuffix(".0")
    if text.isdecimal() and int(text) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(text))
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    return None


def _is_working(cell: Any) -> bool | None:
    if isinstance(cell, bool):
        return cell
    text = normalize("NFKC", str(cell)).removesuffix(".0").lower()
    return True if text in WORKING else False if text in RESTING else None
