"""What a tariff's own tables call things: points of axes, values of facts, the facts themselves."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.rules.tariff import (
    OTHERWISE,
    Axis,
    AxisKind,
    Fact,
    FactKind,
    Group,
    Keys,
    Point,
    Table,
    Tariff,
)
from apps.reference.models.base import in_language


def worded(part: Fact | Group | Table) -> str:
    return in_language(part.name, part.name_en)


def point_words(axis: Axis, key: str) -> str:
    """What the point of that key is called; one without a name is called by its key."""
    point = next((point for point in axis.points if point.key == key), None)
    if point and point.label:
        return in_language(point.label, point.label_en)
    return _("其他") if key == OTHERWISE else key


def cell_words(table: Table, keys: Keys) -> str:
    return joined(*(point_words(axis, key) for axis, key in zip(table.axes, keys, strict=True)))


def value_words(tariff: Tariff, code: str, value: Any) -> str:
    """The words for the value of a fact, or the value with its unit."""
    fact = tariff.fact[code]
    match fact.kind:
        case FactKind.NUMBER:
            return f"{Decimal(value):,} {fact.unit}".rstrip()
        case FactKind.CHOSEN:
            return _("%(value)s（%(reason)s）") % {**value}
        case FactKind.CODES:
            return _("、").join(code_words(tariff, code, each) for each in value) or _("无")
    return code_words(tariff, code, value)


def code_words(tariff: Tariff, code: str, value: str) -> str:
    """As a table has it; where only its beginning is listed, those words after the code."""
    for axis in (axis for table in tariff.tables for axis in table.axes if axis.fact == code):
        if point := _point_of(axis, value):
            label = in_language(point.label, point.label_en)
            return f"{value} {label}" if axis.kind == AxisKind.PREFIX else label or value
    return value


def _point_of(axis: Axis, value: str) -> Point | None:
    if axis.kind != AxisKind.PREFIX:
        return next((point for point in axis.points if point.key == value), None)
    fitting = [point for point in axis.points if value.startswith(point.key)]
    return max(fitting, key=lambda point: len(point.key), default=None)


def joined(*parts: str) -> str:
    return _("，").join(filter(None, parts))
