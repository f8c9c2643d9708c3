"""What the statements of five pools take to work out, for a city of 200 000 policies that moved.

Reading the ledger and storing the lines come on top; they are measured with the city's pages.
"""

import time
from datetime import date
from decimal import Decimal
from typing import Any

from apps.billing.monthly.gathering import Moved, Vector, digest_of, line_of, owned, positions_of
from apps.billing.rules import settling
from apps.core.money import split
from benchmarks.report import Table, ratio

POOLS, POLICIES = 5, 200_000
BUDGET = 60.0  # seconds, for all five
MEMBERS = tuple(range(1, 7))
POINTS = (3_500, 2_500, 1_800, 1_200, 700, 300)
START, END = date(2026, 3, 9), date(2027, 3, 9)


def statements() -> list[str]:
    table = Table([("statements", 44), ("measured", 12), ("one by one", 12), ("ratio", 8)])
    table.head(f"{POOLS} pools, {POLICIES:,} policies: split, checked, hashed, netted")
    whole = sum(one_pool(number) for number in range(POOLS))
    plain = one_by_one() * POLICIES
    table.line("all five / splits alone", f"{whole:.1f} s", f"{plain:.1f} s", ratio(whole, plain))
    return [f"statements: {whole:.1f} s"] if whole > BUDGET else []


def one_pool(number: int) -> float:
    """Seconds from the rows the ledger gives to the hash and the payments of a statement."""
    rows = [row_of(number, place) for place in range(POLICIES // POOLS)]
    vectors: dict[int, Vector] = {row[0]: (MEMBERS, POINTS) for row in rows}
    began = time.perf_counter()
    parts = dict(owned(rows, vectors))
    lines: list[Moved] = [line_of(row, parts[row[0]], vectors[row[0]]) for row in rows]
    members = positions_of(lines, {})
    digest_of(f"JS-{number}", lines, members)
    settling({str(one.insurer): one.net for one in members})
    return time.perf_counter() - began


def row_of(pool: int, place: int) -> tuple[Any, ...]:
    due = Decimal(100_000 + 37 * place) / 100
    before, now = (Decimal(0), due) if place % 3 else (Decimal("333.33"), due - Decimal("333.33"))
    number = f"AZ-NH-2026-{place:06d}"
    insured = (f"佛山第{place}厂", "91440605MA4UJ8TJ7Q", START, END, None)
    seller = MEMBERS[(place + pool) % len(MEMBERS)]
    return (pool * POLICIES + place, number, seller, -due, before, now, due, *insured)


def one_by_one(rounds: int = 2_000) -> float:
    weights = {str(who): points for who, points in zip(MEMBERS, POINTS, strict=True)}
    began = time.perf_counter()
    for place in range(rounds):
        split(Decimal(100_000 + 37 * place) / 100, weights, key=str(place))
    return (time.perf_counter() - began) / rounds
