"""A tariff made ready for reckoning: each table a list of integers and a way to find the cell.

Every value is an integer over a power of ten, so that products stay exact and quick.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from apps.catalogue.rules.tariff import (
    OTHERWISE,
    Axis,
    AxisKind,
    FactKind,
    Group,
    Several,
    Strategy,
    Table,
    TableKind,
    Tariff,
)
from apps.core.money import to_fen
from apps.rating.rules.risk import CannotPrice, Chosen, Risk, Why

Find = Callable[[Risk], int]
Ratio = tuple[int, int]


class Pick(NamedTuple):
    """The cell a risk fell into, and its value as numerator and denominator."""

    entry: "Entry"
    position: int
    numerator: int
    denominator: int


@dataclass(slots=True, eq=False)
class Entry:
    """One table, ready."""

    table: Table
    keys: list[tuple[str, ...]]
    find: Find
    values: list[int]
    denominator: int
    pick: Callable[["Entry", Risk], Pick]
    scale: int = 1  # of the exposure: 100 where it has two decimal places
    parts: int = 1  # a value is for so many of the exposure's smallest units

    def exposed(self, facts: Risk) -> int:
        """How much of the exposure there is, in its smallest unit."""
        name = self.table.exposure
        if not name:
            return 1
        amount = facts.get(name)
        if amount is None:
            raise CannotPrice(Why.MISSING, name)
        units = amount * self.scale
        if units != int(units):
            raise CannotPrice(Why.MALFORMED, name, amount)
        return int(units)


@dataclass(slots=True, eq=False)
class Factors:
    """One group, ready."""

    group: Group
    entries: list[Entry]
    lowest: Ratio | None
    highest: Ratio | None


@dataclass(slots=True, eq=False)
class Plan:
    classes: list[tuple[str, Find, list[str], Table]]
    bases: list[Entry]
    addons: dict[str, Entry]
    fixed: list[Factors]
    floating: list[Factors]
    lowest: Ratio | None
    highest: Ratio | None
    minimum: Decimal
    maximum: Decimal | None


@lru_cache(maxsize=256)
def compiled(tariff: Tariff) -> Plan:
    groups = [
        Factors(
            group,
            [_entry(tariff, table) for table in tariff.factors_of(group)],
            ratio(group.lowest),
            ratio(group.highest),
        )
        for group in tariff.groups
    ]
    return Plan(
        classes=[_class(tariff, table) for table in tariff.of_kind(TableKind.CLASS)],
        bases=[_entry(tariff, table) for table in tariff.of_kind(TableKind.BASE)],
        addons={table.code: _entry(tariff, table) for table in tariff.of_kind(TableKind.ADDON)},
        fixed=[factors for factors in groups if not factors.group.is_float],
        floating=[factors for factors in groups if factors.group.is_float],
        lowest=ratio(tariff.lowest),
        highest=ratio(tariff.highest),
        minimum=to_fen(tariff.minimum),
        maximum=None if tariff.maximum is None else to_fen(tariff.maximum),
    )


def ratio(number: Decimal | None) -> Ratio | None:
    return None if number is None else number.as_integer_ratio()


def combined(factors: Factors, picks: list[Pick]) -> Ratio:
    """What the picked factors of a group come to, before the group's own clamp."""
    if factors.group.strategy == Strategy.BEST:
        best = min(picks, key=lambda pick: Fraction(pick.numerator, pick.denominator))
        return best.numerator, best.denominator
    numerator = denominator = 1
    if factors.group.strategy == Strategy.DISCOUNTS:
        for pick in picks:
            off = pick.denominator - pick.numerator
            numerator = numerator * pick.denominator - off * denominator
            denominator *= pick.denominator
        if numerator <= 0:
            raise CannotPrice(Why.OUTSIDE, factors.group.code, 0)
        return numerator, denominator
    for pick in picks:
        numerator *= pick.numerator
        denominator *= pick.denominator
    return numerator, denominator


def clamped(value: Ratio, lowest: Ratio | None, highest: Ratio | None) -> Ratio:
    numerator, denominator = value
    if lowest is not None and numerator * lowest[1] < lowest[0] * denominator:
        return lowest
    if highest is not None and numerator * highest[1] > highest[0] * denominator:
        return highest
    return value


def _class(tariff: Tariff, table: Table) -> tuple[str, Find, list[str], Table]:
    keys = list(table.keys)
    return table.gives, _finder(tariff, table), [table.cells[key].gives for key in keys], table


def _entry(tariff: Tariff, table: Table) -> Entry:
    keys = list(table.keys)
    values = [table.cells[key].value or Decimal(0) for key in keys]
    places = max(_places(value) for value in values)
    exposure = tariff.fact[table.exposure] if table.exposure else None
    scale = 10**exposure.places if exposure else 1
    return Entry(
        table=table,
        keys=keys,
        find=_finder(tariff, table),
        values=[int(value.scaleb(places)) for value in values],
        denominator=10**places * table.per * scale,
        pick=_way_to_pick(table),
        scale=scale,
        parts=table.per * scale,
    )


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-int(exponent), 0)


def _way_to_pick(table: Table) -> Callable[[Entry, Risk], Pick]:
    if table.is_range:
        return _pick_in_range
    if any(axis.kind == AxisKind.LINEAR for axis in table.axes):
        return _pick_between
    return _pick_of_several if table.several else _pick_cell


def _pick_cell(entry: Entry, facts: Risk) -> Pick:
    position = entry.find(facts)
    return Pick(entry, position, entry.values[position], entry.denominator)


