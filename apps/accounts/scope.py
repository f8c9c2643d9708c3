"""Which rows a kind of organisation sees, declared once and held twice.

A model's queryset declares its scope; `visible_to` filters by it, and `policies.py` writes the
same declaration into the database as row-level security.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

M = TypeVar("M", bound=models.Model)


class Key(StrEnum):
    """What of the caller a row is compared with; each is a setting of the transaction."""

    USER = "user"
    ORGANISATION = "organisation"
    DISTRICT = "district"
    TOWN = "town"
    SECTOR = "sector"


@dataclass(frozen=True)
class Rows:
    """The rows whose columns equal the caller's values: `Rows(district=Key.DISTRICT)`."""

    equal: Mapping[str, Key]


@dataclass(frozen=True)
class Through:
    """The rows to which a row of another scoped model points that the caller sees.

    `model` is that model, `field` its foreign key to ours; `rule` stands in for its own scope, and
    `column` is what of ours the key is compared with. Where the others are as many as ours, look
    for each `one_by_one`: a page of fifty must not read all of them first.
    """

    model: type[models.Model]
    field: str
    rule: "Rule | None" = None
    column: str = "pk"
    one_by_one: bool = False


class Everything:
    """All rows."""


Rule = Rows | Through | Everything
EVERYTHING = Everything()


def rows(**equal: Key) -> Rows:
    return Rows(equal)


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that knows which organisations each row belongs to.

    `scope` maps a kind of organisation to a rule; a kind not listed sees nothing. `also_sees` adds
    rows that a kind sees and does not write. A model with a
    `parent` needs none: its rows are seen by whoever sees the row that this foreign key names.
    `open_rows` are seen by everyone who is signed in (`Q()`: all of them). `read_only` kinds see
    their rows but the database takes no writes from them; `may_add` kinds may insert a row before
    its scope can be told. `share` names the table of rows shared with single people,
    `shared_key` what in it points to a row, and `share_with` the kinds whose people may be given
    some: for the others no OR stands in their way to an index.
    """

    scope: ClassVar[Mapping[str, Rule]] = {}
    also_sees: ClassVar[Mapping[str, Rule]] = {}
    parent: ClassVar[str] = ""
    open_rows: ClassVar[Q | None] = None
    read_only: ClassVar[frozenset[str]] = frozenset()
    may_add: ClassVar[frozenset[str]] = frozenset()
    share: ClassVar[str] = ""
    share_with: ClassVar[frozenset[str]] = frozenset()
    shared_key: ClassVar[str] = "content_object_id"

    def visible_to(self, user: Any) -> Self:
        """The rows this person may see. Every page, export, search and call starts here."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if self.parent:
            return self.filter(**{f"{self.parent}__in": self.parents().visible_to(user)})
        kind, values = user.organisation.kind, user.scope_values
        condition = self.condition(self.scope.get(kind), kind, values)
        # The empty Q is everything; an OR with it would lose that.
        if not condition or self.open_rows == Q():
            return self.all()
        if kind in self.also_sees:
            condition |= self.condition(self.also_sees[kind], kind, values)
        if self.open_rows is not None:
            condition |= self.open_rows
        if kind in self.share_with and user.has_shares(self.share):
            condition |= Q(pk__in=self.shared_with(user.pk))
        return self.filter(condition)

    def condition(self, rule: Rule | None, kind: str, values: Mapping[Key, Any]) -> Q:
        """A rule of one kind with the given values (or SQL expressions) for its keys."""
        match rule:
            case Everything():
                return Q()
            case Rows(equal):
                return Q(**{field: values[key] for field, key in equal.items()})
            case Through(model, field, other, column, one_by_one):
                inner: Any = model._default_manager.all()
                chosen = other or inner.scope.get(kind)
                seen = inner.filter(inner.condition(chosen, kind, values))
                if one_by_one:
                    # A range of one: an equality Postgres would turn into a hash of all of them.
                    key = OuterRef(column)
                    return Q(Exists(seen.filter(**{f"{field}__gte": key, f"{field}__lte": key})))
                return Q(**{f"{column}__in": seen.values(field)})
            case _:
                return Q(pk__in=[])

    def parents(self) -> Any:
        related: Any = self.model._meta.get_field(self.parent).related_model
        return related._default_manager.all()

    def shared_with(self, user_id: Any) -> models.QuerySet[Any, Any]:
        """The keys of the rows that somebody shared with this person by name."""
        share = self.model._meta.apps.get_model(self.share)
        keys: models.QuerySet[Any, Any] = share._default_manager.filter(user_id=user_id)
        return keys.values(self.shared_key)
