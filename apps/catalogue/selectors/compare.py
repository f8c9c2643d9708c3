"""The differences between two tariffs in words: what, where, from what to what, by how much."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.differences import Difference, What, differences
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.matrix import compared_with
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.words import joined, point_words, worded

KINDS: dict[What, str | Promise] = {
    What.CELL: gettext_lazy("费率"),
    What.BOUND: gettext_lazy("界限"),
    What.FACT: gettext_lazy("要素"),
    What.GROUP: gettext_lazy("系数组"),
    What.TABLE: gettext_lazy("费率表"),
    What.AXIS: gettext_lazy("档次"),
    What.GOLDEN: gettext_lazy("算例"),
}
BOUNDS: dict[str, str | Promise] = {
    "lowest": gettext_lazy("总浮动系数下限"),
    "highest": gettext_lazy("总浮动系数上限"),
    "minimum": gettext_lazy("最低保费"),
    "maximum": gettext_lazy("最高保费"),
}


@dataclass(frozen=True)
class Line:
    kind: str
    place: str
    before: str
    after: str
    percent: str  # with its sign; "" where nothing can be compared
    tone: str  # up, down, ""


@dataclass(frozen=True)
class Comparison:
    """`cells` counts the rates that differ; the extremes are over those that can be compared."""

    lines: list[Line]
    cells: int
    steepest: str
    deepest: str

    @property
    def is_same(self) -> bool:
        return not self.lines


def comparison(before: Tariff, after: Tariff) -> Comparison:
    found = differences(before, after)
    moves = [each.percent for each in found if each.what == What.CELL and each.percent]
    return Comparison(
        lines=[_line(before, after, each) for each in found],
        cells=sum(each.what == What.CELL for each in found),
        steepest=signed(max(moves, default=Decimal(0))) if any(m > 0 for m in moves) else "",
        deepest=signed(min(moves, default=Decimal(0))) if any(m < 0 for m in moves) else "",
    )


def comparison_of(version: TariffVersion) -> tuple[TariffVersion | None, Comparison | None]:
    """A version against the one that held before it."""
    before = compared_with(version)
    if before is None:
        return None, None
    return before, comparison(tariff_of(before), tariff_of(version))


def signed(percent: Decimal) -> str:
    return f"{percent:+.2f} %"


def _line(before: Tariff, after: Tariff, each: Difference) -> Line:
    percent = each.percent if each.what in {What.CELL, What.BOUND} else None
    return Line(
        kind=str(KINDS[each.what]),
        place=_place(before, after, each),
        before=each.before or _("没有"),
        after=each.after or _("没有"),
        percent="" if percent is None else signed(percent),
        tone="" if not percent else "up" if percent > 0 else "down",
    )


def _place(before: Tariff, after: Tariff, each: Difference) -> str:
    if each.what == What.BOUND:
        return str(BOUNDS[each.where[0]])
    table = after.table.get(each.table) or before.table.get(each.table)
    if each.what == What.CELL and table:
        words = [point_words(axis, key) for axis, key in zip(table.axes, each.where, strict=False)]
        return joined(worded(table), *words)
    if each.what == What.AXIS and table:
        return joined(worded(table), each.where[0])
    return joined(*each.where)