def _pick_of_several(entry: Entry, facts: Risk) -> Pick:
    """A fact with several codes: the cell of each is looked up, and one counts."""
    picks = [_pick_cell(entry, one) for one in _one_by_one(entry.table, facts)]
    choose = max if entry.table.several == Several.HIGHEST else min
    return choose(picks, key=lambda pick: (pick.numerator, -pick.position))


def _one_by_one(table: Table, facts: Risk) -> list[Risk]:
    found = [facts]
    for axis in table.axes:
        codes = facts.get(axis.fact)
        if isinstance(codes, frozenset) and axis.kind != AxisKind.FIRST:
            if not codes:
                raise CannotPrice(Why.MISSING, axis.fact)
            found = [{**each, axis.fact: code} for each in found for code in sorted(codes)]
    return found


def _pick_in_range(entry: Entry, facts: Risk) -> Pick:
    position, name = entry.find(facts), entry.table.code
    cell, chosen = entry.table.cells[entry.keys[position]], facts.get(name)
    if not isinstance(chosen, Chosen):
        raise CannotPrice(Why.MISSING, name)
    lowest = cell.value or Decimal(0)
    if not lowest <= chosen.value <= (lowest if cell.highest is None else cell.highest):
        raise CannotPrice(Why.OUTSIDE, name, chosen.value)
    if not chosen.reason.strip():
        raise CannotPrice(Why.UNREASONED, name)
    numerator, denominator = chosen.value.as_integer_ratio()
    return Pick(entry, position, numerator, denominator * entry.parts)


def _pick_between(entry: Entry, facts: Risk) -> Pick:
    """On the straight line between two neighbours along the last axis."""
    axis, position = entry.table.axes[-1], entry.find(facts)
    at = position % len(axis.points)
    lower, value = axis.points[at].lower, Decimal(facts[axis.fact])
    if value == lower:
        return Pick(entry, position, entry.values[position], entry.denominator)
    way, length = value - lower, axis.points[at + 1].lower - lower
    part, whole = way.as_integer_ratio(), length.as_integer_ratio()
    numerator, denominator = part[0] * whole[1], part[1] * whole[0]
    low, high = entry.values[position], entry.values[position + 1]
    return Pick(
        entry,
        position,
        low * (denominator - numerator) + high * numerator,
        entry.denominator * denominator,
    )


def _finder(tariff: Tariff, table: Table) -> Find:
    """From the facts to the position of the cell, the last axis counting fastest."""
    finds = [_axis_finder(tariff, axis) for axis in table.axes]
    if not finds:
        return lambda facts: 0
    if len(finds) == 1:
        return finds[0]
    sizes = [len(axis.points) for axis in table.axes]

    def find(facts: Risk) -> int:
        position = 0
        for size, find_one in zip(sizes, finds, strict=True):
            position = position * size + find_one(facts)
        return position

    return find


def _axis_finder(tariff: Tariff, axis: Axis) -> Find:
    makers: Mapping[AxisKind, Callable[..., Find]] = {
        AxisKind.EXACT: _exact,
        AxisKind.TIER: _tier,
        AxisKind.PREFIX: _prefix,
        AxisKind.FIRST: _first,
        AxisKind.LINEAR: _line,
    }
    is_number = tariff.fact[axis.fact].kind == FactKind.NUMBER
    return makers[axis.kind](axis.fact, axis, is_number)


def _exact(name: str, axis: Axis, is_number: bool) -> Find:
    index: dict[Any, int] = {
        point.lower if is_number else point.key: at for at, point in enumerate(axis.points)
    }

    def find(facts: Risk) -> int:
        at = index.get(facts.get(name))
        if at is None:
            raise _refusal(facts, name, Why.UNKNOWN)
        return at

    return find


def _tier(name: str, axis: Axis, is_number: bool) -> Find:
    lowers = [_short(point.lower) for point in axis.points]
    uppers = [None if point.upper is None else _short(point.upper) for point in axis.points]

    def find(facts: Risk) -> int:
        value: Any = facts.get(name)
        at = -1 if value is None else bisect_right(lowers, value) - 1
        if at >= 0:
            upper = uppers[at]
            if upper is None or value < upper:
                return at
        raise _refusal(facts, name, Why.OUTSIDE)

    return find


def _line(name: str, axis: Axis, is_number: bool) -> Find:
    """The point at or before the value; beyond the last one nothing is known."""
    points = [_short(point.lower) for point in axis.points]

    def find(facts: Risk) -> int:
        value: Any = facts.get(name)
        at = -1 if value is None else bisect_right(points, value) - 1
        if at >= 0 and value <= points[-1]:
            return at
        raise _refusal(facts, name, Why.OUTSIDE)

    return find


def _prefix(name: str, axis: Axis, is_number: bool) -> Find:
    index = {point.key: at for at, point in enumerate(axis.points)}
    lengths = sorted({len(key) for key in index}, reverse=True)

    def find(facts: Risk) -> int:
        code = facts.get(name)
        if isinstance(code, str):
            for length in lengths:
                at = index.get(code[:length])
                if at is not None:
                    return at
        raise _refusal(facts, name, Why.UNKNOWN)

    return find


def _first(name: str, axis: Axis, is_number: bool) -> Find:
    keys = [point.key for point in axis.points]

    def find(facts: Risk) -> int:
        codes = facts.get(name)
        if codes is not None:
            for at, key in enumerate(keys):
                if key == OTHERWISE or key in codes:
                    return at
        raise _refusal(facts, name, Why.UNKNOWN)

    return find


def _short(number: Decimal) -> int | Decimal:
    return int(number) if number == int(number) else number


def _refusal(facts: Risk, name: str, why: Why) -> CannotPrice:
    value = facts.get(name)
    return CannotPrice(Why.MISSING if value is None else why, name, value)
