"""How far losses may be believed, and what they say of rates.

Ratios of losses are statistics and are reckoned in floats; what becomes a value of a tariff is a
fraction from the blend on, and is rounded once, towards the inside of the cap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

BELIEVED = 0.5  # no verdict below this credibility
PLACES = Decimal("0.0001")
ONE = Fraction(1)

Floats = NDArray[np.float64]
Sum = Callable[[Fraction], Fraction]


class Verdict(StrEnum):
    ENOUGH = "enough"
    TOO_LOW = "too_low"  # premiums do not carry the losses
    TOO_HIGH = "too_high"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Credibility:
    """Bühlmann–Straub over groups of observed ratios, each with its weight."""

    mean: float  # of all groups
    ratios: Floats
    z: Floats
    within: float  # variance inside the groups, for a weight of one
    between: float  # variance of the groups' true ratios

    @property
    def believed(self) -> Floats:
        """Each group's ratio as far as it may be believed, the mean for the rest."""
        return self.z * self.ratios + (1 - self.z) * self.mean


def credibility(group: NDArray[np.intp], weight: Floats, amount: Floats, count: int) -> Credibility:
    """From single observations: the group of each, its weight, and the amount set against it."""
    weights = np.bincount(group, weight, count)
    sums = np.bincount(group, amount, count)
    sizes = np.bincount(group, minlength=count)
    whole = float(weights.sum())
    ratios = np.divide(sums, weights, out=np.zeros(count), where=weights > 0)
    mean = float(sums.sum()) / whole
    freedom = int((np.maximum(sizes, 1) - 1).sum())
    spread = weight * (amount / weight - ratios[group]) ** 2
    within = float(spread.sum()) / freedom if freedom else 0.0
    present = int((weights > 0).sum())
    heterogeneity = whole - float((weights**2).sum()) / whole
    between = 0.0
    if heterogeneity > 0:
        apart = float((weights * (ratios - mean) ** 2).sum()) - (present - 1) * within
        between = max(apart / heterogeneity, 0.0)
    return Credibility(mean, ratios, _z(weights, within, between), within, between)


def _z(weights: NDArray[Any], within: float, between: float) -> Floats:
    """Nothing is believed where the groups cannot be told from chance."""
    if between <= 0:
        return np.zeros(len(weights))
    found: Floats = weights * between / (weights * between + within)
    return found


def verdict(ratio: float, z: float, *, target: float, tolerance: float) -> Verdict:
    """On a ratio already tempered by its credibility."""
    if z < BELIEVED:
        return Verdict.UNKNOWN
    if ratio > target + tolerance:
        return Verdict.TOO_LOW
    return Verdict.TOO_HIGH if ratio < target - tolerance else Verdict.ENOUGH


def blended(current: Decimal, indicated: float, z: float) -> Fraction:
    """Z of what the losses say, and the rest of what holds now."""
    believed = Fraction(round(z * 10_000), 10_000)
    said = Fraction(round(indicated * 10_000_000), 10_000_000)
    return believed * said + (1 - believed) * Fraction(current)


@dataclass(frozen=True)
class Balance:
    """The factor that keeps the whole where it was, and what each cell then moves by."""

    factor: Fraction
    changes: tuple[Fraction, ...]


def off_balance(
    wanted: Sequence[Fraction], weights: Sequence[int], *, cap: Fraction, target: Fraction = ONE
) -> Balance:
    """Solve Σ w·clip(b·r, 1−cap, 1+cap) = target·Σ w for b, exactly.

    The factor is found under the cap, not put on top of it: no change exceeds the cap. Where even
    all cells at a bound miss the target, they stay at that bound.
    """
    low, high, whole = 1 - cap, 1 + cap, target * sum(weights)
    turns = sorted({bound / ratio for ratio in wanted for bound in (low, high)})

    def at(factor: Fraction) -> Fraction:
        moved = [_held(factor * ratio, low, high) for ratio in wanted]
        return sum((w * m for w, m in zip(weights, moved, strict=True)), Fraction(0))

    factor = _solved(turns, at, whole)
    return Balance(factor, tuple(_held(factor * ratio, low, high) for ratio in wanted))


def _solved(turns: list[Fraction], at: Sum, whole: Fraction) -> Fraction:
    """Between two neighbouring turns the sum is a straight line."""
    if at(turns[0]) >= whole:
        return turns[0]
    for left, right in pairwise(turns):
        below, above = at(left), at(right)
        if above >= whole:
            return left + (right - left) * (whole - below) / (above - below)
    return turns[-1]


def _held(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return min(max(value, low), high)


def cell_value(current: Decimal, change: Fraction, cap: Fraction) -> Decimal:
    """The new value with four places, still inside the cap after rounding."""
    exact = Fraction(current) * change
    value = _quantized(exact, ROUND_HALF_UP)
    if value > Fraction(current) * (1 + cap):
        return _quantized(exact, ROUND_FLOOR)
    if value < Fraction(current) * (1 - cap):
        return _quantized(exact, ROUND_CEILING)
    return value


def _quantized(number: Fraction, rounding: str) -> Decimal:
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(PLACES, rounding)


def breaks_order(values: Sequence[Decimal], *, is_rising: bool) -> bool:
    """Whether neighbours stand the wrong way round where the axis demands an order."""
    return any(
        after < before if is_rising else after > before for before, after in pairwise(values)
    )
