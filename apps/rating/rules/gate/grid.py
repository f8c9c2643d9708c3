"""All risks that a tariff tells apart: for each fact the values that lead to another cell.

Two values of a fact that fall on the same points everywhere, and are no exposure, price alike; one
of them stands for both. An industry known only through its class is such a fact. Each single value
is still looked up by itself (`edges`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain, combinations
from math import prod
from typing import Any

import numpy as np

from apps.catalogue.rules.tariff import (
    OTHERWISE,
    Axis,
    AxisKind,
    Fact,
    FactKind,
    Table,
    TableKind,
    Tariff,
)
from apps.rating.rules.many import Coded, Columns, encode_columns
from apps.rating.rules.many.axes import find
from apps.rating.rules.many.columns import ADDONS
from apps.rating.rules.risk import Chosen, Risk

PLAIN_EXPOSURES = (1, 37, 1009)  # where no table has steps for an exposure
MOST_ADDONS = 5  # with more, their combinations are taken in pairs
MOST_SETS = 12
EXAMINED = "examined"


@dataclass(frozen=True, slots=True)
class Use:
    """A fact decides a point of this axis: directly, or (`told`) by way of a class table."""

    table: Table
    axis: Axis
    told: Table | None = None


@dataclass(eq=False)
class Grid:
    """The product of `values`, in the order of `names`, the last fact fastest."""

    tariff: Tariff
    names: list[str]
    values: Mapping[str, list[Any]]
    rest: Risk  # facts that change nothing, as they are in every cell

    @cached_property
    def sizes(self) -> list[int]:
        return [len(self.values[name]) for name in self.names]

    @property
    def cells(self) -> int:
        return prod(self.sizes)

    def risk(self, cell: int) -> Risk:
        found = dict(self.rest)
        for name, size in zip(reversed(self.names), reversed(self.sizes), strict=True):
            cell, at = divmod(cell, size)
            found[name] = self.values[name][at]
        return found

    def coordinates(self, cells: Any) -> dict[str, Any]:
        found = np.unravel_index(cells, self.sizes) if self.names else ()
        return dict(zip(self.names, found, strict=True))

    def columns(self, coordinates: Mapping[str, Any], count: int) -> Columns:
        columns = {name: Coded(self.values[name], at) for name, at in coordinates.items()}
        rest = {name: Coded([value], np.zeros(count, np.intp)) for name, value in self.rest.items()}
        return encode_columns(self.tariff, {**rest, **columns}, count)


def grid_of(tariff: Tariff, order: list[str]) -> Grid:
    """`order` names the facts that matter, slowest first."""
    values = {name: _apart(tariff, name) for name in order}
    rest = {
        fact.code: found[0]
        for fact in tariff.asked
        if fact.code not in values and (found := edges(tariff, fact))
    }
    return Grid(tariff, order, values, rest)


def edges(tariff: Tariff, fact: Fact) -> list[Any]:
    """Every value of a fact that a table knows: steps, both ends of tiers, points and between."""
    if fact.code == ADDONS:
        return list(_addons(tariff))
    if fact.kind == FactKind.CHOSEN:
        return _chosen(tariff, fact)
    found: dict[Any, None] = {}
    for use in uses(tariff, fact.code):
        if use.told is None:
            found |= dict.fromkeys(_of_axis(fact, use.axis))
    for table in tariff.of_kind(TableKind.CLASS):
        for axis in table.axes:
            if axis.fact == fact.code:
                found |= dict.fromkeys(_of_axis(fact, axis))
    if not found and is_exposure(tariff, fact.code):
        found = dict.fromkeys(PLAIN_EXPOSURES)
    return list(found)


def uses(tariff: Tariff, name: str) -> Iterator[Use]:
    """The axes of premium tables that a fact moves a risk along."""
    tells = {table.gives: table for table in tariff.of_kind(TableKind.CLASS)}
    for table in tariff.tables:
        if table.kind == TableKind.CLASS:
            continue
        for axis in table.axes:
            if axis.fact == name:
                yield Use(table, axis)
            elif axis.fact in tells and name in behind(tariff, axis.fact):
                yield Use(table, axis, tells[axis.fact])


def behind(tariff: Tariff, name: str) -> set[str]:
    """The asked facts that a fact rests on; itself, when nothing tells it."""
    for table in tariff.of_kind(TableKind.CLASS):
        if table.gives == name:
            return set(chain.from_iterable(behind(tariff, axis.fact) for axis in table.axes))
    return {name}


def needed_by(tariff: Tariff, tables: list[Table]) -> set[str]:
    found: set[str] = set()
    for table in tables:
        names = [axis.fact for axis in table.axes]
        names += [table.exposure] * bool(table.exposure) + [table.code] * table.is_range
        found |= set(chain.from_iterable(behind(tariff, name) for name in names))
    return found


def is_exposure(tariff: Tariff, name: str) -> bool:
    return any(table.exposure == name for table in tariff.tables)


def told_code(tariff: Tariff, use: Use, value: Any) -> str | None:
    """What a class table that asks for nothing else makes of the value."""
    table = use.told
    if table is None or len(table.axes) != 1 or table.axes[0].fact in tariff.derived:
        return None
    at = find(tariff, table.axes[0], value)
    return table.cells[(table.axes[0].points[at].key,)].gives if at >= 0 else ""


def _apart(tariff: Tariff, name: str) -> list[Any]:
    fact = tariff.fact[name]
    seen: dict[Any, Any] = {}
    for value in edges(tariff, fact):
        seen.setdefault(_mark(tariff, fact, value), value)
    return list(seen.values())


def _mark(tariff: Tariff, fact: Fact, value: Any) -> Any:
    """Equal for two values that no table tells apart."""
    if is_exposure(tariff, fact.code) or fact.code == ADDONS or fact.kind == FactKind.CHOSEN:
        return value
    marks: list[Any] = []
    for use in uses(tariff, fact.code):
        code = told_code(tariff, use, value)
        if code is not None:
            marks.append(code)
        elif use.told or use.table.several or use.axis.kind == AxisKind.LINEAR:
            return value
        else:
            marks.append(find(tariff, use.axis, value))
    return tuple(marks)


def _of_axis(fact: Fact, axis: Axis) -> Iterator[Any]:
    step = Decimal(1).scaleb(-fact.places)
    for at, point in enumerate(axis.points):
        if axis.kind == AxisKind.TIER:
            yield _short(point.lower)
            yield _short(point.lower * 2 + step if point.upper is None else point.upper - step)
        elif axis.kind == AxisKind.LINEAR:
            yield _short(point.lower)
            if at + 1 < len(axis.points):
                yield _short(point.lower + (axis.points[at + 1].lower - point.lower) / 3)
        elif fact.kind == FactKind.NUMBER:
            yield _short(point.lower)
        elif fact.kind == FactKind.CODES:
            yield frozenset() if point.key == OTHERWISE else frozenset({point.key})
        else:
            yield point.key
    if fact.kind == FactKind.CODES:
        keys = [point.key for point in axis.points if point.key != OTHERWISE]
        yield from (frozenset(pair) for pair in combinations(keys[:MOST_SETS], 2))


def _chosen(tariff: Tariff, fact: Fact) -> list[Chosen]:
    table = tariff.table.get(fact.code)
    cells = table.cells.values() if table else ()
    ends = {bound for cell in cells for bound in (cell.value, cell.highest) if bound is not None}
    return [Chosen(end, EXAMINED) for end in sorted(ends)]


def _addons(tariff: Tariff) -> Iterator[frozenset[str]]:
    """All admissible combinations; of many add-ons none, each, each two, and all.

    Add-ons are added up and do not touch each other, so what pairs do, all do.
    """
    tables = tariff.of_kind(TableKind.ADDON)
    codes = [table.code for table in tables]
    sizes = range(len(codes) + 1) if len(codes) <= MOST_ADDONS else (0, 1, 2, len(codes))
    requires = {table.code: table.requires for table in tables if table.requires}
    seen = set()
    for some in chain.from_iterable(combinations(codes, size) for size in sizes):
        chosen = frozenset(some)
        while missing := {requires[code] for code in chosen & requires.keys()} - chosen:
            chosen |= missing
        if chosen not in seen:
            seen.add(chosen)
            yield chosen


def _short(number: Decimal) -> int | Decimal:
    """Six decimal places at most, as many as a value between two points may have."""
    number = round(number, 6)
    return int(number) if number == int(number) else number
