"""What a change of premiums comes to: sums, winners and losers, spread, groups. Whole fen.

A percentage is only ever shown; whether a premium rose, and by which step, is told by integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Steps of the histogram in percent: below the first, between two, at zero, above the last.
STEPS = (-30, -20, -15, -10, -5, 0, 5, 10, 15, 20, 30)
PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
SIZES = (1, 21, 51, 101, 301, 1001)
LARGEST = 100


@dataclass(frozen=True)
class Total:
    count: int
    before: int
    after: int
    winners: int
    unchanged: int
    losers: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Hidden:
    """What bounds do: to how many, by how much they raise, by how much they lower."""

    count: int
    raised: int
    lowered: int


def total(before: Ints, after: Ints) -> Total:
    up, down = int((after > before).sum()), int((after < before).sum())
    return Total(
        len(before), int(before.sum()), int(after.sum()), down, len(before) - up - down, up
    )


def grouped(
    before: Ints, after: Ints, index: NDArray[Any], labels: Sequence[str]
) -> dict[str, Total]:
    """A total for each label that has rows, by whole numbers throughout."""
    size = len(labels)
    counts = [_added(index, np.ones_like(before), size)]
    counts += [_added(index, each, size) for each in (before, after)]
    up = _added(index, (after > before).astype(np.int64), size)
    down = _added(index, (after < before).astype(np.int64), size)
    return {
        label: Total(
            int(counts[0][at]),
            int(counts[1][at]),
            int(counts[2][at]),
            int(down[at]),
            int(counts[0][at] - up[at] - down[at]),
            int(up[at]),
        )
        for at, label in enumerate(labels)
        if counts[0][at]
    }


def _added(index: NDArray[Any], amounts: Ints, size: int) -> Ints:
    sums = np.zeros(size, np.int64)
    np.add.at(sums, index, amounts)
    return sums


FALLS = tuple(step for step in STEPS if step <= 0)
RISES = tuple(step for step in STEPS if step >= 0)


def bins(before: Ints, after: Ints) -> NDArray[np.int8]:
    """The step of `bin_edges` into which each change falls."""
    found, whole = np.zeros(len(before), np.int8), after * 100
    for at, step in enumerate(FALLS, 1):
        found[whole >= before * (100 + step)] = at
    for at, step in enumerate(RISES, len(FALLS) + 1):
        found[whole > before * (100 + step)] = at
    return found


def bin_edges() -> list[tuple[int | None, int | None]]:
    """The steps in percent: [low, high) below zero, (0, 0) for no change, (low, high] above it."""
    falls = [(None, FALLS[0]), *pairwise(FALLS)]
    rises = [*pairwise(RISES), (RISES[-1], None)]
    return [*falls, (0, 0), *rises]


def histogram(found: NDArray[np.int8]) -> list[int]:
    counts = np.bincount(found, minlength=len(bin_edges()))
    return [int(count) for count in counts]


def percentiles(before: Ints, after: Ints) -> list[tuple[int, float]]:
    """By nearest rank: a change that some policy really has, in percent."""
    if not len(before):
        return []
    ratios = (after - before) * 100 / before
    ranks = [max(0, -(-percent * len(ratios) // 100) - 1) for percent in PERCENTILES]
    ratios.partition(sorted(set(ranks)))
    return [
        (percent, round(float(ratios[rank]), 2))
        for percent, rank in zip(PERCENTILES, ranks, strict=True)
    ]


def hidden(free: Ints, held: Ints) -> Hidden:
    change = held - free
    return Hidden(
        int((change != 0).sum()), int(change[change > 0].sum()), int(-change[change < 0].sum())
    )


def largest_rises(keys: Ints, before: Ints, after: Ints) -> list[tuple[int, int, int]]:
    """By yuan, the dearer first; of equals the lower key: the list is the same each time."""
    change = after - before
    rising = np.flatnonzero(change > _least_of(change))
    order = rising[np.lexsort((keys[rising], -change[rising]))][:LARGEST]
    return [(int(keys[at]), int(before[at]), int(after[at])) for at in order]


def _least_of(change: Ints) -> int:
    """What the hundredth largest rise exceeds, so that only the largest must be sorted."""
    if len(change) <= LARGEST:
        return 0
    return max(int(np.partition(change, -LARGEST)[-LARGEST]) - 1, 0)


def sizes(heads: Sequence[int | None], index: NDArray[Any]) -> Ints:
    """The size step of each row by its number of people; 0 where nobody said."""
    steps = [_size(each) for each in heads]
    found: Ints = np.array([*steps, 0], np.int64)[index]
    return found


def _size(heads: int | None) -> int:
    if heads is None:
        return 0
    return max((step for step in SIZES if step <= heads), default=0)


def size_edges(step: int) -> tuple[int, int | None]:
    """The people of a size step, both ends included."""
    after = [edge for edge in SIZES if edge > step]
    return step, after[0] - 1 if after else None
