"""Whole portfolios, the gate, and the same tariff in other engines, compared to the fen."""

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg2

from apps.catalogue.rules.tariff import Cell, Golden, Table, Tariff
from apps.rating.rules.gate import examine
from apps.rating.rules.many import encode, price_many
from apps.rating.rules.pricing import price
from benchmarks.report import Table as Printed
from benchmarks.report import microseconds, ratio, say
from benchmarks.rivals import fisca, sql, zen

POLICIES = 200_000
COMPARED = 2_000  # risks that every engine prices
SINGLE = 300  # of them one at a time, for the median
LEAST_PER_SECOND = 10e6
GATE_BUDGET = 60.0
GATE_CELLS = 9_300_000
SEED = 20180402

Risk = dict[str, Any]


def portfolio(tariff: Tariff, count: int) -> list[Risk]:
    draw = random.Random(SEED)
    points = {
        axis.fact: [point.key for point in axis.points]
        for table in tariff.tables
        for axis in table.axes
    }
    tags = points["tags"][:-1]
    return [
        {
            "industry": draw.choice(points["industry"]),
            "heads": int(10 ** draw.uniform(0, 3.7)),
            "limit": int(draw.choice(points["limit"])),
            "deductible": int(draw.choice(points["deductible"])),
            "standardisation": draw.choice(points["standardisation"]),
            "accidents": draw.choice(points["accidents"]),
            "tags": frozenset(draw.sample(tags, draw.choice((0, 0, 1, 1, 2)))),
            "credit": draw.choice(points["credit"]),
            "listed": draw.choice(points["listed"]),
        }
        for _ in range(count)
    ]


def portfolios(tariff: Tariff) -> list[str]:
    """A portfolio encoded once and priced again; what is below its budget."""
    rows = portfolio(tariff, POLICIES)
    started = time.perf_counter()
    columns = encode(tariff, rows)
    encoding = time.perf_counter() - started
    seconds = min(_timed(lambda: price_many(tariff, columns)) for _ in range(9))
    plain = _median(lambda row: price(tariff, row), rows)
    table = Printed([("portfolio", 44), ("measured", 14), ("ratio", 10), ("budget", 10)])
    table.head(f"{POLICIES:,} policies at once: two classes, a base, eight factors")
    table.line("encoded, once", f"{encoding * 1000:.0f} ms", "", "")
    table.line("priced", f"{seconds * 1000:.1f} ms", "", "30 ms")
    speed = POLICIES / seconds
    against = ratio(plain, seconds / POLICIES)
    table.line(
        "quotes a second", f"{speed / 1e6:.1f} M", against, f"{LEAST_PER_SECOND / 1e6:.0f} M"
    )
    return [f"price_many: {speed / 1e6:.1f} M/s"] if speed < LEAST_PER_SECOND else []


def gate(tariff: Tariff) -> list[str]:
    """The gate over so many cells that nobody would look at them."""
    wide = widened(tariff)
    report = examine(wide)
    cells = report.sections[3].counts["compared"]
    table = Printed([("gate", 44), ("measured", 14), ("ratio", 10), ("budget", 10)])
    table.head("The gate: both engines over all cells, and their order")
    for section in report.sections:
        table.line(str(section.kind), f"{section.seconds:.2f} s", "", "")
    table.line(f"{cells:,} cells", f"{report.seconds:.1f} s", "", f"{GATE_BUDGET:.0f} s")
    if not report.passed:
        return [f"gate: {[section.faults[:1] for section in report.sections]}"]
    return [f"gate: {report.seconds:.1f} s"] if report.seconds > GATE_BUDGET else []


def widened(tariff: Tariff) -> Tariff:
    """The shipped tariff with finer steps of the limit, until it has about 9.3 million cells."""
    limit = tariff.table["limit"]
    steps = 9 * GATE_CELLS // 559_872
    axis = limit.axes[0]
    points = tuple(replace(axis.points[0], key=str(400_000 + 5_000 * at)) for at in range(steps))
    values: dict[tuple[str, ...], Cell] = {
        (point.key,): Cell(Decimal("0.85") + Decimal("0.01") * at)
        for at, point in enumerate(points)
    }
    finer: Table = replace(limit, axes=(replace(axis, points=points),), cells=values)
    tables = tuple(finer if table.code == "limit" else table for table in tariff.tables)
    risk = portfolio(tariff, 1)[0] | {"limit": 400_000}
    wide = replace(tariff, tables=tables, golden=())
    facts = {**risk, "tags": sorted(risk["tags"])}
    return replace(wide, golden=(Golden("一例", facts, price(wide, risk).premium),))


def engines(tariff: Tariff) -> None:
    """The same risks in every engine: the median of one, the speed of many, wrong fen."""
    rows = portfolio(tariff, COMPARED)
    right = [int(price(tariff, row).premium.scaleb(2)) for row in rows]
    ours = _median(lambda row: price(tariff, row), rows)
    table = Printed(
        [("engine", 30), ("one, p50", 12), ("ratio", 10), ("many /s", 14), ("wrong fen", 10)]
    )
    table.head(f"The same tariff elsewhere, {COMPARED:,} risks compared to the fen")
    columns = encode(tariff, rows * (POLICIES // COMPARED))
    many = min(_timed(lambda: price_many(tariff, columns)) for _ in range(5))
    wrong = int((price_many(tariff, columns)[:COMPARED] != np.array(right)).sum())
    speed = f"{POLICIES / many:,.0f}"
    table.line("price, price_many", microseconds(ours), "× 1.00", speed, str(wrong))
    for name, measure in (("ZEN", _zen), ("OpenFisca", _fisca), ("PostgreSQL", _sql)):
        try:
            one, per_second, found = measure(tariff, rows)
        except ImportError as missing:
            say(f"{name}: not measured, {missing.name} is not installed (requirements-bench.txt).")
            continue
        differing = sum(a != b for a, b in zip(found, right, strict=True))
        cells = microseconds(one), ratio(one, ours), f"{per_second:,.0f}", str(differing)
        table.line(name, *cells)


Measured = tuple[float, float, list[int]]


def _zen(tariff: Tariff, rows: Sequence[Risk]) -> Measured:
    act = zen.pricer(tariff)
    plain = [{**row, "tags": sorted(row["tags"])} for row in rows]
    found: list[int] = []
    seconds = _timed(lambda: found.extend(act(row) for row in plain))
    return _median(act, plain), len(rows) / seconds, found


def _fisca(tariff: Tariff, rows: Sequence[Risk]) -> Measured:
    act = fisca.pricer(tariff)
    found: list[int] = []
    seconds = _timed(lambda: found.extend(act(rows)))
    return _median(lambda row: act([row]), rows), len(rows) / seconds, found


def _sql(tariff: Tariff, rows: Sequence[Risk]) -> Measured:
    connection = psycopg2.connect(os.environ["DATABASE_ADMIN_URL"])
    try:
        with connection.cursor() as cursor:
            one, many = sql.pricers(tariff, cursor)
            found = many(rows)
            seconds = _timed(lambda: many(rows))
            return _median(lambda row: one([row]), rows), len(rows) / seconds, found
    finally:
        connection.close()


def _median(act: Callable[[Any], object], rows: Sequence[Any]) -> float:
    times = [_timed(lambda row=row: act(row)) for row in rows[:SINGLE]]  # type: ignore[misc]
    return sorted(times)[len(times) // 2]


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
