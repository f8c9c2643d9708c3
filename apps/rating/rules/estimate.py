"""A price when only some facts are known: the least, the plainest and the most it can be.

What is not known is tried at every step of its table. Factors multiply, so each fact can be judged
alone, by the product of all cells before any bound hides the difference.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from apps.catalogue.rules.tariff import OTHERWISE, AxisKind, FactKind, Tariff
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import Risk
from apps.rating.rules.worksheet import Worksheet


@dataclass(frozen=True)
class Spread:
    least: Worksheet
    plain: Worksheet
    most: Worksheet


def spread(tariff: Tariff, known: Risk, among: Mapping[str, Collection[Any]]) -> Spread:
    """`among` narrows what an unknown fact may be; CannotPrice where a fact has no table."""
    open_facts = {
        fact.code: list(among.get(fact.code) or _possible(tariff, fact.code))
        for fact in tariff.asked
        if fact.code not in known
    }
    start = {**known, **{code: values[0] for code, values in open_facts.items() if values}}
    least, plain, most = dict(start), dict(start), dict(start)
    for code, values in open_facts.items():
        by_factor = {_factor(tariff, {**start, code: value}): value for value in values}
        ordered = [by_factor[factor] for factor in sorted(by_factor)]
        if ordered:
            least[code], most[code] = ordered[0], ordered[-1]
            plain[code] = ordered[len(ordered) // 2]
    return Spread(price(tariff, least), price(tariff, plain), price(tariff, most))


def _possible(tariff: Tariff, code: str) -> list[Any]:
    """What the tables know of a fact, when they list it."""
    for table in tariff.tables:
        for axis in table.axes:
            if axis.fact == code and axis.kind in {AxisKind.EXACT, AxisKind.FIRST}:
                keys = [point.key for point in axis.points]
                return [_value(tariff.fact[code].kind, key) for key in keys]
    return []


def _value(kind: FactKind, key: str) -> Any:
    if kind == FactKind.CODES:
        return frozenset() if key == OTHERWISE else frozenset({key})
    return key


def _factor(tariff: Tariff, risk: Risk) -> Fraction:
    product = Fraction(1)
    for _factors, picks in price(tariff, risk).course.groups:
        for pick in picks:
            product *= Fraction(pick.numerator, pick.denominator)
    return product
