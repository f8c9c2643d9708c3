"""A tariff's tables as grids: rows and columns with their words, one grid per page of the rest."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _

from apps.catalogue.models.tariffs import AXIS_KINDS, STRATEGIES, TABLE_KINDS
from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.tariff import OTHERWISE, Axis, Cell, Group, Keys, Table, TableKind, Tariff
from apps.reference.models.base import in_language


@dataclass(frozen=True)
class Row:
    label: str
    key: str
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
            grids=_classes(table) if table.kind == TableKind.CLASS else _grids(tariff, table),
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
            bounds=_bounds(group),
            is_float=group.is_float,
            tables=_("、").join(worded(table) for table in tariff.factors_of(group)),
        )
        for group in tariff.groups
    ]


def worded(part: Table | Group) -> str:
    return in_language(part.name, part.name_en)


def point_words(axis: Axis, key: str) -> str:
    for point in axis.points:
        if point.key == key and point.label:
            return in_language(point.label, point.label_en)
    return _("其他") if key == OTHERWISE else key


def _bounds(group: Group) -> str:
    if group.lowest is None and group.highest is None:
        return _("不限")
    return f"{text_of(group.lowest) or '0'} – {text_of(group.highest) or _('不限')}"


def _notes(tariff: Tariff, table: Table) -> list[str]:
    words = []
    if table.group:
        words.append(worded(tariff.group[table.group]))
    if table.exposure:
        fact = tariff.fact[table.exposure]
        words.append(_("按%(fact)s计") % {"fact": in_language(fact.name, fact.name_en)})
    if table.per != 1:
        words.append(_("每 %(per)s 单位") % {"per": f"{table.per:,}"})
    kinds = {str(kind): str(label) for kind, label in AXIS_KINDS}
    words += [f"{_fact_name(tariff, axis)}：{kinds[axis.kind]}" for axis in table.axes]
    return words


def _fact_name(tariff: Tariff, axis: Axis) -> str:
    fact = tariff.fact[axis.fact]
    return in_language(fact.name, fact.name_en)


def _classes(table: Table) -> list[Grid]:
    """A hundred prefixes read better by what they come to."""
    members: dict[str, list[str]] = defaultdict(list)
    for keys, cell in table.cells.items():
        words = [_with_code(axis, key) for axis, key in zip(table.axes, keys, strict=True)]
        members[cell.gives].append(" · ".join(words))
    rows = [Row(gives, gives, [_("；").join(those)]) for gives, those in members.items()]
    return [Grid("", _("得出"), [_("包括")], rows)]


def _with_code(axis: Axis, key: str) -> str:
    words = point_words(axis, key)
    return f"{key} {words}" if key.isdigit() and words != key else words


def _grids(tariff: Tariff, table: Table) -> list[Grid]:
    *rest, last = table.axes or (None,)
    if last is None:
        return [Grid("", "", [], [Row(worded(table), "", [_text(table.cells[()])])])]
    if not rest:
        rows = [
            Row(point_words(last, point.key), point.key, [_text(table.cells[(point.key,)])])
            for point in last.points
        ]
        return [Grid("", _fact_name(tariff, last), [_("数值")], rows)]
    *outer, down = [axis for axis in rest if axis is not None]
    return [
        _grid(tariff, table, outer, down, last, keys)
        for keys in product(*([point.key for point in axis.points] for axis in outer))
    ]


def _grid(
    tariff: Tariff, table: Table, outer: list[Axis], down: Axis, across: Axis, keys: Keys
) -> Grid:
    caption = " · ".join(
        f"{_fact_name(tariff, axis)} {point_words(axis, key)}"
        for axis, key in zip(outer, keys, strict=True)
    )
    rows = [
        Row(
            point_words(down, point.key),
            point.key,
            [_text(table.cells[(*keys, point.key, column.key)]) for column in across.points],
        )
        for point in down.points
    ]
    corner = f"{_fact_name(tariff, down)} × {_fact_name(tariff, across)}"
    return Grid(caption, corner, [point_words(across, point.key) for point in across.points], rows)


def _text(cell: Cell) -> str:
    if cell.highest is not None:
        return f"{text_of(cell.value)} – {text_of(cell.highest)}"
    return text_of(cell.value)
