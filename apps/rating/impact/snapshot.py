"""The policies in force on a day, as one person may see them, in columns ready for pricing."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.accounts.models import User
from apps.catalogue.rules.documents import digest, write
from apps.catalogue.rules.tariff import Tariff
from apps.core.remembering import RememberedFor
from apps.rating.impact.portfolio import Ints, portfolio
from apps.rating.impact.rules import sizes
from apps.rating.impact.store import Column, Store, Told, complete, value_of
from apps.rating.rules.many import Coded, Columns, encode_columns, price_many, shape
from apps.rating.rules.risk import CannotPrice, typed

DIVISION = 2  # signs of an industry code


@dataclass(frozen=True)
class Filter:
    """Part of a portfolio, by the keys of places; what is None narrows nothing."""

    district: int | None = None
    town: int | None = None
    insurer: int | None = None
    industry: str = ""
    size: int | None = None

    @property
    def terms(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value not in (None, "")}


@dataclass
class Snapshot:
    keys: Ints
    store: Store
    rows: NDArray[np.intp]
    encoded: dict[Hashable, Columns] = field(default_factory=dict)
    priced: dict[str, Ints] = field(default_factory=dict)
    groups: dict[str, tuple[list[str], NDArray[np.intp]]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Names the policies: what is known of each is frozen, so that keys are enough."""
        return sha256(self.keys.tobytes()).hexdigest()

    def place(self, name: str) -> Ints:
        return self.store.places[name][self.rows]

    def fact(self, code: str) -> tuple[list[str], NDArray[np.intp]]:
        """The different values of a fact, and which of them each row has (-1: none)."""
        column = self.store.facts.get(code) or Column([], np.full(len(self.store.keys), -1))
        return column.values, column.index[self.rows].astype(np.intp)

    def grouped_by(self, name: str) -> tuple[list[str], NDArray[np.intp]]:
        """The labels of a dimension, and which of them each row has; told apart once."""
        if name not in self.groups:
            if name == "industry":
                self.groups[name] = self._industries()
            else:
                values = self.sizes if name == "size" else self.place(name)
                found, index = np.unique(values, return_inverse=True)
                self.groups[name] = [str(value) for value in found.tolist()], index
        return self.groups[name]

    def _industries(self) -> tuple[list[str], NDArray[np.intp]]:
        """By division. There are few codes, and many rows."""
        values, index = self.fact("industry")
        divisions = [*(value[:DIVISION] for value in values), ""]
        labels = sorted(set(divisions))
        placed = np.array([labels.index(each) for each in divisions], np.intp)
        return labels, placed[index]

    @property
    def sizes(self) -> Ints:
        values, index = self.fact("heads")
        return sizes([int(value) for value in values], index)

    def columns(self, tariff: Tariff) -> Columns:
        """Encoded once for all tariffs that look at a risk in the same way."""
        key = shape(tariff)
        if key not in self.encoded:
            given = {fact.code: self._typed(tariff, fact.code) for fact in tariff.asked}
            self.encoded[key] = encode_columns(tariff, given, len(self.keys))
        return self.encoded[key]

    def _typed(self, tariff: Tariff, code: str) -> Coded:
        values, index = self.fact(code)
        whole = [_typed(tariff, code, value) for value in values]
        return Coded([*whole, None], np.where(index < 0, len(whole), index))

    def price(self, tariff: Tariff) -> Ints:
        return price_many(tariff, self.columns(tariff))

    def price_kept(self, tariff: Tariff) -> Ints:
        """For a tariff that many changes are compared with."""
        name = digest(write(tariff))
        if name not in self.priced:
            self.priced[name] = self.price(tariff)
        return self.priced[name]


def _typed(tariff: Tariff, code: str, text: str) -> Any:
    """None where a value makes no sense to this tariff: then there is no price, by that fact."""
    try:
        return typed(tariff, {code: value_of(text)})[code]
    except CannotPrice:
        return None


def take(
    user: User, as_of: date, chosen: Filter | None = None, tell: Told | None = None
) -> Snapshot:
    """What holds on that day, narrowed; read under the eyes of `user`."""
    with transaction.atomic():  # the rights of `user` are put on a transaction
        keys = portfolio().live(user, as_of)
    store = complete(user, keys, tell)
    whole = Snapshot(keys, store, store.rows_of(keys))
    return narrowed(whole, chosen) if chosen and chosen.terms else whole


def narrowed(whole: Snapshot, chosen: Filter) -> Snapshot:
    mask = np.ones(len(whole.keys), bool)
    for name in ("district", "town", "insurer"):
        if (value := getattr(chosen, name)) is not None:
            mask &= whole.place(name) == value
    if chosen.industry:
        values, index = whole.fact("industry")
        fits = np.array([*(value.startswith(chosen.industry) for value in values), False])
        mask &= fits[index]
    if chosen.size is not None:
        mask &= whole.sizes == chosen.size
    return Snapshot(whole.keys[mask], whole.store, whole.rows[mask])


_KEPT = RememberedFor[Snapshot]()


def kept(user: User, as_of: date, chosen: Filter) -> Snapshot:
    """The same for a minute, for everybody of the same scope: what a slider moves over."""
    key = (connection.settings_dict["NAME"], scope_of(user), as_of, chosen)
    return _KEPT(key, lambda: take(user, as_of, chosen))


def scope_of(user: User) -> Hashable:
    own = user.organisation
    return own.kind, own.pk, own.district_id, own.town_id, own.sector_id
