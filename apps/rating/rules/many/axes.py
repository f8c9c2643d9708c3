"""Which point of an axis a value falls on, told without the plain engine's own search."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import lcm
from typing import Any

import numpy as np

from apps.catalogue.rules.tariff import OTHERWISE, Axis, AxisKind, FactKind, Tariff
from apps.rating.rules.many.numbers import Ints

NOWHERE = -1
FINEST = 6  # decimal places of a value between two points
LONGEST = 2**40


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """How far each value is on its way to the next point: `way` of `length`."""

    way: Ints
    length: int


def find(tariff: Tariff, axis: Axis, value: Any) -> int:
    if value is None:
        return NOWHERE
    match axis.kind:
        case AxisKind.TIER:
            return _tier(axis, value)
        case AxisKind.LINEAR:
            return _last_before(axis, value)
        case AxisKind.PREFIX:
            return _longest(axis, value)
        case AxisKind.FIRST:
            return _at([key == OTHERWISE or key in value for key in _keys(axis)])
        case AxisKind.EXACT if tariff.fact[axis.fact].kind == FactKind.NUMBER:
            return _at([point.lower == value for point in axis.points])
    return _at([key == value for key in _keys(axis)])


def line(axis: Axis, values: Any, points: Any) -> Line:
    """Over one length for all values; NOWHERE for one that does not fit it."""
    lowers = [point.lower for point in axis.points]
    gaps = [after - before for before, after in pairwise(lowers)]
    ways = [Decimal(0)] * len(values)
    for row, at in enumerate(points):
        if at != NOWHERE and (way := Decimal(values[row]) - lowers[at]):
            ways[row] = way
    scale = 10 ** min(FINEST, max((_places(one) for one in [*gaps, *ways]), default=0))
    length = lcm(1, *(int(gap * scale) for gap in gaps))
    found = []
    for at, way in zip(points, ways, strict=True):
        whole = way * scale
        is_odd = length > LONGEST or whole != int(whole)
        step = length // int(gaps[at] * scale) if way and not is_odd else 0
        found.append(NOWHERE if is_odd else int(whole) * step)
    return Line(np.array(found, np.int64), length)


def _keys(axis: Axis) -> list[str]:
    return [point.key for point in axis.points]


def _at(fits: list[bool]) -> int:
    return fits.index(True) if True in fits else NOWHERE


def _tier(axis: Axis, value: Any) -> int:
    fits = [
        point.lower <= value and (point.upper is None or value < point.upper)
        for point in axis.points
    ]
    return _at(fits)


def _last_before(axis: Axis, value: Any) -> int:
    lowers = [point.lower for point in axis.points]
    if not lowers[0] <= value <= lowers[-1]:
        return NOWHERE
    return sum(1 for lower in lowers if lower <= value) - 1


def _longest(axis: Axis, value: Any) -> int:
    keys = _keys(axis)
    begins = [key for key in keys if isinstance(value, str) and value.startswith(key)]
    return keys.index(max(begins, key=len)) if begins else NOWHERE


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(-int(exponent), 0)
