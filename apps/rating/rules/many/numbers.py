"""Arrays of fractions that are quick and still exact.

Each is kept as floats with a bound on their relative error; where floats cannot decide, also as
numerators modulo 2^64 over one denominator. Two fractions that floats cannot tell apart are close,
so the difference of their numerators is small, and a small number is known from its residue.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EPS = 2.0**-53  # the relative error of one rounded operation
SURE = 2.0**62  # a number below it is known from its residue
TOO_LONG = 900  # bits of a denominator that a float no longer holds


@dataclass(slots=True)
class Number:
    """`rest` is None where floats are enough for now; NaN is a number nobody can tell."""

    near: Floats
    slack: float
    rest: Ints | None
    over: int


def constant(value: Fraction) -> Number:
    return Number(
        np.array([float(value)]), EPS, np.array([wrapped(value.numerator)]), value.denominator
    )


def wrapped(number: int) -> np.int64:
    """Its residue modulo 2^64, as numpy's own overflow leaves it."""
    return np.int64((number + 2**63) % 2**64 - 2**63)


def times(one: Number, other: Number) -> Number:
    rest = None
    if one.rest is not None and other.rest is not None:
        rest = one.rest * other.rest
    slack = one.slack + other.slack + EPS
    return Number(one.near * other.near, slack, rest, one.over * other.over)


def plus(one: Number, other: Number) -> Number:
    """Of numbers that are not negative, so that errors cannot grow by cancelling."""
    near, slack = one.near + other.near, max(one.slack, other.slack) + EPS
    if one.rest is None or other.rest is None:
        return Number(near, slack, None, 1)
    (left, right), over = _alike(one, other)
    return Number(near, slack, left + right, over)


def least(one: Number, other: Number, doubt: Bools) -> Number:
    return _either(one, other, doubt, is_least=True)


def most(one: Number, other: Number, doubt: Bools) -> Number:
    return _either(one, other, doubt, is_least=False)


def held(number: Number, low: Fraction | None, high: Fraction | None, doubt: Bools) -> Number:
    """Between two bounds; the rows where it cannot be told are added to `doubt`."""
    if low is not None:
        number = most(number, constant(low), doubt)
    return number if high is None else least(number, constant(high), doubt)


def discounted(numbers: list[Number], doubt: Bools) -> Number:
    """One, less what each takes off. Whole numbers throughout: a difference of floats is worthless.

    What is left is not known where it is zero or less.
    """
    over = lcm(*(number.over for number in numbers))
    reach = float(over) * (1 + sum(1 + _top(number) for number in numbers))
    if not reach < SURE:
        doubt[:] = True
    whole, blank = wrapped(over), 0.0 * sum(number.near for number in numbers)
    left = np.zeros_like(blank, dtype=np.int64) + whole
    for number in numbers:
        left -= whole - _rest(number) * wrapped(over // number.over)
    near = np.where(left > 0, left, np.nan) / float(over) + blank
    return Number(near, 3 * EPS, left, over)


def rounded(number: Number) -> tuple[Floats, Bools]:
    """The fen, half up, and where a float cannot say which; NaN stays NaN."""
    low, high = _fen(number)
    return low, high - low > 0


def decided(number: Number, doubt: Bools) -> Floats:
    """The fen, half up, told by the residues; only for numbers next to a half fen."""
    low, high = _fen(number)
    slack = _slack(number)
    half = 2 * low.astype(np.int64) + 1
    over = number.over
    reach = (
        8 * slack * (100 * number.near + 1) * (2.0 ** over.bit_length() if _is_short(over) else 1)
    )
    doubt |= (high - low > 1) | ~(reach < SURE) | (not _is_short(over))
    above = _rest(number) * wrapped(200) - half * wrapped(over) >= 0
    return np.where(above, low + 1, low)


def _fen(number: Number) -> tuple[Floats, Floats]:
    slack = _slack(number)
    low = np.floor(number.near * (100 * (1 - slack)) + (0.5 - slack))
    high = np.floor(number.near * (100 * (1 + slack)) + (0.5 + slack))
    return low, high


def _slack(number: Number) -> float:
    """With room for the rounding of the bounds themselves."""
    return 1.01 * number.slack + 8 * EPS


def _either(one: Number, other: Number, doubt: Bools, *, is_least: bool) -> Number:
    choose: Any = np.minimum if is_least else np.maximum
    near, slack = choose(one.near, other.near), max(one.slack, other.slack)
    if one.rest is None or other.rest is None:
        return Number(near, slack, None, 1)
    (left, right), over = _alike(one, other)
    width = (_slack(one) + _slack(other)) * (one.near + other.near)
    apart = one.near - other.near
    is_clear = np.abs(apart) > width
    is_known = width * (2.0 ** over.bit_length() if _is_short(over) else np.inf) < SURE
    doubt |= ~(is_clear | is_known | np.isnan(width))
    is_below = np.where(is_clear, apart < 0, left - right < 0)
    rest = np.where(is_below == is_least, left, right)
    return Number(near, slack, rest, over)


def _alike(one: Number, other: Number) -> tuple[tuple[Ints, Ints], int]:
    over = lcm(one.over, other.over)
    left = _rest(one) * wrapped(over // one.over)
    return (left, _rest(other) * wrapped(over // other.over)), over


def _rest(number: Number) -> Ints:
    if number.rest is None:
        raise ValueError("Only a number with residues is compared exactly.")
    return number.rest


def _top(number: Number) -> float:
    return float(np.fmax.reduce(number.near, initial=0.0))


def _is_short(over: int) -> bool:
    return over.bit_length() < TOO_LONG
