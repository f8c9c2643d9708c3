"""What risks are, as columns of positions: which point of each axis, how much of each exposure.

Nothing here depends on a value of the tariff, so a portfolio is encoded once and priced again for
every change of values. Only when the axes change must it be encoded anew (`shape`).
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.catalogue.rules.tariff import AxisKind, Table, TableKind, Tariff
from apps.rating.rules.many.axes import Line, find, line
from apps.rating.rules.many.numbers import Bools, Ints
from apps.rating.rules.risk import Chosen, Risk

Positions = NDArray[np.intp]

ADDONS = "addons"
UNKNOWN = -1
MILLIONTHS = 6  # decimal places of a value chosen in a range
MOST_UNITS = 2**53
MOST_CHOSEN = 10**12


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as its different values and which of them each row has."""

    values: Sequence[Any]
    index: Positions


Column = Sequence[Any] | NDArray[Any] | Coded


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """Risks ready for `price_many`. A position one past the last cell says that there is none."""

    shape: Hashable
    count: int
    positions: Mapping[str, Positions]  # by table; axes of derived facts left out
    several: Mapping[str, list[list[int]]]  # by table: the cells of each set of codes
    lines: Mapping[str, Line]  # by table with an interpolated axis
    units: Mapping[str, Ints]  # by exposure, in its smallest unit
    chosen: Mapping[str, Ints]  # by table with ranges, in millionths
    taken: Mapping[str, Bools]  # by add-on
    refused: Bools  # whatever the values are
    odd: Bools  # rows that only the plain engine can price
    risk: Callable[[int], Risk]  # a row as it was


@lru_cache(maxsize=256)
def shape(tariff: Tariff) -> Hashable:
    """All of a tariff that encoding looks at. Equal shapes share their columns."""
    facts = tuple((fact.code, fact.kind, fact.places) for fact in tariff.facts)
    tables = tuple(
        (
            (table.code, table.kind, table.gives, table.exposure),
            (table.several, table.requires, table.is_range, table.axes),
        )
        for table in tariff.tables
    )
    return facts, tables


def encode(tariff: Tariff, rows: Sequence[Risk]) -> Columns:
    """Risks as `price` takes them."""
    asked = [fact.code for fact in tariff.asked]
    columns = {code: [row.get(code) for row in rows] for code in asked}
    told = tariff.derived
    refused = np.array([not told.isdisjoint(row) for row in rows], dtype=bool)
    return encode_columns(tariff, columns, len(rows), refused=refused, risk=rows.__getitem__)


def encode_columns(
    tariff: Tariff,
    columns: Mapping[str, Column],
    count: int,
    *,
    refused: Bools | None = None,
    risk: Callable[[int], Risk] | None = None,
) -> Columns:
    """Columns of typed facts by name; None is unknown, a column left out is unknown throughout."""
    coded = {fact.code: _coded(columns.get(fact.code), count) for fact in tariff.asked}
    maker = _Encoding(tariff, count, coded)
    if refused is not None:
        maker.refused |= refused
    return maker.columns(risk or _rows_of(coded))


def _coded(column: Column | None, count: int) -> Coded:
    if column is None:
        return Coded([None], np.zeros(count, np.intp))
    if isinstance(column, Coded):
        return column
    if isinstance(column, np.ndarray) and column.dtype != object:
        values, index = np.unique(column, return_inverse=True)
        return Coded(values.tolist(), index.astype(np.intp))
    seen: dict[Any, int] = {}
    index_list = [seen.setdefault(value, len(seen)) for value in column]
    return Coded(list(seen), np.array(index_list, dtype=np.intp))


def _rows_of(coded: Mapping[str, Coded]) -> Callable[[int], Risk]:
    def risk(row: int) -> Risk:
        known = {name: column.values[column.index[row]] for name, column in coded.items()}
        return {name: value for name, value in known.items() if value is not None}

    return risk


