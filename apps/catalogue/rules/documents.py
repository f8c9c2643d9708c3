"""A tariff written down: one form for the files that ship, for import, and for its digest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeVar

from apps.catalogue.rules.tariff import (
    Axis,
    AxisKind,
    Cell,
    Fact,
    FactKind,
    Golden,
    Group,
    Point,
    Several,
    Share,
    Strategy,
    Table,
    TableKind,
    Tariff,
    Trend,
)

Document = Mapping[str, Any]
E = TypeVar("E", bound=StrEnum)
NONE = ""


@dataclass
class DocumentFault(Exception):
    """Where a document says something that no tariff can be made of."""

    place: str
    value: str

    def __str__(self) -> str:
        return f"{self.place}: {self.value}"


def read(document: Document) -> Tariff:
    return Tariff(
        code=document["code"],
        number=document["number"],
        facts=tuple(_fact(each) for each in document["facts"]),
        tables=tuple(_table(each) for each in document["tables"]),
        groups=tuple(_group(each) for each in document.get("groups", ())),
        lowest=_amount(document, "lowest"),
        highest=_amount(document, "highest"),
        minimum=_amount(document, "minimum") or Decimal(0),
        maximum=_amount(document, "maximum"),
        golden=tuple(_golden(each) for each in document.get("golden", ())),
    )


def write(tariff: Tariff) -> dict[str, Any]:
    return {
        "code": tariff.code,
        "number": tariff.number,
        "facts": [_written_fact(fact) for fact in tariff.facts],
        "groups": [_written_group(group) for group in tariff.groups],
        "tables": [_written_table(table) for table in tariff.tables],
        "lowest": text_of(tariff.lowest),
        "highest": text_of(tariff.highest),
        "minimum": text_of(tariff.minimum),
        "maximum": text_of(tariff.maximum),
        "golden": [_written_golden(case) for case in tariff.golden],
    }


def canonical(document: Any) -> str:
    """One text for one content, whatever order or database it came through."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(document: Any) -> str:
    return sha256(canonical(document).encode()).hexdigest()


def text_of(number: Decimal | int | None) -> str:
    """A number without the zeros that say nothing: 0.70 and 0.7 are the same value."""
    if number is None:
        return NONE
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fact(each: Document) -> Fact:
    return Fact(
        code=each["code"],
        kind=_choice(FactKind, each, "kind"),
        name=each["name"],
        name_en=each.get("name_en", NONE),
        unit=each.get("unit", NONE),
        places=each.get("places", 0),
    )


def _group(each: Document) -> Group:
    return Group(
        code=each["code"],
        name=each["name"],
        name_en=each.get("name_en", NONE),
        strategy=_choice(Strategy, each, "strategy", Strategy.PRODUCT),
        lowest=_amount(each, "lowest"),
        highest=_amount(each, "highest"),
        is_float=each.get("is_float", True),
    )


def _table(each: Document) -> Table:
    kind = _choice(TableKind, each, "kind")
    axes = tuple(_axis(axis) for axis in each.get("axes", ()))
    return Table(
        code=each["code"],
        kind=kind,
        name=each["name"],
        name_en=each.get("name_en", NONE),
        axes=axes,
        cells={tuple(line[: len(axes)]): _cell(kind, line, each) for line in each["cells"]},
        group=each.get("group", NONE),
        gives=each.get("gives", NONE),
        exposure=each.get("exposure", NONE),
        per=each.get("per", 1),
        several=_choice(Several, each, "several", Several.NONE),
        share_of=_choice(Share, each, "share_of", Share.NONE),
        is_adjusted=each.get("is_adjusted", True),
        requires=each.get("requires", NONE),
    )


def _axis(each: Document) -> Axis:
    return Axis(
        fact=each["fact"],
        kind=_choice(AxisKind, each, "kind"),
        points=tuple(_point(line) for line in each["points"]),
        trend=_choice(Trend, each, "trend", Trend.NONE),
    )


def _point(line: list[str]) -> Point:
    """Key, label, English label, and of a tier its end; what is not said is left out."""
    key, label, label_en, upper = [*line, *[NONE] * (4 - len(line))]
    return Point(key, label, label_en, _number(upper, key) if upper else None)


def _cell(kind: TableKind, line: list[str], table: Document) -> Cell:
    """The keys, then the value, and of a range its upper end."""
    place, rest = table["code"], line[len(table.get("axes", ())) :]
    if kind == TableKind.CLASS:
        return Cell(gives=rest[0])
    highest = _number(rest[1], place) if len(rest) > 1 else None
    return Cell(value=_number(rest[0], place), highest=highest)


def _golden(each: Document) -> Golden:
    premium = _number(each["premium"], each["name"])
    return Golden(each["name"], dict(each["facts"]), premium, each.get("source", NONE))


def _choice(kind: type[E], each: Document, name: str, default: E | None = None) -> E:
    if name not in each and default is not None:
        return default
    try:
        return kind(each[name])
    except ValueError:
        raise DocumentFault(f"{each.get('code', each.get('fact'))}.{name}", each[name]) from None


def _amount(each: Document, name: str) -> Decimal | None:
    return _number(each[name], name) if each.get(name) else None


def _number(text: str, place: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise DocumentFault(place, text) from None


def _written_fact(fact: Fact) -> dict[str, Any]:
    return {
        "code": fact.code,
        "kind": str(fact.kind),
        "name": fact.name,
        "name_en": fact.name_en,
        "unit": fact.unit,
        "places": fact.places,
    }


def _written_group(group: Group) -> dict[str, Any]:
    return {
        "code": group.code,
        "name": group.name,
        "name_en": group.name_en,
        "strategy": str(group.strategy),
        "lowest": text_of(group.lowest),
        "highest": text_of(group.highest),
        "is_float": group.is_float,
    }


def _written_table(table: Table) -> dict[str, Any]:
    """Cells in the order of their points, so that equal tables are written equally."""
    ordered = [keys for keys in table.keys if keys in table.cells]
    stray = sorted(table.cells.keys() - set(ordered))
    return {
        "code": table.code,
        "kind": str(table.kind),
        "name": table.name,
        "name_en": table.name_en,
        "group": table.group,
        "gives": table.gives,
        "exposure": table.exposure,
        "per": table.per,
        "several": str(table.several),
        "share_of": str(table.share_of),
        "is_adjusted": table.is_adjusted,
        "requires": table.requires,
        "axes": [_written_axis(axis) for axis in table.axes],
        "cells": [[*keys, *_values(table.cells[keys])] for keys in [*ordered, *stray]],
    }


def _written_axis(axis: Axis) -> dict[str, Any]:
    return {
        "fact": axis.fact,
        "kind": str(axis.kind),
        "trend": str(axis.trend),
        "points": [
            [point.key, point.label, point.label_en, text_of(point.upper)] for point in axis.points
        ],
    }


def _values(cell: Cell) -> list[str]:
    if cell.gives:
        return [cell.gives]
    return [text_of(value) for value in (cell.value, cell.highest) if value is not None]


def _written_golden(case: Golden) -> dict[str, Any]:
    return {
        "name": case.name,
        "facts": dict(case.facts),
        "premium": text_of(case.premium),
        "source": case.source,
    }
