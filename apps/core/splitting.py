"""`money.split_fen` over whole columns: the same answer for every row, millions of them a second.

Ranks are counted by comparing every two members, which needs neither a sort nor a branch. Rows in
which equal remainders compete for the last fen go to the plain function, which knows the tie rule.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.core.money import split_fen

Fen = npt.NDArray[np.int64]
ROWS = 16_384  # at a time: what a core keeps close
MOST = 2**63 - 1


def split_many(fen: Fen, weights: Mapping[str, int], *, keys: Sequence[str]) -> Fen:
    """Parts by row and member, in the order of `weights`; `keys` name the documents."""
    members, shares = list(weights), np.array(list(weights.values()), dtype=np.int64)
    total = sum(weights.values())
    if len(members) > 100:
        raise ValueError("Columns are split among a hundred members at most.")
    if total <= 0 or shares.min() < 0:
        raise ValueError("Weights must not be negative, nor all zero.")
    if len(fen) and int(np.abs(fen).max()) > MOST // int(shares.max()):
        raise ValueError("An amount is too large to be split in whole columns.")
    # Remainders are below the total, and the narrower they are the faster they compare.
    narrow = np.int16 if total < 2**15 else np.int64
    parts = np.empty((len(members), len(fen)), dtype=np.int64)
    for start in range(0, len(fen), ROWS):
        block = slice(start, start + ROWS)
        tied = _split_block(fen[block], shares, total, parts[:, block], narrow)
        for row in (start + tied).tolist():
            plain = split_fen(int(fen[row]), weights, key=keys[row])
            parts[:, row] = [plain[member] for member in members]
    return parts.T


def _split_block(fen: Fen, shares: Fen, total: int, parts: Fen, narrow: type) -> Fen:
    """Fill in the parts of these rows; the places of those that a tie leaves open are returned."""
    size = np.abs(fen)
    rests: npt.NDArray[Any] = np.empty(parts.shape, dtype=narrow)
    for place, share in enumerate(shares):
        weighted = size * share
        np.floor_divide(weighted, total, out=parts[place])
        rests[place] = weighted - parts[place] * total
    left = (size - parts.sum(axis=0)).astype(np.int8)  # below the number of members
    given = np.zeros_like(left)
    for place in range(len(shares)):
        before = np.zeros(len(fen), dtype=np.int8)
        for other in range(len(shares)):
            if other != place:
                before += rests[other] > rests[place]
        extra = before < left
        parts[place] += extra
        given += extra
    if (fen < 0).any():
        np.multiply(parts, np.sign(fen), out=parts)
    return np.flatnonzero(given != left)
