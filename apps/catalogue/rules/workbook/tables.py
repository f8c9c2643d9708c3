"""The axes of the tables out of their list, and the cells out of each table's own sheet."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from apps.catalogue.rules.checks import place
from apps.catalogue.rules.tariff import Keys, TableKind
from apps.catalogue.rules.workbook import layout
from apps.catalogue.rules.workbook.faults import Wrong, cell_name
from apps.catalogue.rules.workbook.opening import Sheet
from apps.catalogue.rules.workbook.values import Notes, value_at

Row = Mapping[str, Any]
Axes = dict[str, list[dict[str, Any]]]
KEY = 5  # the columns of the list of points
LABEL = 6


def read_axes(notes: Notes, points: Iterable[Row], tables: set[str]) -> Axes:
    """Per table its axes in order, each with its points in the order of the rows."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for row in points:
        if row["table"] and row["table"] not in tables:
            notes.add(layout.POINTS, row["row"], 0, Wrong.UNKNOWN_TABLE, text=row["table"])
        axes = found.setdefault(row["table"], {})
        own = {name: row[name] for name in ("fact", "kind", "trend")}
        axis = axes.setdefault(row["axis"], {**own, "points": []})
        for at, (name, value) in enumerate(own.items(), 2):
            if value and axis[name] != value:
                notes.add(layout.POINTS, row["row"], at, Wrong.AXIS_DIFFERS)
        line = [row["key"], row["label"], row["label_en"], row["upper"]]
        axis["points"].append(line)
        here = (layout.POINTS, cell_name(row["row"], KEY))
        notes.points.setdefault((row["table"], row["key"]), here)
    return {code: [axes[number] for number in sorted(axes)] for code, axes in found.items()}


def cells_of(notes: Notes, sheet: Sheet, table: Row) -> list[list[str]]:
    """The lines of a document: the keys, then what stands there."""
    labels = [{line[0]: line[1] for line in axis["points"]} for axis in table["axes"]]
    is_grid = sheet.at(2, 1).text == layout.GRID
    if is_grid and len(labels) != 2:
        notes.add(sheet.name, 2, 1, Wrong.HEADING, known=layout.LIST)
        return []
    places = _across(notes, sheet, labels) if is_grid else _down(notes, sheet, labels)
    at = 2 * len(labels)
    is_range = not is_grid and sheet.at(layout.HEAD, at + 1).text == layout.UPPER_END
    if not is_grid:
        _heading(notes, sheet, at, table)
    found: dict[Keys, list[str]] = {}
    for keys, row, column in places:
        notes.cells.setdefault((table["code"], place(keys)), (sheet.name, cell_name(row, column)))
        if keys in found:
            notes.add(sheet.name, row, column, Wrong.TWICE, text=place(keys))
        found[keys] = [*keys, *_value(notes, sheet, row, column, table, is_range)]
    for keys in product(*labels):
        if keys not in found:
            last = max(len(sheet.rows), layout.HEAD + 1)
            notes.add(sheet.name, last, 0, Wrong.NO_ROW, text=place(keys))
    return list(found.values())


def _heading(notes: Notes, sheet: Sheet, at: int, table: Row) -> None:
    known = layout.GIVES if table["kind"] == TableKind.CLASS else layout.VALUE
    if sheet.at(layout.HEAD, at).text != known:
        notes.add(sheet.name, layout.HEAD, at, Wrong.HEADING, known=known)


def _value(
    notes: Notes, sheet: Sheet, row: int, at: int, table: Row, is_range: bool
) -> Iterator[str]:
    if table["kind"] == TableKind.CLASS:
        yield value_at(notes, sheet, row, at, layout.GIVEN)
        return
    yield value_at(notes, sheet, row, at, layout.CELL)
    if is_range and (highest := value_at(notes, sheet, row, at + 1, layout.HIGHEST)):
        yield highest


def _down(
    notes: Notes, sheet: Sheet, labels: list[dict[str, str]]
) -> Iterator[tuple[Keys, int, int]]:
    for row in range(layout.HEAD + 1, len(sheet.rows)):
        width = 2 * len(labels) + 2
        if not any(sheet.at(row, at).text for at in range(width)):
            continue
        keys = [_key(notes, sheet, row, 2 * at, known) for at, known in enumerate(labels)]
        for at, (key, known) in enumerate(zip(keys, labels, strict=True)):
            _label(notes, sheet, (row, 2 * at + 1), key, known)
        if all(keys):
            yield tuple(keys), row, 2 * len(labels)


def _across(
    notes: Notes, sheet: Sheet, labels: list[dict[str, str]]
) -> Iterator[tuple[Keys, int, int]]:
    down, across = labels
    width = max((len(row) for row in sheet.rows), default=0)
    columns = []
    for at in range(2, width):
        if not any(sheet.at(row, at).text for row in range(layout.HEAD, len(sheet.rows))):
            continue
        key = _key(notes, sheet, layout.HEAD, at, across)
        _label(notes, sheet, (layout.HEAD + 1, at), key, across)
        columns += [(at, key)] if key else []
    for row in range(layout.HEAD + 2, len(sheet.rows)):
        if not any(sheet.at(row, at).text for at in range(width)):
            continue
        key = _key(notes, sheet, row, 0, down)
        _label(notes, sheet, (row, 1), key, down)
        yield from (((key, other), row, at) for at, other in columns if key)


def _key(notes: Notes, sheet: Sheet, row: int, at: int, known: Mapping[str, str]) -> str:
    key = sheet.at(row, at).text
    if key in known:
        return key
    notes.add(sheet.name, row, at, Wrong.UNKNOWN_POINT if key else Wrong.EMPTY, text=key)
    return ""


def _label(
    notes: Notes, sheet: Sheet, cell: tuple[int, int], key: str, known: Mapping[str, str]
) -> None:
    """A name may be left out beside its key, but may not say something else."""
    label = sheet.at(*cell).text
    if label and key and label != known[key]:
        notes.add(sheet.name, *cell, Wrong.OTHER_LABEL, known=known[key])
