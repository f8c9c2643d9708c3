"""The frozen facts of policies in columns, kept in one file and in memory.

Nobody is shown anything from here: it only spares reading again what cannot have changed. Rows are
picked by keys that the database gave out for the person who asks.
"""

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.accounts.models import User
from apps.rating.impact.portfolio import MOST_READ, Frozen, Ints, Portfolio, portfolio

PLACES = ("district", "town", "sector", "insurer", "enterprise", "fen")
MARK = 64  # signs of the hash in front
NOBODY_SAID = -1
Codes = NDArray[np.int32]
Told = Callable[[int, int], None]


@dataclass
class Column:
    """A fact: its different values as their JSON, and which of them each row has."""

    values: list[str] = field(default_factory=list)
    index: Codes = field(default_factory=lambda: np.empty(0, np.int32))

    @cached_property
    def known(self) -> dict[str, int]:
        return {value: at for at, value in enumerate(self.values)}

    def code(self, value: str) -> int:
        at = self.known.get(value)
        if at is None:
            at = self.known[value] = len(self.values)
            self.values.append(value)
        return at


@dataclass
class Store:
    keys: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    places: dict[str, Ints] = field(
        default_factory=lambda: {name: np.empty(0, np.int64) for name in PLACES}
    )
    facts: dict[str, Column] = field(default_factory=dict)

    def lacks(self, keys: Ints) -> Ints:
        return np.setdiff1d(keys, self.keys, assume_unique=True)

    def rows_of(self, keys: Ints) -> NDArray[np.intp]:
        return np.searchsorted(self.keys, keys)

    def with_rows(self, rows: list[Frozen]) -> "Store":
        """A store with these as well; the old one stays as it is for whoever looks at it."""
        new = np.array([row.key for row in rows], np.int64)
        known = np.isin(new, self.keys)
        fresh = [row for row, is_known in zip(rows, known.tolist(), strict=True) if not is_known]
        keys = np.concatenate([self.keys, new[~known]])
        order = np.argsort(keys, kind="stable")
        places = {
            name: np.concatenate(
                [self.places[name], np.array([getattr(row, name) for row in fresh], np.int64)]
            )[order]
            for name in PLACES
        }
        return Store(keys[order], places, self._facts_with(fresh, order))

    def _facts_with(self, fresh: list[Frozen], order: NDArray[np.intp]) -> dict[str, Column]:
        said = [_facts_of(row.facts) for row in fresh]
        codes = dict.fromkeys([*self.facts, *(code for each in said for code in each)])
        found = {}
        for code in codes:
            column = Column(list(self.facts[code].values) if code in self.facts else [])
            index = [column.code(each[code]) if code in each else NOBODY_SAID for each in said]
            before = self.facts[code].index if code in self.facts else None
            if before is None:
                before = np.full(len(self.keys), NOBODY_SAID, np.int32)
            column.index = np.concatenate([before, np.array(index, np.int32)])[order]
            found[code] = column
        return found


def _facts_of(text: str) -> Mapping[str, str]:
    """Each value as canonical JSON; most are plain strings."""
    return {
        code: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for code, value in json.loads(text).items()
    }


def value_of(text: str) -> Any:
    """The value behind a stored text: lists and objects were written as JSON."""
    return json.loads(text) if text[:1] in {"[", "{"} else text


_HELD: dict[str, tuple[int, Store]] = {}


def complete(user: User, keys: Ints, tell: Told | None = None) -> Store:
    """The store with all of these rows; what is missing is read with the eyes of `user`."""
    place = _place()
    store = _loaded(place)
    missing = store.lacks(keys)
    if not len(missing):
        return store
    for done, batch in _batches(portfolio(), user, missing):
        store = store.with_rows(batch)
        if tell:
            tell(done, len(missing))
    _save(place, store)
    return store


def _batches(source: Portfolio, user: User, missing: Ints) -> Iterator[tuple[int, list[Frozen]]]:
    """A transaction for each, so that a job's bar moves between them."""
    for start in range(0, len(missing), MOST_READ):
        part = missing[start : start + MOST_READ]
        wanted = set(part.tolist())
        with transaction.atomic():
            rows = source.rows(user, int(part[0]), int(part[-1]))
            batch = [row for row in rows if row.key in wanted]
        yield start + len(part), batch


def _place() -> Path:
    """One file for a database; a process may look into another one."""
    return Path(settings.MEDIA_ROOT) / "impact" / f"{connection.settings_dict['NAME']}.store"


def _loaded(place: Path) -> Store:
    try:
        written = place.stat().st_mtime_ns
    except OSError:
        return Store()
    held = _HELD.get(str(place))
    if held is None or held[0] != written:
        content = place.read_bytes()
        store = _read(content[MARK:]) if _is_sound(content) else Store()
        held = _HELD[str(place)] = written, store
    return held[1]


def _is_sound(content: bytes) -> bool:
    return content[:MARK] == sha256(content[MARK:]).hexdigest().encode()


def _read(content: bytes) -> Store:
    with np.load(io.BytesIO(content), allow_pickle=False) as parts:
        values = json.loads(parts["values"].tobytes())
        return Store(
            keys=parts["keys"],
            places={name: parts[f"place:{name}"] for name in PLACES},
            facts={code: Column(values[code], parts[f"fact:{code}"]) for code in values},
        )


def _save(place: Path, store: Store) -> None:
    """Whole or not at all: written beside and moved into place."""
    written = io.BytesIO()
    values = json.dumps({code: column.values for code, column in store.facts.items()})
    parts: dict[str, Any] = {
        "keys": store.keys,
        "values": np.frombuffer(values.encode(), np.uint8),
        **{f"place:{name}": column for name, column in store.places.items()},
        **{f"fact:{code}": column.index for code, column in store.facts.items()},
    }
    np.savez(written, **parts)
    content = written.getvalue()
    put(place, sha256(content).hexdigest().encode() + content)
    _HELD[str(place)] = place.stat().st_mtime_ns, store


def put(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=place.parent, delete=False) as beside:
        beside.write(content)
    os.replace(beside.name, place)
