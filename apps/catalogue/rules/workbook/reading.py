"""Reads a workbook back: the whole tariff, or every fault in it by sheet and cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.catalogue.rules.checks import Fault, FaultKind
from apps.catalogue.rules.checks import faults as soundness
from apps.catalogue.rules.documents import DocumentFault, read
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.rules.workbook import layout
from apps.catalogue.rules.workbook.cases import read_cases
from apps.catalogue.rules.workbook.faults import CellFault, WorkbookRefused, Wrong
from apps.catalogue.rules.workbook.layout import Column
from apps.catalogue.rules.workbook.opening import Sheet, opened
from apps.catalogue.rules.workbook.tables import cells_of, read_axes
from apps.catalogue.rules.workbook.values import Notes, value_at

CONDITIONS = 20  # more faults of one axis than this say nothing new
OF_POINTS = {FaultKind.GAP, FaultKind.NOT_A_NUMBER, FaultKind.TWICE}


@dataclass(frozen=True)
class Book:
    """A tariff and what its workbook says about it: dates, source, words on rounding."""

    tariff: Tariff
    meta: Mapping[str, str]


def read_workbook(content: bytes) -> Book:
    """The tariff of a workbook; WorkbookRefused with all faults when it is not whole and sound."""
    return book_of(opened(content))


def book_of(sheets: Sequence[Sheet]) -> Book:
    notes = Notes()
    by_name = {sheet.name: sheet for sheet in sheets}
    missing = [name for name in layout.FIXED if name not in by_name]
    notes.faults += [CellFault(name, "", Wrong.NO_SHEET) for name in missing]
    if missing:
        raise WorkbookRefused(notes.faults)
    document = _document(notes, by_name)
    _strangers(notes, sheets, document)
    if notes.faults:
        raise WorkbookRefused(notes.faults)
    meta = {column.key: str(document[column.key]) for column in layout.META}
    try:
        tariff = read(document)
    except DocumentFault as fault:
        words = {"text": str(fault)}
        raise WorkbookRefused([CellFault(layout.INDEX, "", Wrong.NOT_A_CHOICE, words)]) from None
    if unsound := soundness(tariff):
        raise WorkbookRefused([_located(notes, fault) for fault in unsound])
    return Book(tariff, meta)


def _document(notes: Notes, by_name: Mapping[str, Sheet]) -> dict[str, Any]:
    document = _main(notes, by_name[layout.MAIN])
    document["facts"] = read_list(notes, by_name[layout.FACTS], layout.FACT_COLUMNS)
    document["groups"] = read_list(notes, by_name[layout.GROUPS], layout.GROUP_COLUMNS)
    index = read_list(notes, by_name[layout.INDEX], layout.INDEX_COLUMNS)
    points = read_list(notes, by_name[layout.POINTS], layout.POINT_COLUMNS)
    axes = read_axes(notes, points, {each["code"] for each in index})
    for number, table in enumerate(index):
        table["axes"] = axes.get(table["code"], [])
        sheet = by_name.get(table["sheet"])
        if sheet is None or table["sheet"] in layout.FIXED:
            here = (layout.INDEX, table["row"], 0)
            notes.add(*here, Wrong.NO_SHEET, text=table["sheet"])
            sheet = Sheet("", True, [], [])
        elif table["sheet"] in {other["sheet"] for other in index[:number]}:
            notes.add(layout.INDEX, table["row"], 0, Wrong.TWICE, text=table["sheet"])
        table["cells"] = cells_of(notes, sheet, table) if sheet.name else []
    document["tables"] = index
    document["golden"] = read_cases(notes, by_name[layout.GOLDEN], document["facts"])
    return document


def _main(notes: Notes, sheet: Sheet) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if sheet.at(1, 1).text != layout.FORMAT:
        notes.add(sheet.name, 1, 1, Wrong.FORMAT, known=layout.FORMAT)
    for row, column in enumerate(layout.MAIN_ROWS, 2):
        if sheet.at(row, 0).text != column.heading:
            notes.add(sheet.name, row, 0, Wrong.HEADING, known=column.heading)
        found[column.key] = value_at(notes, sheet, row, 1, column)
    return found


def read_list(notes: Notes, sheet: Sheet, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows below their headings; one that is quite empty is none."""
    for at, column in enumerate(columns):
        if sheet.at(0, at).text != column.heading:
            notes.add(sheet.name, 0, at, Wrong.HEADING, known=column.heading)
    found = []
    for row in range(1, len(sheet.rows)):
        if not any(sheet.at(row, at).text for at in range(len(columns))):
            continue
        values = {
            column.key: value_at(notes, sheet, row, at, column) for at, column in enumerate(columns)
        }
        found.append({**values, "row": row})
        if code := values.get("code"):
            notes.rows.setdefault(code, (sheet.name, f"A{row + 1}"))
    return found


def _strangers(notes: Notes, sheets: Sequence[Sheet], document: Mapping[str, Any]) -> None:
    """Sheets that belong to nothing would be lost; what reckons says something else tomorrow."""
    known = {*layout.FIXED, *(table["sheet"] for table in document["tables"])}
    for sheet in sheets:
        if sheet.name in known:
            places = [CellFault(sheet.name, cell, Wrong.FORMULA) for cell in sheet.formulas]
            notes.faults += places[:CONDITIONS]
        elif sheet.is_visible and any(value.text for row in sheet.rows for value in row):
            notes.faults.append(CellFault(sheet.name, "", Wrong.STRANGE_SHEET))


def _located(notes: Notes, fault: Fault) -> CellFault:
    """Where in the workbook the tariff does not hold."""
    place = (fault.table, fault.where)
    here = notes.points.get(place) if fault.kind in OF_POINTS else notes.cells.get(place)
    here = here or notes.cells.get(place) or notes.points.get(place)
    here = here or notes.rows.get(fault.table) or notes.rows.get(fault.where)
    sheet, cell = here or (layout.MAIN, "")
    return CellFault(sheet, cell, Wrong.UNSOUND, fault=fault)
