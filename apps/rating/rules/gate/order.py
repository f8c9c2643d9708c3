"""A higher limit is never cheaper, a higher deductible and a better grade never dearer.

That values run the right way is one of the checks of a table. Here the whole premium is asked, with
clamps and minimum, over all cells: two tables of one fact may each be in order, their product not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import prod

import numpy as np

from apps.catalogue.rules.tariff import Trend
from apps.rating.rules.gate.engines import Premiums, amount, spread
from apps.rating.rules.gate.grid import Grid, Use, is_exposure, told_code, uses
from apps.rating.rules.gate.report import GateFault, GateKind, Section, Watch
from apps.rating.rules.many import REFUSED, price_many
from apps.rating.rules.many.axes import find
from apps.rating.rules.many.numbers import Ints
from apps.rating.rules.risk import plain

ALWAYS = {"limit": Trend.RISING, "deductible": Trend.FALLING}  # whatever a table says of them


@dataclass(frozen=True, slots=True)
class Rule:
    """A fact, its values from the first to the last of an axis, and which way premiums must go."""

    fact: str
    table: str
    trend: Trend
    steps: list[int]


def compare_neighbours(premiums: Premiums, section: Section, watch: Watch) -> None:
    rules = list(_rules(premiums.grid, section))
    for number, rule in enumerate(rules):
        watch.at(GateKind.ORDER, number, len(rules))
        for lower, higher in pairwise(rule.steps):
            _compare(premiums, rule, lower, higher, section)
    section.count(rules=len(rules), pairs=0)


def _rules(grid: Grid, section: Section) -> Iterator[Rule]:
    tariff = grid.tariff
    for name in grid.names:
        found = list(uses(tariff, name))
        trends = {use.axis.trend for use in found}
        if name in ALWAYS:
            trends = {ALWAYS[name]}
        if not found or trends == {Trend.NONE}:
            continue
        if len(trends) > 1 or (is_exposure(tariff, name) and Trend.RISING not in trends):
            section.notes.append(GateFault("unordered", table=found[0].table.code, cell=name))
            continue
        for use in found:
            if (steps := _steps(grid, name, use)) is not None:
                yield Rule(name, use.table.code, min(trends), steps)
            else:
                section.notes.append(GateFault("unordered", table=use.table.code, cell=name))


def _steps(grid: Grid, name: str, use: Use) -> list[int] | None:
    """The grid's values of a fact in the order of the axis; None when others decide it too."""
    found = []
    for at, value in enumerate(grid.values[name]):
        if use.told is None:
            if isinstance(value, frozenset) and len(value) > 1:
                continue
            point = find(grid.tariff, use.axis, value)
        else:
            code = told_code(grid.tariff, use, value)
            if code is None:
                return None
            point = find(grid.tariff, use.axis, code)
        if point >= 0:
            number = value if isinstance(value, int | Decimal) else 0
            found.append((point, number, at))
    return [at for _point, _number, at in sorted(found)]


def _compare(premiums: Premiums, rule: Rule, lower: int, higher: int, section: Section) -> None:
    if premiums.is_whole:
        before, after, cells = _slices(premiums, rule.fact, lower, higher)
    else:
        before, after, cells = _moved(premiums, rule.fact, lower, higher)
    both = (before != REFUSED) & (after != REFUSED)
    wrong = both & ((before > after) if rule.trend == Trend.RISING else (before < after))
    section.count(pairs=int(both.sum()))
    if not wrong.any():
        return
    at = tuple(np.argwhere(wrong)[0])
    grid = premiums.grid
    risk = grid.risk(int(cells[at]))
    value = grid.values[rule.fact][higher]
    fault = GateFault(
        "order",
        table=rule.table,
        cell=str(plain(grid.tariff, {rule.fact: value})[rule.fact]),
        facts=plain(grid.tariff, risk),
        expected=amount(int(before[at])),
        found=amount(int(after[at])),
    )
    section.add(fault, int(wrong.sum()))


def _slices(premiums: Premiums, fact: str, lower: int, higher: int) -> tuple[Ints, Ints, Ints]:
    """All cells with the one value, and the same with the other."""
    grid = premiums.grid
    at = grid.names.index(fact)
    sizes = grid.sizes
    shape = prod(sizes[:at]), sizes[at], prod(sizes[at + 1 :])
    fen = premiums.fen.reshape(shape)
    outer = np.arange(shape[0])[:, None] * shape[1] + lower
    cells = outer * shape[2] + np.arange(shape[2])[None, :]
    return fen[:, lower], fen[:, higher], cells


def _moved(premiums: Premiums, fact: str, lower: int, higher: int) -> tuple[Ints, Ints, Ints]:
    """The cells of the sample, with the one value and with the other."""
    grid, found = premiums.grid, []
    coordinates = spread(premiums)
    count = len(premiums.fen)
    for value in (lower, higher):
        moved = {**coordinates, fact: np.full(count, value, np.intp)}
        found.append(price_many(grid.tariff, grid.columns(moved, count)))
    places = [coordinates[name] if name != fact else lower for name in grid.names]
    cells = np.ravel_multi_index(tuple(np.broadcast_arrays(*places)), tuple(grid.sizes))
    return found[0], found[1], np.asarray(cells, np.int64)