class _Encoding:
    def __init__(self, tariff: Tariff, count: int, coded: Mapping[str, Coded]) -> None:
        self.tariff, self.count, self.coded = tariff, count, coded
        self.refused = np.zeros(count, dtype=bool)
        self.odd = np.zeros(count, dtype=bool)
        self.positions: dict[str, Positions] = {}
        self.several: dict[str, list[list[int]]] = {}
        self.lines: dict[str, Line] = {}

    def columns(self, risk: Callable[[int], Risk]) -> Columns:
        for table in self.tariff.tables:
            if table.several and not is_special(table) and table.kind != TableKind.CLASS:
                self._of_several(table)
            else:
                self.positions[table.code] = self._positions(table)
        return Columns(
            shape=shape(self.tariff),
            count=self.count,
            positions=self.positions,
            several=self.several,
            lines=self.lines,
            units=self._units(),
            chosen=self._chosen(),
            taken=self._taken(),
            refused=self.refused,
            odd=self.odd,
            risk=risk,
        )

    def _positions(self, table: Table) -> Positions:
        """The last axis counts fastest, as in the table's own order of cells."""
        derived, size = self.tariff.derived, cells_of(table)
        total, missing = np.zeros(self.count, np.intp), np.zeros(self.count, dtype=bool)
        for axis, stride in zip(table.axes, strides(table), strict=True):
            if axis.fact in derived:
                continue
            column = self.coded[axis.fact]
            points = np.array([find(self.tariff, axis, value) for value in column.values], np.intp)
            at = points[column.index]
            total += at * stride
            missing |= at == UNKNOWN
            if axis.kind == AxisKind.LINEAR:
                among = line(axis, column.values, points)
                self.lines[table.code] = Line(among.way[column.index], among.length)
                self.odd |= among.way[column.index] == UNKNOWN
        total[missing] = size
        if table.kind == TableKind.CLASS:
            self.refused |= missing
        return total

    def _of_several(self, table: Table) -> None:
        """Each set of codes that occurs, with all the cells it touches."""
        if any(axis.fact in self.tariff.derived for axis in table.axes):
            self.odd[:] = True
        columns = [self.coded[axis.fact] for axis in table.axes if axis.fact in self.coded]
        together = np.zeros(self.count, np.intp)
        for column in columns:
            together = together * len(column.values) + column.index
        present, index = np.unique(together, return_inverse=True)
        sets = []
        for code in present.tolist():
            values = []
            for column in reversed(columns):
                code, at = divmod(code, len(column.values))
                values.append(column.values[at])
            sets.append(self._cells(table, values[::-1]))
        self.several[table.code] = sets
        self.positions[table.code] = index.astype(np.intp)

    def _cells(self, table: Table, values: list[Any]) -> list[int]:
        """[one past the last] where any of the codes has no cell."""
        ways = []
        for axis, stride, value in zip(table.axes, strides(table), values, strict=False):
            is_many = isinstance(value, frozenset) and axis.kind != AxisKind.FIRST
            found = [find(self.tariff, axis, one) for one in (value if is_many else [value])]
            if not found or UNKNOWN in found:
                return [cells_of(table)]
            ways.append([at * stride for at in found])
        return [sum(way) for way in product(*ways)]

    def _units(self) -> dict[str, Ints]:
        names = {table.exposure for table in self.tariff.tables if table.exposure}
        found = {}
        for name in names:
            column, scale = self.coded[name], 10 ** self.tariff.fact[name].places
            of_values = [_whole(value, scale) for value in column.values]
            units = np.array([-1 if of > MOST_UNITS else of for of in of_values], np.int64)
            found[name] = units[column.index]
            is_long = np.array([of > MOST_UNITS for of in of_values], dtype=bool)
            self.odd |= is_long[column.index]
        return found

    def _chosen(self) -> dict[str, Ints]:
        found = {}
        for table in self.tariff.tables:
            if table.is_range:
                column = self.coded[table.code]
                of_values = [_millionths(value) for value in column.values]
                plain = [UNKNOWN if of is None else of for of in of_values]
                found[table.code] = np.array(plain, np.int64)[column.index]
                is_fine = np.array([of is None for of in of_values], dtype=bool)
                self.odd |= is_fine[column.index]
        return found

    def _taken(self) -> dict[str, Bools]:
        addons = self.tariff.of_kind(TableKind.ADDON)
        if not addons:
            return {}
        column = self.coded.get(ADDONS) or _coded(None, self.count)
        requires = {table.code: table.requires for table in addons}
        wrong = [_is_wrong(codes, requires) for codes in column.values]
        self.refused |= np.array(wrong, dtype=bool)[column.index]
        return {
            code: np.array([codes is not None and code in codes for codes in column.values])[
                column.index
            ]
            for code in requires
        }


def is_special(table: Table) -> bool:
    """Its value is chosen or interpolated, not one of its cells'."""
    return table.is_range or any(axis.kind == AxisKind.LINEAR for axis in table.axes)


def strides(table: Table) -> list[int]:
    found, stride = [], 1
    for axis in reversed(table.axes):
        found.append(stride)
        stride *= len(axis.points)
    return found[::-1]


def cells_of(table: Table) -> int:
    size = 1
    for axis in table.axes:
        size *= len(axis.points)
    return size


def _is_wrong(codes: Any, requires: Mapping[str, str]) -> bool:
    if codes is None:
        return True
    return any(
        code not in requires or bool(requires[code] and requires[code] not in codes)
        for code in codes
    )


def _whole(value: Any, scale: int) -> int:
    """In the smallest unit; UNKNOWN where it is not whole."""
    if value is None or value * scale != int(value * scale):
        return UNKNOWN
    return int(value * scale)


def _millionths(value: Any) -> int | None:
    """None where there are more decimal places than a column keeps."""
    if not isinstance(value, Chosen) or not value.reason.strip():
        return UNKNOWN
    scaled = value.value.scaleb(MILLIONTHS)
    if scaled != int(scaled) or scaled > MOST_CHOSEN:
        return None
    return int(scaled) if scaled >= 0 else UNKNOWN
