"""The columns of the ledger, for the page and the file alike; their order never changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.core.dates import DAY
from apps.duty.selectors.ledger import Row
from apps.duty.words import also_of, label_of, next_of


@dataclass(frozen=True)
class Column:
    key: str
    label: str | Promise
    value: Callable[[Row, date], Any]
    is_number: bool = False
    is_on_page: bool = True
    kind: str = "text"
    width: int = 16


def last_day(row: Row, _today: date) -> date | None:
    return row.duty.cover_to - DAY if row.duty.cover_to else None


COLUMNS: Sequence[Column] = (
    Column(
        "uscc",
        gettext_lazy("统一社会信用代码"),
        lambda row, _today: row.enterprise.uscc,
        is_on_page=False,
        width=22,
    ),
    Column("site", gettext_lazy("场所"), lambda row, _today: row.site.name, is_on_page=False),
    Column("town", gettext_lazy("镇街"), lambda row, _today: row.site.town.label),
    Column(
        "address",
        gettext_lazy("地址"),
        lambda row, _today: row.site.address,
        is_on_page=False,
        width=36,
    ),
    Column("industry", gettext_lazy("行业"), lambda row, _today: str(row.site.industry), width=28),
    Column(
        "state",
        gettext_lazy("状态"),
        lambda row, _today: label_of(row.duty.state) + also_of(row.duty),
    ),
    Column("since", gettext_lazy("自"), lambda row, _today: row.duty.since, kind="date", width=12),
    Column(
        "people",
        gettext_lazy("已保/应保人数"),
        lambda row, _today: f"{row.duty.insured}/{row.duty.needed}",
        is_number=True,
        width=12,
    ),
    Column("cover_to", gettext_lazy("保障至"), last_day, is_on_page=False, kind="date", width=12),
    Column("authority", gettext_lazy("责任部门"), lambda row, _today: row.authority, width=26),
    Column(
        "next",
        gettext_lazy("下一步"),
        lambda row, today: next_of(row.duty, row.letter, today),
        width=32,
    ),
)
ON_PAGE = [column for column in COLUMNS if column.is_on_page]
