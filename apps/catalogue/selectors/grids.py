"""A tariff's tables as grids: rows and columns with their words, one grid per page of the rest."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from apps.catalogue.models.tariffs import AXIS_KINDS, STRATEGIES, TABLE_KINDS
from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.tariff import Axis, AxisKind, Keys, Table, TableKind, Tariff
from apps.catalogue.selectors.words import cell_words, code_words, point_words, worded


@dataclass(frozen=True)
class Row:
    label: str
    values: list[str]


@dataclass(frozen=True)
class Grid:
    """The last axis across, the one before it down; `caption` names the points of any others."""

    caption: str
    corner: str
    columns: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class TableGrids:
    name: str
    code: str
    kind: str
    notes: list[str]
    is_wide: bool
    grids: list[Grid]


@dataclass(frozen=True)
class GroupNotes:
    name: str
    strategy: str
    bounds: str
    is_float: bool
    tables: str


def grids_of(tariff: Tariff) -> list[TableGrids]:
    kinds = {str(kind): str(label) for kind, label in TABLE_KINDS}
    return [
        TableGrids(
            name=worded(table),
            code=table.code,
            kind=kinds[table.kind],
            notes=_notes(tariff, table),
            is_wide=table.kind == TableKind.CLASS or len(table.axes) > 1,
            grids=_classes(tariff, table)
            if table.kind == TableKind.CLASS
            else _grids(tariff, table),
        )
        for table in tariff.tables
    ]


def groups_of(tariff: Tariff) -> list[GroupNotes]:
    """How the factors combine, group by group."""
    strategies = {str(strategy): str(label) for strategy, label in STRATEGIES}
    return [
        GroupNotes(
            name=worded(group),
            strategy=strategies[group.strategy],
            bounds=bounds_of(group.lowest, group.highest),
            is_float=group.is_float,
            tables=_("、").join(worded(table) for table in tariff.factors_of(group)),
        )
        for group in tariff.groups
    ]


def bounds_of(lowest: Decimal | None, highest: Decimal | None) -> str:
    if lowest is None and highest is None:
        return _("不限")
    return f"{text_of(lowest) or _('不限')} – {text_of(highest) or _('不限')}"


def _notes(tariff: Tariff, table: Table) -> list[str]:
    words = []
    if table.group:
        words.append(worded(tariff.group[table.group]))
    if table.exposure:
        words.append(_("按%(fact)s计") % {"fact": worded(tariff.fact[table.exposure])})
    if table.per != 1:
        words.append(_("每 %(per)s 单位") % {"per": f"{table.per:,}"})
    kinds = {str(kind): str(label) for kind, label in AXIS_KINDS}
    words += [f"{_called(tariff, axis)}：{kinds[axis.kind]}" for axis in table.axes]
    return words


def _called(tariff: Tariff, axis: Axis) -> str:
    return worded(tariff.fact[axis.fact])


def _classes(tariff: Tariff, table: Table) -> list[Grid]:
    """A hundred prefixes read better by what they come to."""
    members: dict[str, list[str]] = defaultdict(list)
    for keys, cell in table.cells.items():
        is_coded = any(axis.kind == AxisKind.PREFIX for axis in table.axes)
        code = f"{keys[0]} " if is_coded else ""
        members[cell.gives].append(code + cell_words(table, keys))
    rows = [
        Row(code_words(tariff, table.gives, gives), [_("；").join(those)])
        for gives, those in sorted(members.items())
    ]
    return [Grid("", worded(tariff.fact[table.gives]), [_("包括")], rows)]


def _grids(tariff: Tariff, table: Table) -> list[Grid]:
    texts = _texts(table)
    if not table.axes:
        return [Grid("", "", [], [Row(worded(table), [texts[()]])])]
    *rest, across = table.axes
    if not rest:
        rows = [Row(point_words(across, p.key), [texts[(p.key,)]]) for p in across.points]
        return [Grid("", _called(tariff, across), [_("数值")], rows)]
    *outer, down = rest
    corner = f"{_called(tariff, down)} × {_called(tariff, across)}"
    columns = [point_words(across, point.key) for point in across.points]
    return [
        Grid(_caption(tariff, outer, keys), corner, columns, _rows(down, across, keys, texts))
        for keys in product(*([point.key for point in axis.points] for axis in outer))
    ]


def _caption(tariff: Tariff, outer: list[Axis], keys: Keys) -> str:
    return " · ".join(
        f"{_called(tariff, axis)} {point_words(axis, key)}"
        for axis, key in zip(outer, keys, strict=True)
    )


def _rows(down: Axis, across: Axis, keys: Keys, texts: dict[Keys, str]) -> list[Row]:
    return [
        Row(
            point_words(down, point.key),
            [texts[(*keys, point.key, column.key)] for column in across.points],
        )
        for point in down.points
    ]


def _texts(table: Table) -> dict[Keys, str]:
    """All with as many decimals as the longest has, so that a column is compared at a glance."""
    values = {
        keys: [value for value in (cell.value, cell.highest) if value is not None]
        for keys, cell in table.cells.items()
    }
    everything = [text_of(value) for pair in values.values() for value in pair]
    places = max((len(text.partition(".")[2]) for text in everything), default=0)
    return {
        keys: " – ".join(f"{value:,.{places}f}" for value in pair) for keys, pair in values.items()
    }
