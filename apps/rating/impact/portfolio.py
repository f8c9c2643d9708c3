"""Where the policies come from. The app that has them registers here; rating knows it by no name.

A policy's facts, premium and place are frozen by trigger: they are read once and kept (store.py).
Which policies somebody may see, and which hold on a day, is asked of the database each time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from apps.accounts.models import User

Ints = NDArray[np.int64]
MOST_READ = 20_000  # rows at a time


class Frozen(NamedTuple):
    """What of a policy never changes; the facts as the JSON text of its worksheet."""

    key: int
    district: int
    town: int
    sector: int
    insurer: int
    enterprise: int
    fen: int
    facts: str


@dataclass(frozen=True)
class Described:
    """A policy as a list names it."""

    number: str
    name: str
    site: str
    url: str


class Portfolio(Protocol):
    def live(self, user: User, as_of: date) -> Ints:
        """Keys of the policies in force on that day that this person may see, ascending."""

    def is_empty(self, as_of: date) -> bool:
        """Whether nothing is in force on that day, for whoever's context this is."""

    def rows(self, user: User, first: int, last: int) -> Iterator[Frozen]:
        """What this person may see between two keys, both included, in the order of the keys."""

    def described(self, user: User, keys: list[int]) -> Mapping[int, Described]:
        """Those of them that this person may see."""


_REGISTERED: list[Portfolio] = []


def register(portfolio: Portfolio) -> None:
    _REGISTERED[:] = [portfolio]


def portfolio() -> Portfolio:
    return _REGISTERED[0]
