"""The premium of every row: floats first, residues where floats cannot tell, `price` for the rest.

Which rows are which is decided by proven bounds on the error, so no row is ever only nearly right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce

import numpy as np

from apps.catalogue.rules.tariff import Group, Share, Strategy, Table, TableKind, Tariff
from apps.rating.rules.many import numbers
from apps.rating.rules.many.columns import Columns, shape
from apps.rating.rules.many.numbers import Bools, Floats, Ints, Number
from apps.rating.rules.many.values import Rows, Values, ready
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice

REFUSED = -1
CHUNK = 16_384  # rows whose columns stay in the processor's cache
ONE = Fraction(1)


class EnginesDisagree(Exception):
    """`price_many` refuses a row that `price` prices: a fault of the program, not of the row."""


def price_many(tariff: Tariff, columns: Columns) -> Ints:
    """The premiums in fen, REFUSED where there is none (`refusals` tells why)."""
    if columns.shape != shape(tariff):
        raise ValueError("These columns were encoded for a tariff with other axes.")
    desk = _Desk(tariff, columns)
    fen = np.empty(columns.count, np.int64)
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, columns.count, CHUNK):
            rows = slice(start, min(start + CHUNK, columns.count))
            fen[rows] = desk.premiums(rows)
    return fen


def refusals(
    tariff: Tariff, columns: Columns, fen: Ints, *, at_most: int | None = None
) -> dict[int, CannotPrice]:
    """Why the refused rows have no premium, in the words of `price`."""
    found = {}
    for row in np.flatnonzero(fen == REFUSED)[:at_most].tolist():
        try:
            price(tariff, columns.risk(row))
        except CannotPrice as cause:
            found[row] = cause
        else:
            raise EnginesDisagree(row)
    return found


@dataclass(slots=True)
class _Pass:
    """One way through some rows: with residues or without, and which rows it could not decide."""

    rows: Rows
    exact: bool
    doubt: Bools


class _Desk:
    def __init__(self, tariff: Tariff, columns: Columns) -> None:
        self.tariff, self.columns = tariff, columns
        self.values, self.refused = ready(tariff, columns)
        self.addons = tariff.of_kind(TableKind.ADDON)
        self.minimum = _fen(tariff.minimum)
        self.maximum = None if tariff.maximum is None else _fen(tariff.maximum)

    def premiums(self, rows: slice) -> Ints:
        first = _Pass(rows, exact=False, doubt=self.columns.odd[rows].copy())
        near, is_close = numbers.rounded(self._total(first))
        fen: Ints = np.where(np.isnan(near), REFUSED, near).astype(np.int64)
        doubtful = np.flatnonzero(first.doubt | is_close)
        if doubtful.size:
            fen[doubtful] = self._exactly(doubtful + rows.start)
        fen[self.refused[rows]] = REFUSED
        priced = fen != REFUSED
        np.maximum(fen, self.minimum, out=fen, where=priced)
        if self.maximum is not None:
            np.minimum(fen, self.maximum, out=fen, where=priced)
        return fen

    def _exactly(self, rows: Ints) -> Ints:
        second = _Pass(rows, exact=True, doubt=self.columns.odd[rows].copy())
        total = self._total(second)
        low, is_close = numbers.rounded(total)
        fen = np.where(is_close, numbers.decided(total, second.doubt), low)
        found = np.where(np.isnan(total.near), REFUSED, fen).astype(np.int64)
        for at in np.flatnonzero(second.doubt).tolist():
            found[at] = self._plainly(int(rows[at]))
        return found

    def _plainly(self, row: int) -> int:
        try:
            premium = price(self.tariff, self.columns.risk(row)).premium
        except CannotPrice:
            return REFUSED
        return _fen(premium)

    def _total(self, way: _Pass) -> Number:
        """From the base to the premium before rounding; the order of steps is the tariff's."""
        base = self._base(way)
        total = base
        for table in self.addons:
            if table.is_adjusted:
                total = numbers.plus(total, self._addon(table, way, base, base))
        fixed = [group for group in self.tariff.groups if not group.is_float]
        floating = [group for group in self.tariff.groups if group.is_float]
        total = self._times(total, fixed, way)
        factor = self._times(numbers.constant(ONE), floating, way)
        factor = numbers.held(factor, *_bounds(self.tariff), way.doubt)
        total = adjusted = numbers.times(total, factor)
        for table in self.addons:
            if not table.is_adjusted:
                total = numbers.plus(total, self._addon(table, way, base, adjusted))
        return total

    def _base(self, way: _Pass) -> Number:
        terms = [
            self._exposed(self.values[table.code], way)
            for table in self.tariff.of_kind(TableKind.BASE)
        ]
        base = reduce(numbers.plus, terms)
        base.near[base.near == 0] = np.nan
        return base

    def _exposed(self, values: Values, way: _Pass) -> Number:
        value = values.at(way.rows, exact=way.exact)
        if not values.table.exposure:
            return value
        units = self.columns.units[values.table.exposure][way.rows]
        near: Floats = np.where(units < 0, np.nan, units)
        return numbers.times(value, Number(near, 0.0, units if way.exact else None, 1))

    def _addon(self, table: Table, way: _Pass, base: Number, adjusted: Number) -> Number:
        values, taken = self.values[table.code], self.columns.taken[table.code][way.rows]
        of = {Share.BASE: base, Share.PREMIUM: adjusted}.get(table.share_of)
        if of is None:
            whole = self._exposed(values, way)
        else:
            whole = numbers.times(values.at(way.rows, exact=way.exact), of)
        rest = None if whole.rest is None else np.where(taken, whole.rest, 0)
        return Number(np.where(taken, whole.near, 0.0), whole.slack, rest, whole.over)

    def _times(self, start: Number, groups: Iterable[Group], way: _Pass) -> Number:
        for group in groups:
            start = numbers.times(start, self._together(group, way))
        return start

    def _together(self, group: Group, way: _Pass) -> Number:
        tables = self.tariff.factors_of(group)
        exact = way.exact or group.strategy == Strategy.DISCOUNTS
        parts = [self.values[table.code].at(way.rows, exact=exact) for table in tables]
        if not parts:
            together = numbers.constant(ONE)
        elif group.strategy == Strategy.DISCOUNTS:
            together = numbers.discounted(parts, way.doubt)
        elif group.strategy == Strategy.BEST:
            together = reduce(lambda one, other: numbers.least(one, other, way.doubt), parts)
        else:
            together = reduce(numbers.times, parts)
        return numbers.held(together, *_bounds(group), way.doubt)


def _bounds(clamp: Group | Tariff) -> tuple[Fraction | None, Fraction | None]:
    lowest, highest = clamp.lowest, clamp.highest
    return (
        None if lowest is None else Fraction(lowest),
        None if highest is None else Fraction(highest),
    )


def _fen(amount: Decimal) -> int:
    return int(amount.scaleb(2))
