"""Whether a tariff is sound: every table complete, every axis covered once, nothing left to chance.

Each fault names its place and is worded elsewhere. Golden cases are run where prices are made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise

from apps.catalogue.rules.tariff import (
    OTHERWISE,
    Axis,
    AxisKind,
    Cell,
    FactKind,
    Keys,
    Point,
    Table,
    TableKind,
    Tariff,
    Trend,
)

NUMERIC = frozenset({AxisKind.TIER, AxisKind.LINEAR})


class FaultKind(StrEnum):
    NO_BASE = "no_base"
    TWICE = "twice"  # a code or a point given twice
    UNKNOWN_FACT = "unknown_fact"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_ADDON = "unknown_addon"
    WRONG_FACT = "wrong_fact"  # a number where codes are needed, or the other way round
    EMPTY_AXIS = "empty_axis"
    NOT_A_NUMBER = "not_a_number"
    GAP = "gap"  # between two tiers, or an overlap
    OTHERWISE_NOT_LAST = "otherwise_not_last"
    LINEAR_NOT_LAST = "linear_not_last"
    MISSING_CELL = "missing_cell"
    STRAY_CELL = "stray_cell"
    NOT_POSITIVE = "not_positive"
    EMPTY_RANGE = "empty_range"
    AGAINST_TREND = "against_trend"
    BOUNDS_CROSSED = "bounds_crossed"


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    table: str = ""
    where: str = ""


def faults(tariff: Tariff) -> list[Fault]:
    """Everything that stands against the tariff; [] when it is sound."""
    found = [*_of_whole(tariff)]
    for table in tariff.tables:
        of_table = [*_of_table(tariff, table)]
        found += of_table or _of_values(table)
    return found


def _of_whole(tariff: Tariff) -> Iterator[Fault]:
    if not tariff.of_kind(TableKind.BASE):
        yield Fault(FaultKind.NO_BASE)
    for codes in (
        [fact.code for fact in tariff.facts],
        [table.code for table in tariff.tables],
        [group.code for group in tariff.groups],
    ):
        yield from (Fault(FaultKind.TWICE, code) for code in _twice(codes))
    bounds = [("", tariff.lowest, tariff.highest), ("", tariff.minimum, tariff.maximum)]
    bounds += [(group.code, group.lowest, group.highest) for group in tariff.groups]
    for code, lowest, highest in bounds:
        if lowest is not None and highest is not None and lowest > highest:
            yield Fault(FaultKind.BOUNDS_CROSSED, code)


def _of_table(tariff: Tariff, table: Table) -> Iterator[Fault]:
    if table.kind == TableKind.FACTOR and table.group not in tariff.group:
        yield Fault(FaultKind.UNKNOWN_GROUP, table.code, table.group)
    addons = {addon.code for addon in tariff.of_kind(TableKind.ADDON)}
    if table.requires and table.requires not in addons:
        yield Fault(FaultKind.UNKNOWN_ADDON, table.code, table.requires)
    needed = [(table.gives, FactKind.CODE), (table.exposure, FactKind.NUMBER)]
    if table.is_range:
        needed.append((table.code, FactKind.CHOSEN))
    for name, kind in needed:
        if name and name not in tariff.fact:
            yield Fault(FaultKind.UNKNOWN_FACT, table.code, name)
        elif name and tariff.fact[name].kind != kind:
            yield Fault(FaultKind.WRONG_FACT, table.code, name)
    for axis in table.axes:
        yield from _of_axis(tariff, table, axis)
    if any(axis.kind == AxisKind.LINEAR for axis in table.axes[:-1]):
        yield Fault(FaultKind.LINEAR_NOT_LAST, table.code)
    points = set(table.keys)
    for keys in sorted(points - table.cells.keys()):
        yield Fault(FaultKind.MISSING_CELL, table.code, place(keys))
    for keys in sorted(table.cells.keys() - points):
        yield Fault(FaultKind.STRAY_CELL, table.code, place(keys))


def _of_axis(tariff: Tariff, table: Table, axis: Axis) -> Iterator[Fault]:
    fact = tariff.fact.get(axis.fact)
    if fact is None:
        yield Fault(FaultKind.UNKNOWN_FACT, table.code, axis.fact)
        return
    is_number = fact.kind == FactKind.NUMBER
    if axis.kind != AxisKind.EXACT and is_number != (axis.kind in NUMERIC):
        yield Fault(FaultKind.WRONG_FACT, table.code, axis.fact)
    if not axis.points:
        yield Fault(FaultKind.EMPTY_AXIS, table.code, axis.fact)
        return
    keys = [point.key for point in axis.points]
    yield from (Fault(FaultKind.TWICE, table.code, key) for key in _twice(keys))
    if axis.kind == AxisKind.FIRST and OTHERWISE in keys[:-1]:
        yield Fault(FaultKind.OTHERWISE_NOT_LAST, table.code, axis.fact)
    if not is_number:
        return
    wrong = [point for point in axis.points if not _is_number(point.key)]
    yield from (Fault(FaultKind.NOT_A_NUMBER, table.code, point.key) for point in wrong)
    if not wrong and axis.kind in NUMERIC:
        yield from (Fault(FaultKind.GAP, table.code, key) for key in _gaps(axis))


def _gaps(axis: Axis) -> Iterator[str]:
    """Where a tier does not begin exactly where the one before it ends."""
    for before, point in pairwise(axis.points):
        is_torn = axis.kind == AxisKind.TIER and before.upper != point.lower
        if is_torn or before.lower >= point.lower:
            yield point.key
    last: Point = axis.points[-1]
    if last.upper is not None and last.upper <= last.lower:
        yield last.key


def _of_values(table: Table) -> Iterator[Fault]:
    for keys, cell in table.cells.items():
        if table.kind == TableKind.CLASS:
            if not cell.gives:
                yield Fault(FaultKind.MISSING_CELL, table.code, place(keys))
        elif cell.value is None or cell.value <= 0:
            yield Fault(FaultKind.NOT_POSITIVE, table.code, place(keys))
        elif cell.highest is not None and cell.highest < cell.value:
            yield Fault(FaultKind.EMPTY_RANGE, table.code, place(keys))
    for at, axis in enumerate(table.axes):
        if axis.trend:
            yield from _against(table, at, axis.trend)


def _against(table: Table, at: int, trend: Trend) -> Iterator[Fault]:
    """Neighbours along an axis, all else equal, whose values go the wrong way."""
    points = [point.key for point in table.axes[at].points]
    after = dict(pairwise(points))
    for keys in table.keys:
        if (following := after.get(keys[at])) is None:
            continue
        next_keys = (*keys[:at], following, *keys[at + 1 :])
        low, high = _value(table.cells[keys]), _value(table.cells[next_keys])
        if (low > high) if trend == Trend.RISING else (low < high):
            yield Fault(FaultKind.AGAINST_TREND, table.code, place(next_keys))


def _value(cell: Cell) -> Decimal:
    return cell.value or Decimal(0)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _twice(codes: list[str]) -> list[str]:
    return sorted({code for code in codes if codes.count(code) > 1})


def place(keys: Keys) -> str:
    return " · ".join(keys)
