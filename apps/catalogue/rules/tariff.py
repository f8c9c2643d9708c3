"""A tariff as plain values: the facts it asks for, its tables, and how they combine.

Immutable; read from rows or from a document (documents.py) and never written back. What it means is
told by `rating.rules`, whether it is sound by checks.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import Any

OTHERWISE = "-"  # the key of the point that takes whatever no point before it took

Keys = tuple[str, ...]


class FactKind(StrEnum):
    NUMBER = "number"
    CODE = "code"
    CODES = "codes"  # any number of codes
    CHOSEN = "chosen"  # a value chosen inside the range of a table, with a reason


class AxisKind(StrEnum):
    EXACT = "exact"  # the fact is one of the points
    TIER = "tier"  # half-open: from a point up to, not including, the next
    PREFIX = "prefix"  # the longest point that the code begins with
    FIRST = "first"  # the first point that is among the codes
    LINEAR = "linear"  # interpolated between the points, never beyond them


class Trend(StrEnum):
    """What must hold along an axis, point by point; the gate checks it."""

    NONE = ""
    RISING = "rising"  # never cheaper: limits
    FALLING = "falling"  # never dearer: deductibles, better grades


class TableKind(StrEnum):
    CLASS = "class"  # tells a fact that follows from others: a risk class from an industry
    BASE = "base"
    ADDON = "addon"
    FACTOR = "factor"


class Strategy(StrEnum):
    """How the factors of a group combine; groups multiply."""

    PRODUCT = "product"
    BEST = "best"  # the lowest factor counts alone
    DISCOUNTS = "discounts"  # what each takes off is added up: 1 - (1-a) - (1-b)


class Several(StrEnum):
    """Which cell counts when a fact has several codes: a mixed business pays the highest."""

    NONE = ""
    HIGHEST = "highest"
    LOWEST = "lowest"


class Share(StrEnum):
    """Of what the cell of an add-on is a share; of nothing when it is a rate of its own."""

    NONE = ""
    BASE = "base"  # the base premium before any factor
    PREMIUM = "premium"  # the premium after all factors


@dataclass(frozen=True, slots=True)
class Fact:
    code: str
    kind: FactKind
    name: str
    name_en: str = ""
    unit: str = ""
    places: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A step of an axis. Keys of tiers and of interpolated axes are their lower bounds."""

    key: str
    label: str = ""
    label_en: str = ""
    upper: Decimal | None = None  # of a tier: where it ends, outside; None is without end

    @property
    def lower(self) -> Decimal:
        return Decimal(self.key)


@dataclass(frozen=True, slots=True)
class Axis:
    fact: str
    kind: AxisKind
    points: tuple[Point, ...]
    trend: Trend = Trend.NONE


@dataclass(frozen=True, slots=True)
class Cell:
    """A value; with `highest` a range to choose from; in a class table the code it gives."""

    value: Decimal | None = None
    highest: Decimal | None = None
    gives: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    code: str
    kind: TableKind
    name: str
    axes: tuple[Axis, ...]
    cells: Mapping[Keys, Cell]
    name_en: str = ""
    group: str = ""  # of a factor
    gives: str = ""  # of a class: the fact it tells
    exposure: str = ""  # of a base or add-on: what the rate is for; "" is a flat sum
    per: int = 1  # for so many units of it: 1 000 for per mille
    several: Several = Several.NONE
    share_of: Share = Share.NONE
    is_adjusted: bool = True  # of an add-on: the factors apply to it too
    requires: str = ""  # of an add-on: sold with that one only

    @property
    def keys(self) -> Iterator[Keys]:
        """Every combination of points, the last axis fastest."""
        return product(*([point.key for point in axis.points] for axis in self.axes))

    @property
    def is_range(self) -> bool:
        return any(cell.highest is not None for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    name: str
    name_en: str = ""
    strategy: Strategy = Strategy.PRODUCT
    lowest: Decimal | None = None
    highest: Decimal | None = None
    is_float: bool = True  # the tariff's overall clamp holds the product of these groups


@dataclass(frozen=True, slots=True)
class Golden:
    """A case whose premium is known; a version that gets it wrong is not approved."""

    name: str
    facts: Mapping[str, Any]
    premium: Decimal
    source: str = ""


@dataclass(frozen=True, eq=False)
class Tariff:
    """Compared by identity, so that what is derived from one is kept beside it cheaply."""

    code: str
    number: int
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]
    groups: tuple[Group, ...]
    lowest: Decimal | None = None
    highest: Decimal | None = None
    minimum: Decimal = Decimal(0)
    maximum: Decimal | None = None
    golden: tuple[Golden, ...] = ()

    @cached_property
    def fact(self) -> Mapping[str, Fact]:
        return {fact.code: fact for fact in self.facts}

    @cached_property
    def table(self) -> Mapping[str, Table]:
        return {table.code: table for table in self.tables}

    @cached_property
    def group(self) -> Mapping[str, Group]:
        return {group.code: group for group in self.groups}

    def of_kind(self, kind: TableKind) -> list[Table]:
        return [table for table in self.tables if table.kind == kind]

    def factors_of(self, group: Group) -> list[Table]:
        return [table for table in self.of_kind(TableKind.FACTOR) if table.group == group.code]

    @property
    def derived(self) -> set[str]:
        """The facts that tables tell; nobody else may."""
        return {table.gives for table in self.of_kind(TableKind.CLASS)}

    @property
    def asked(self) -> list[Fact]:
        """What must be known of a risk, in the tariff's order."""
        return [fact for fact in self.facts if fact.code not in self.derived]
