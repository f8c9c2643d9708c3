"""What reference data refuses, in the words of the person who has to mend it."""

from datetime import date
from typing import Self

from django.utils.translation import gettext as _

from apps.core.errors import DomainError


class CalendarMissing(DomainError):
    code = "calendar_missing"

    @classmethod
    def of_year(cls, year: int) -> Self:
        return cls(
            _(
                "%(year)s 年的法定工作日年历尚未录入，涉及该年的工作日期限无法推算。"
                "请平台系统管理员按国务院办公厅当年的放假通知录入。"
            )
            % {"year": year}
        )


class ParameterMissing(DomainError):
    code = "parameter_missing"

    @classmethod
    def on_day(cls, name: str, day: date) -> Self:
        return cls(
            _(
                "“%(name)s”在 %(day)s 没有有效取值，相关业务不能办理。"
                "请平台系统管理员录入该日适用的取值和依据文件。"
            )
            % {"name": name, "day": day.isoformat()}
        )


class ParameterRefused(DomainError):
    code = "parameter_refused"


class TableRefused(DomainError):
    """A file of reference data was refused as a whole; each line says where and why."""

    code = "table_refused"

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
