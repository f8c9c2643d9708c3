"""Brings the facts shipped in `data/` into the database, as often as one likes.

Each file is one table. A file whose fingerprint is known is skipped, a changed one updates its
rows by their natural key. Rows that others may refer to are never deleted.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from apps.core.search import bigrams
from apps.reference.models import (
    RELEASE,
    AccidentCause,
    ActivityTag,
    CategoryIndustry,
    DisabilityGrade,
    DisabilityTable,
    District,
    Industry,
    IndustrySynonym,
    LoadedFile,
    Parameter,
    ParameterKey,
    PolicyArticle,
    PolicyCategory,
    ScopeRule,
    Sector,
    SectorIndustry,
    Town,
    TypicalTag,
)
from apps.reference.services import shipped_calendar

DATA = Path(__file__).resolve().parent.parent / "data"
LOAD_LOCK = 7_301_201  # any constant; two loads at once would both find the file new

LEVELS = Industry.Level.values
KEPT = {"entered_at"}  # a changed file does not make its old rows newly entered

Row = dict[str, Any]


@dataclass(frozen=True)
class Shipped:
    """A file, its table, the columns that identify a row, and what is derived from the others."""

    file: str
    model: type[models.Model]
    key: tuple[str, ...] = ("code",)
    derive: Callable[[Row], Row] = lambda row: row
    wave: Callable[[Row], int] = lambda row: 0  # rows that refer to their own table come later
    prune: bool = False  # nothing refers to these rows: what left the file leaves the table

    def rows(self) -> Iterator[Row]:
        with (DATA / self.file).open(encoding="utf-8", newline="") as lines:
            yield from (self.derive(row) for row in csv.DictReader(lines))

    def digest(self) -> str:
        # The code counts too: a new release may read the same file differently.
        return sha256((DATA / self.file).read_bytes() + Path(__file__).read_bytes()).hexdigest()


def _town(row: Row) -> Row:
    return {**row, "district": row["code"][:6]}


def _industry(row: Row) -> Row:
    code = row["code"]
    above = code[:-1] if len(code) > 2 else row["section"]
    return {
        **row,
        "section": row["section"] or code,
        "level": LEVELS[_depth(row)],
        "parent": above,
        "bigrams": bigrams(row["name"]),
    }


def _depth(row: Row) -> int:
    return 0 if row["code"].isalpha() else len(row["code"]) - 1


def _parameter(row: Row) -> Row:
    return {**row, "entered_by": RELEASE, "entered_at": timezone.now()}


# In the order in which they refer to each other.
FILES = (
    Shipped("districts.csv", District),
    Shipped("towns.csv", Town, derive=_town),
    Shipped("articles.csv", PolicyArticle),
    Shipped("industries.csv", Industry, derive=_industry, wave=_depth),
    Shipped("synonyms.csv", IndustrySynonym, ("word", "industry"), prune=True),
    Shipped("categories.csv", PolicyCategory),
    Shipped(
        "category_industries.csv",
        CategoryIndustry,
        ("category", "industry", "valid_from"),
        prune=True,
    ),
    Shipped("tags.csv", ActivityTag),
    Shipped("tag_industries.csv", TypicalTag, ("tag", "industry"), prune=True),
    Shipped("scope_rules.csv", ScopeRule, ("code", "valid_from")),
    Shipped("sectors.csv", Sector),
    Shipped("sector_industries.csv", SectorIndustry, ("industry", "valid_from"), prune=True),
    Shipped("accident_causes.csv", AccidentCause),
    Shipped("disability_tables.csv", DisabilityTable),
    Shipped("disability_grades.csv", DisabilityGrade, ("table", "grade")),
    Shipped("parameter_keys.csv", ParameterKey),
    Shipped("parameters.csv", Parameter, ("key", "valid_from"), derive=_parameter, prune=True),
)


@transaction.atomic
def load_reference() -> list[str]:
    """Load what is new or changed; returns one line per file that was."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        # The border between two periods may move: only the end result must not overlap.
        cursor.execute("set constraints parameter_no_overlap deferred")
    known = dict(LoadedFile.objects.values_list("name", "digest"))
    lines = [_load(item) for item in FILES if known.get(item.file) != item.digest()]
    if known.get(shipped_calendar.NAME) != shipped_calendar.digest():
        lines.append(shipped_calendar.load())
        _stamp(shipped_calendar.NAME, shipped_calendar.digest())
    with connection.cursor() as cursor:
        cursor.execute("set constraints parameter_no_overlap immediate")
    return lines


def _load(item: Shipped) -> str:
    rows, stock = list(item.rows()), item.model._default_manager.all()
    if item.model is Parameter:
        taken_over = _keys_entered_by_people()
        rows = [row for row in rows if row["key"] not in taken_over]
        stock = stock.exclude(key__code__in=taken_over)
    saved: list[Any] = []
    for _number, wave in groupby(sorted(rows, key=item.wave), key=item.wave):
        saved += _save(item, list(wave))
    if item.prune:
        stock.exclude(pk__in=[row.pk for row in saved]).delete()
    _stamp(item.file, item.digest())
    return f"{item.file}: {len(saved)}"


def _keys_entered_by_people() -> set[str]:
    """Whoever sets a parameter keeps it: the release must not undo what a bureau decided."""
    theirs = Parameter.objects.exclude(entered_by=RELEASE)
    return set(theirs.values_list("key__code", flat=True))


def _save(item: Shipped, rows: list[Row]) -> list[models.Model]:
    columns = list(rows[0])
    convert = {name: _converter(item.model._meta.get_field(name)) for name in columns}
    changing = [name for name in columns if name not in {*item.key, *KEPT}]
    return item.model._default_manager.bulk_create(
        [item.model(**{name: convert[name](row[name]) for name in columns}) for row in rows],
        update_conflicts=True,
        unique_fields=item.key,
        update_fields=changing or item.key,
    )


def _converter(field: Any) -> Callable[[Any], Any]:
    """From the text of a file to the field's value; a foreign key is the other's code."""
    if not field.is_relation:
        return lambda text: None if text == "" and field.null else field.to_python(text)
    others = field.related_model._default_manager.in_bulk(field_name="code")
    return lambda text: others[text] if text else None


def _stamp(name: str, digest: str) -> None:
    LoadedFile.objects.update_or_create(
        name=name, defaults={"digest": digest, "loaded_at": timezone.now()}
    )
