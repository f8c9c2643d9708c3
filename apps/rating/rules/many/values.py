"""The values of a tariff laid out for columns of positions, and where each row finds its cell."""

from dataclasses import dataclass
from decimal import Decimal
from math import lcm

import numpy as np
from numpy.typing import NDArray

from apps.catalogue.rules.tariff import AxisKind, Several, Table, TableKind, Tariff
from apps.rating.rules.many.axes import Line, find
from apps.rating.rules.many.columns import MILLIONTHS, Columns, Positions, cells_of, strides
from apps.rating.rules.many.numbers import EPS, Bools, Floats, Ints, Number, wrapped

Rows = slice | Ints

UNCHOSEN = -1


@dataclass(slots=True)
class Place:
    """Where the rows find their cells: the cell is `through[index]`, or `index` itself."""

    index: Positions
    through: Positions | None = None

    def cells(self) -> Positions:
        return self.index if self.through is None else self.through[self.index]


@dataclass(slots=True)
class Values:
    """One table: its values by `index`, as floats and as numerators; NaN where there is no cell."""

    table: Table
    index: Positions
    near: Floats
    rest: Ints
    over: int

    def at(self, rows: Rows, *, exact: bool) -> Number:
        index = self.index[rows]
        near = self.near.take(index, mode="clip")
        return Number(near, EPS, self.rest.take(index) if exact else None, self.over)


@dataclass(slots=True)
class Between(Values):
    """Interpolated: the value of the next point as well, and how far each row is on its way."""

    far_near: Floats
    far_rest: Ints
    line: Line

    def at(self, rows: Rows, *, exact: bool) -> Number:
        index, way = self.index[rows], self.line.way[rows]
        left, length = self.line.length - way, self.line.length
        near = (self.near[index] * left + self.far_near[index] * way) / length
        rest = self.rest[index] * left + self.far_rest[index] * way if exact else None
        return Number(near, 5 * EPS, rest, self.over * length)


@dataclass(slots=True)
class Ranged(Values):
    """Chosen by somebody: `near` and `far` are the bounds it must keep, in the same unit."""

    far: Ints
    chosen: Ints
    parts: int  # a value is for so many of the exposure's smallest units

    def at(self, rows: Rows, *, exact: bool) -> Number:
        index, chosen = self.index[rows], self.chosen[rows]
        unit = 10**MILLIONTHS
        scaled = chosen * wrapped(self.over // unit)
        is_inside = (self.rest[index] <= scaled) & (scaled <= self.far[index])
        is_told = is_inside & (chosen != UNCHOSEN) & ~np.isnan(self.near[index])
        near = np.where(is_told, chosen, np.nan) / (unit * self.parts)
        return Number(near, EPS, chosen if exact else None, unit * self.parts)


def ready(tariff: Tariff, columns: Columns) -> tuple[dict[str, Values], Bools]:
    """The tables that make the premium, and the rows that have none whatever they say."""
    places: dict[str, Place] = {}
    refused = columns.refused.copy()
    codes: dict[str, tuple[Place, list[str]]] = {}
    for table in tariff.of_kind(TableKind.CLASS):
        place = _place(tariff, table, columns, codes)
        refused |= place.cells() == cells_of(table)
        codes[table.gives] = place, [table.cells[keys].gives for keys in table.keys]
    for table in tariff.tables:
        if table.kind != TableKind.CLASS:
            places[table.code] = _place(tariff, table, columns, codes)
    return {code: _values(tariff, code, place, columns) for code, place in places.items()}, refused


def _place(
    tariff: Tariff, table: Table, columns: Columns, codes: dict[str, tuple[Place, list[str]]]
) -> Place:
    """Facts that tables tell are looked up now: what they tell is a value like any other."""
    index, size = columns.positions[table.code], cells_of(table)
    if table.code in columns.several:
        return Place(index)
    derived = [axis for axis in table.axes if axis.fact in codes]
    if not derived:
        return Place(index)
    found = {}
    for axis in derived:
        place, told = codes[axis.fact]
        points = [find(tariff, axis, code) for code in told]
        nowhere = len(axis.points)
        steps = np.array([*(nowhere if at < 0 else at for at in points), nowhere], np.intp)
        through = steps if place.through is None else steps[place.through]
        found[axis.fact] = Place(place.index, through)
    if len(table.axes) == 1:
        return found[derived[0].fact]
    is_lost = index == size
    total = index.copy()
    for axis, stride in zip(table.axes, strides(table), strict=True):
        if axis.fact in found:
            at = found[axis.fact].cells()
            is_lost |= at == len(axis.points)
            total += at * stride
    total[is_lost] = size
    return Place(total)


def _values(tariff: Tariff, code: str, place: Place, columns: Columns) -> Values:
    table = tariff.table[code]
    cells = [table.cells[keys] for keys in table.keys]
    values = [cell.value or Decimal(0) for cell in cells]
    exposure = tariff.fact[table.exposure] if table.exposure else None
    parts = table.per * (10**exposure.places if exposure else 1)
    if table.is_range:
        highs = [cell.highest if cell.highest is not None else cell.value for cell in cells]
        ends = values, [high or Decimal(0) for high in highs]
        return _ranged(table, place, columns, *ends, parts=parts)
    unit = lcm(1, *(value.as_integer_ratio()[1] for value in values))
    over = unit * parts
    tops = [int(value * unit) for value in values]
    if code in columns.several:
        place = Place(place.index, _winners(table, columns.several[code], tops))
    near = np.array([*(top / over for top in tops), np.nan])
    rest = np.array([*(wrapped(top) for top in tops), 0], np.int64)
    index, through = place.index, place.through
    if code in columns.lines:
        far = _following(table)
        return Between(
            table, place.cells(), near, rest, over, near[far], rest[far], columns.lines[code]
        )
    if through is None:
        return Values(table, index, near, rest, over)
    return Values(table, index, near[through], rest[through], over)


def _ranged(
    table: Table,
    place: Place,
    columns: Columns,
    lows: list[Decimal],
    highs: list[Decimal],
    *,
    parts: int,
) -> Ranged:
    ratios = [bound.as_integer_ratio()[1] for bound in [*lows, *highs]]
    over = lcm(10**MILLIONTHS, *ratios)
    near = np.array([*(float(low) for low in lows), np.nan])
    rest = np.array([*(int(low * over) for low in lows), 0], np.int64)
    far = np.array([*(int(high * over) for high in highs), 0], np.int64)
    chosen = columns.chosen[table.code]
    return Ranged(table, place.cells(), near, rest, over, far, chosen, parts)


def _following(table: Table) -> NDArray[np.intp]:
    """Of each cell, the next along the interpolated axis; of the last point, itself."""
    size, points = cells_of(table), len(table.axes[-1].points)
    is_linear = table.axes[-1].kind == AxisKind.LINEAR
    after = [at + 1 if is_linear and (at + 1) % points else at for at in range(size)]
    return np.array([*after, size], np.intp)


def _winners(table: Table, sets: list[list[int]], tops: list[int]) -> Positions:
    choose = max if table.several == Several.HIGHEST else min
    size = len(tops)
    return np.array(
        [size if size in cells else choose(cells, key=tops.__getitem__) for cells in sets], np.intp
    )
