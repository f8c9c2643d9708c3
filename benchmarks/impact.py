"""A tariff tried on 200 000 policies: the whole run, and a slider over what is in memory.

The portfolio is drawn, so that the figure does not depend on the size of the demo city; it passes
through the same store, snapshot, engine and files as policies from the database do.
"""

import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.test.utils import override_settings

from apps.catalogue.rules.tariff import Tariff
from apps.rating.impact.portfolio import Described, Frozen, Ints
from apps.rating.impact.reckoning import Change, changed, compare, result_of
from apps.rating.impact.services import rows_of
from apps.rating.impact.snapshot import Snapshot
from apps.rating.impact.store import Store, _loaded, _place, _save
from benchmarks.rating import median, shipped_tariff
from benchmarks.report import Table

POLICIES = 200_000
RUN_BUDGET = 3.0
SLIDER_BUDGET = 0.3
ROUNDS = 20
SEED = 7


class Drawn:
    """A city's policies by a seed, as `apps.policies.portfolio` would hand them down."""

    def __init__(self, count: int) -> None:
        self.count = count

    def live(self, user: Any, as_of: date) -> Ints:
        return np.arange(1, self.count + 1, dtype=np.int64)

    def rows(self, user: Any, first: int, last: int) -> Iterator[Frozen]:
        rng = random.Random(SEED)
        for key in range(first, last + 1):
            place = key % 5, key % 32, key % 12, key % 11
            yield Frozen(key, *place, key, 1_000_000, _facts(rng))

    def described(self, user: Any, keys: list[int]) -> Mapping[int, Described]:
        return {}


def _facts(rng: random.Random) -> str:
    heads = min(max(int(rng.lognormvariate(3.4, 1.1)), 1), 4000)
    facts = {
        "industry": rng.choice(["3311", "3360", "1711", "2190", "2630", "3240", "4710", "5430"]),
        "heads": str(heads),
        "limit": rng.choice(["1500000", "1800000"]),
        "deductible": rng.choice(["0", "1000"]),
        "standardisation": rng.choice(["none", "3", "2"]),
        "accidents": rng.choice(["recent", "none_2", "none_3", "none_4"]),
        "tags": rng.choice([[], ["special_equipment"], ["dust"]]),
        "credit": rng.choice(["none", "A", "B"]),
        "listed": rng.choice(["no", "no", "no", "yes"]),
    }
    return json.dumps(facts)


def impacts() -> list[str]:
    """One line per figure; what is above its budget."""
    tariff, missed = shipped_tariff(), []
    table = Table([("impact, 200 000 policies", 44), ("measured", 12), ("budget", 12), ("", 8)])
    table.head("A tariff tried on every policy")
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        rows = list(Drawn(POLICIES).rows(None, 1, POLICIES))
        store, seconds = _timed(lambda: Store().with_rows(rows))
        table.line("facts read for the first time", f"{seconds:.2f} s", "", "")
        _save(_place(), store)
        _result, seconds = _timed(lambda: whole_run(tariff))
        missed += _judged(table, "a run: load, price twice, sum up, keep", seconds, RUN_BUDGET)
        snapshot = _snapshot(_loaded(_place()))
        snapshot.price_kept(tariff)
        slide = median(lambda: slider(snapshot, tariff), ROUNDS)
        missed += _judged(table, "a slider, everything on the page", slide, SLIDER_BUDGET)
        alone = median(lambda: compare(snapshot, tariff, moved(tariff)), ROUNDS)
        table.line("of which pricing", f"{alone * 1000:.0f} ms", "", "")
    return missed


def _timed(act: Any) -> tuple[Any, float]:
    started = time.perf_counter()
    found = act()
    return found, time.perf_counter() - started


def _judged(table: Table, name: str, seconds: float, budget: float) -> list[str]:
    verdict = "met" if seconds <= budget else "NOT MET"
    table.line(name, f"{seconds * 1000:.0f} ms", f"{budget * 1000:.0f} ms", verdict)
    return [f"{name}: {seconds:.2f} s"] if seconds > budget else []


def _snapshot(store: Store) -> Snapshot:
    return Snapshot(store.keys, store, store.rows_of(store.keys))


def moved(tariff: Tariff) -> Tariff:
    return changed(tariff, Change("size", Decimal("1.07")))


def whole_run(tariff: Tariff) -> dict[str, Any]:
    """From the file of the store to the result and the rows behind it."""
    draft = moved(tariff)
    compared = compare(_snapshot(_loaded(_place())), tariff, draft)
    rows_of(compared)
    return result_of(compared, draft)


def slider(snapshot: Snapshot, tariff: Tariff) -> dict[str, Any]:
    draft = moved(tariff)
    return result_of(compare(snapshot, tariff, draft), draft)
