"""Both engines over all cells.

The plain engine reckons in three parts (`pricing`): the beginning, the floating factors, the
ending. Each is called for every combination of the facts it depends on, the ending for every
different pair of the two before it; so every cell is reached and nothing is reckoned twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

import numpy as np

from apps.catalogue.rules.tariff import TableKind, Tariff
from apps.core.money import FEN
from apps.rating.rules.gate.grid import Grid, edges, grid_of, needed_by
from apps.rating.rules.gate.report import MOST_FAULTS, GateFault, GateKind, Section, Watch
from apps.rating.rules.many import REFUSED, encode, price_many
from apps.rating.rules.many.columns import ADDONS
from apps.rating.rules.many.numbers import Ints
from apps.rating.rules.plan import Plan, Ratio, compiled
from apps.rating.rules.pricing import beginning, ending, floating, price, with_classes
from apps.rating.rules.risk import CannotPrice, Risk, plain
from apps.rating.rules.worksheet import Course

MOST_CELLS = 24_000_000  # more are spread evenly and the report says so
SAMPLE = 500_000
CHUNK = 262_144
WHOLE = 20_000  # cells that go through the whole of `price` besides
STRIDE = 7_919 * 104_729  # primes: the sample visits every fact's values alike


@dataclass(eq=False)
class Walk:
    """The grid cut for the plain engine: facts of both parts, of the beginning, of the floats."""

    grid: Grid
    shared: list[str]
    first: list[str]
    second: list[str]

    @property
    def width(self) -> int:
        return prod(len(self.grid.values[name]) for name in self.second)


@dataclass(eq=False)
class Premiums:
    """What price_many says: of every cell, or of those listed."""

    grid: Grid
    fen: Ints
    cells: Ints | None = field(default=None)

    @property
    def is_whole(self) -> bool:
        return self.cells is None


def walk_of(tariff: Tariff) -> Walk:
    fixed = {group.code for group in tariff.groups if not group.is_float}
    early = [
        table
        for table in tariff.tables
        if table.kind in {TableKind.BASE, TableKind.ADDON} or table.group in fixed
    ]
    late = [table for table in tariff.of_kind(TableKind.FACTOR) if table.group not in fixed]
    before, after = needed_by(tariff, early), needed_by(tariff, late)
    if tariff.of_kind(TableKind.ADDON):
        before.add(ADDONS)
    names = [fact.code for fact in tariff.asked]
    shared = [name for name in names if name in before & after]
    first = [name for name in names if name in before - after]
    second = [name for name in names if name in after - before]
    return Walk(grid_of(tariff, [*shared, *first, *second]), shared, first, second)


def premiums_of(grid: Grid, section: Section, watch: Watch, most: int) -> Premiums:
    if grid.cells <= most:
        cells, wanted = None, np.arange(grid.cells)
    else:
        wanted = np.arange(min(SAMPLE, most), dtype=np.int64) * STRIDE % grid.cells
        cells = wanted
    fen = np.empty(len(wanted), np.int64)
    for start in range(0, len(wanted), CHUNK):
        watch.at(GateKind.ENGINES, start, len(wanted))
        part = wanted[start : start + CHUNK]
        columns = grid.columns(grid.coordinates(part), len(part))
        fen[start : start + CHUNK] = price_many(grid.tariff, columns)
    section.count(cells=grid.cells, compared=len(wanted))
    if cells is not None:
        section.notes.append(GateFault("sampled", found=str(len(wanted)), expected=str(grid.cells)))
    return Premiums(grid, fen, cells)


def compare_cells(walk: Walk, premiums: Premiums, section: Section, watch: Watch) -> None:
    """Every cell where there are few enough; a spread of cells through the whole of `price`."""
    grid, fen = walk.grid, premiums.fen
    if premiums.cells is None:
        for start, found in _plainly(walk):
            watch.at(GateKind.ENGINES, start, grid.cells)
            _compare(grid, np.arange(start, start + len(found)), found, fen[start:], section)
        step = max(grid.cells // WHOLE, 1)
        some = np.arange(0, grid.cells, step | 1)
        said = fen[some]
    else:
        some, said = premiums.cells, fen
    for start in range(0, len(some), WHOLE):
        watch.at(GateKind.ENGINES, start, len(some))
        part = some[start : start + WHOLE]
        found = np.array([_whole(grid.tariff, grid.risk(cell)) for cell in part.tolist()])
        _compare(grid, part, found, said[start:], section)
    section.count(whole=len(some), refused=int((fen == REFUSED).sum()))


def compare_lookups(tariff: Tariff, grid: Grid, section: Section, watch: Watch) -> None:
    """Each value of each fact, all else as it is in the first and in the last cell."""
    rows: list[Risk] = []
    for cell in {0, grid.cells - 1}:
        start = grid.risk(cell)
        for fact in tariff.asked:
            rows += [{**start, fact.code: value} for value in edges(tariff, fact)]
            rows.append({name: value for name, value in start.items() if name != fact.code})
    watch.at(GateKind.LOOKUPS, 0, len(rows))
    found = price_many(tariff, encode(tariff, rows)) if rows else np.zeros(0, np.int64)
    for row, fen in zip(rows, found.tolist(), strict=True):
        expected = _whole(tariff, row)
        if expected != fen:
            section.add(_fault(tariff, row, expected, fen))
    section.count(lookups=len(rows))


def _plainly(walk: Walk) -> Iterator[tuple[int, Ints]]:
    """Where a run of cells begins, and what the plain engine says of them."""
    grid, plan, start = walk.grid, compiled(walk.grid.tariff), 0
    for shared in _risks(grid, walk.shared, grid.risk(0)):
        factors = [_floating(plan, risk) for risk in _risks(grid, walk.second, shared)]
        different: dict[Ratio | None, int] = {}
        index = np.array([different.setdefault(each, len(different)) for each in factors], np.intp)
        for risk in _risks(grid, walk.first, shared):
            yield start, _row(plan, risk, list(different))[index]
            start += len(index)


def _risks(grid: Grid, names: list[str], start: Risk) -> Iterator[Risk]:
    for values in product(*(grid.values[name] for name in names)):
        yield {**start, **dict(zip(names, values, strict=True))}


def _floating(plan: Plan, risk: Risk) -> Ratio | None:
    course = Course()
    try:
        return floating(plan, with_classes(plan, risk, course), course)
    except CannotPrice:
        return None


def _row(plan: Plan, risk: Risk, factors: list[Ratio | None]) -> Ints:
    course, found = Course(), np.full(len(factors), REFUSED, np.int64)
    try:
        facts = with_classes(plan, risk, course)
        start = beginning(plan, facts, course)
        for at, factor in enumerate(factors):
            if factor is not None:
                found[at] = ending(plan, facts, Course(), start, factor).scaleb(2)
    except CannotPrice:
        return np.full(len(factors), REFUSED, np.int64)
    return found


def _whole(tariff: Tariff, risk: Risk) -> int:
    try:
        return int(price(tariff, risk).premium.scaleb(2))
    except CannotPrice:
        return REFUSED


def _compare(grid: Grid, cells: Ints, found: Ints, said: Ints, section: Section) -> None:
    wrong = np.flatnonzero(found != said[: len(found)])
    for at in wrong[:MOST_FAULTS].tolist():
        risk = grid.risk(int(cells[at]))
        section.add(_fault(grid.tariff, risk, int(found[at]), int(said[at])))
    section.fault_count += len(wrong[MOST_FAULTS:])


def _fault(tariff: Tariff, risk: Risk, expected: int, found: int) -> GateFault:
    return GateFault(
        "disagree", facts=plain(tariff, risk), expected=amount(expected), found=amount(found)
    )


def amount(fen: int) -> str:
    return "" if fen == REFUSED else str(FEN * fen)


def spread(premiums: Premiums) -> Any:
    """Coordinates of the cells that were priced, by fact."""
    cells = premiums.cells
    return premiums.grid.coordinates(np.arange(premiums.grid.cells) if cells is None else cells)
