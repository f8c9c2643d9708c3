"""One run: both tariffs over a snapshot, and everything a meeting asks of the difference."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.tariff import Cell, Keys, Table, Tariff
from apps.core.money import FEN
from apps.rating.impact.portfolio import Ints
from apps.rating.impact.rules import (
    Hidden,
    Total,
    bins,
    grouped,
    hidden,
    histogram,
    largest_rises,
    percentiles,
    total,
)
from apps.rating.impact.snapshot import Snapshot
from apps.rating.rules.many import REFUSED, refusals
from apps.rating.rules.risk import CannotPrice

DIMENSIONS = ("district", "insurer", "industry", "size")
MOST_REFUSALS = 20


@dataclass(frozen=True)
class Change:
    """One table of a tariff, or one cell of it, times a factor: what a slider does."""

    table: str
    times: Decimal
    keys: Keys | None = None

    @property
    def terms(self) -> dict[str, Any]:
        keys = list(self.keys) if self.keys is not None else None
        return {"table": self.table, "times": text_of(self.times), "keys": keys}


def changed(tariff: Tariff, change: Change) -> Tariff:
    """The same tariff with that table moved; ranges move at both ends."""
    tables = tuple(
        _moved(table, change) if table.code == change.table else table for table in tariff.tables
    )
    return replace(tariff, tables=tables)


def _moved(table: Table, change: Change) -> Table:
    cells = {
        keys: _times(cell, change.times) if change.keys in (None, keys) else cell
        for keys, cell in table.cells.items()
    }
    return replace(table, cells=cells)


def _times(cell: Cell, times: Decimal) -> Cell:
    value = None if cell.value is None else cell.value * times
    return replace(cell, value=value, highest=cell.highest and cell.highest * times)


@dataclass(frozen=True)
class Compared:
    """Rows that both tariffs have a price for, and the number that one of them has none for."""

    snapshot: Snapshot
    mask: NDArray[np.bool_]
    before: Ints
    after: Ints

    @property
    def keys(self) -> Ints:
        return self.snapshot.keys[self.mask]

    @property
    def unpriced(self) -> int:
        return int((~self.mask).sum())

    def dimension(self, name: str) -> tuple[list[str], NDArray[np.intp]]:
        """Labels, and which of them each row has."""
        labels, index = self.snapshot.grouped_by(name)
        return labels, index[self.mask]


def compare(snapshot: Snapshot, base: Tariff, draft: Tariff) -> Compared:
    before, after = snapshot.price_kept(base), snapshot.price(draft)
    mask = (before != REFUSED) & (after != REFUSED)
    return Compared(snapshot, mask, before[mask], after[mask])


def bounds_of(compared: Compared, draft: Tariff) -> tuple[Hidden, Hidden]:
    """What the clamp, and then the minimum and maximum, make of the premiums under them."""
    unbounded = replace(draft, minimum=Decimal(0), maximum=None)
    held = compared.snapshot.price(unbounded)[compared.mask]
    if draft.lowest is None and draft.highest is None:
        free = held
    else:
        loose = replace(unbounded, lowest=None, highest=None)
        free = compared.snapshot.price(loose)[compared.mask]
    return hidden(free, held), hidden(held, compared.after)


def result_of(compared: Compared, draft: Tariff) -> dict[str, Any]:
    """As the row of a run keeps it: counts, sums in yuan as text, keys of places and policies."""
    before, after = compared.before, compared.after
    clamp, minimum = bounds_of(compared, draft)
    return {
        "total": written(total(before, after)),
        "paid": yuan(int(compared.snapshot.place("fen")[compared.mask].sum())),
        "unpriced": compared.unpriced,
        "histogram": histogram(bins(before, after)),
        "percentiles": [list(pair) for pair in percentiles(before, after)],
        "clamp": _hidden(clamp),
        "minimum": _hidden(minimum),
        "by": {
            name: {key: written(each) for key, each in _grouped(compared, name).items()}
            for name in DIMENSIONS
        },
        "rises": [
            [key, yuan(old), yuan(new)]
            for key, old, new in largest_rises(compared.keys, before, after)
        ],
    }


def _grouped(compared: Compared, name: str) -> dict[str, Total]:
    labels, index = compared.dimension(name)
    return grouped(compared.before, compared.after, index, labels)


def refused_by(snapshot: Snapshot, tariff: Tariff) -> Mapping[int, CannotPrice]:
    """Some of the policies that a tariff has no price for, each with the fact in the way."""
    fen = snapshot.price(tariff)
    found = refusals(tariff, snapshot.columns(tariff), fen, at_most=MOST_REFUSALS)
    return {int(snapshot.keys[row]): cause for row, cause in found.items()}


def written(each: Total) -> dict[str, Any]:
    return {
        "count": each.count,
        "before": yuan(each.before),
        "after": yuan(each.after),
        "change": yuan(each.change),
        "winners": each.winners,
        "unchanged": each.unchanged,
        "losers": each.losers,
    }


def _hidden(each: Hidden) -> dict[str, Any]:
    return {"count": each.count, "raised": yuan(each.raised), "lowered": yuan(each.lowered)}


def yuan(fen: int) -> str:
    return str(fen * FEN)
