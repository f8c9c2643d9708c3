"""Handing out basis points by Webster's method, inside a box for each member.

The method never takes a basis point from somebody because a rival did better or because he did
better himself, which normalising and rounding do in one pool of seven.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

Weights = Mapping[str, Fraction]


def bounded_webster(
    weights: Weights, low: Mapping[str, int], high: Mapping[str, int], total: int
) -> dict[str, int]:
    """Start at `low`; give one at a time to the greatest w/(2x+1) below its `high`.

    Ties go to the larger weight, then to the code that sorts first. The bounds must leave room:
    sum(low) <= total <= sum(high).
    """
    if not sum(low.values()) <= total <= sum(high.values()):
        raise ValueError("the bounds leave no way to hand out the total")
    whole = _as_integers(weights)
    given = _fast_start(whole, low, high, total)
    left = total - sum(given.values())
    while left:
        open_to = [code for code in given if given[code] < high[code]]
        # Codes are in order and max keeps the first of equals.
        taker = max(open_to, key=lambda code: (_claim(whole[code], given[code]), whole[code]))
        # Nobody is left with a weight: there is nothing to compare one by one.
        step = 1 if whole[taker] else min(left, high[taker] - given[taker])
        given[taker] += step
        left -= step
    return given


def _claim(weight: int, has: int) -> Fraction:
    return Fraction(weight, 2 * has + 1)


def _as_integers(weights: Weights) -> dict[str, int]:
    """The same proportions without fractions, in the order of the codes."""
    common = lcm(*(weight.denominator for weight in weights.values()))
    return {code: int(weights[code] * common) for code in sorted(weights)}


def _fast_start(
    weights: Mapping[str, int], low: Mapping[str, int], high: Mapping[str, int], total: int
) -> dict[str, int]:
    """What everybody surely gets: all steps whose claim is at least a threshold that fits.

    Claims fall with every step, so one at a time hands out exactly the greatest ones. The threshold
    is unit/scale; bisection finds the largest scale under which no more than the total goes.
    """
    unit = max(weights.values()) or 1

    def at(scale: int) -> dict[str, int]:
        return {
            code: min(max((weight * scale + unit) // (2 * unit), low[code]), high[code])
            for code, weight in weights.items()
        }

    fits = 0
    weighted = [code for code, weight in weights.items() if weight]
    above = 1 + max((2 * unit * high[code] // weights[code] + 1 for code in weighted), default=0)
    while above - fits > 1:
        middle = (fits + above) // 2
        if sum(at(middle).values()) <= total:
            fits = middle
        else:
            above = middle
    return at(fits)
