"""Writes the workbook: values may be typed into, what names them is locked against slips."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from apps.catalogue.rules.documents import text_of, write
from apps.catalogue.rules.figures import SIGNIFICANT
from apps.catalogue.rules.tariff import Axis, Cell, FactKind, Keys, Table, TableKind, Tariff
from apps.catalogue.rules.workbook import layout
from apps.catalogue.rules.workbook.layout import Column, Kind

BORN = datetime(2018, 3, 1)  # noqa: DTZ001  a file says when it was saved, not when it was made
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
MAY = {
    "format_cells": True,
    "format_columns": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}
ROOM = 200  # rows below a list that stay open for more


def write_workbook(tariff: Tariff, meta: Mapping[str, str]) -> bytes:
    """The same tariff and the same words about it give the same bytes."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties({"created": BORN, "title": tariff.code})
        pen = Pen(book)
        names = sheet_names(tariff)
        document = write(tariff)
        _main(pen, {**meta, **document})
        _list(pen, layout.FACTS, layout.FACT_COLUMNS, document["facts"])
        _list(pen, layout.GROUPS, layout.GROUP_COLUMNS, document["groups"])
        index = [{**each, "sheet": names[each["code"]]} for each in document["tables"]]
        _list(pen, layout.INDEX, layout.INDEX_COLUMNS, index)
        _list(pen, layout.POINTS, layout.POINT_COLUMNS, _points(document["tables"]))
        for table in tariff.tables:
            _table(pen, names[table.code], tariff, table)
        _golden(pen, tariff)
    return target.getvalue()


def sheet_names(tariff: Tariff) -> dict[str, str]:
    """A name for each table's sheet that Excel takes, no two alike."""
    taken = {name.lower() for name in layout.FIXED}
    names: dict[str, str] = {}
    for table in tariff.tables:
        plain = " ".join(table.name.translate(FORBIDDEN).split()) or table.code
        name, number = plain[: layout.MOST_NAME].strip(), 1
        while name.lower() in taken or name.lower() == "history":
            number += 1
            end = f" {number}"
            name = plain[: layout.MOST_NAME - len(end)].strip() + end
        names[table.code] = name
        taken.add(name.lower())
    return names


class Pen:
    """The formats of a book, and how one value is put into a cell."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E3ECEF", "border": 1, "text_wrap": True, "num_format": "@"}
        )
        self.name = book.add_format({"bg_color": "#F4F6F7", "border": 1, "num_format": "@"})
        self.open = book.add_format({"locked": False, "border": 1, "num_format": "@"})
        self.figure = book.add_format({"locked": False, "border": 1, "bg_color": "#FFF9E5"})
        self.room = book.add_format({"locked": False})
        self.note = book.add_format({"font_color": "#5B6B72"})

    def sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.protect("", MAY)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:CZ20000"})
        return sheet

    def words(self, sheet: Any, row: int, column: int, text: str, look: Any) -> None:
        if text:
            # XlsxWriter copies a text between these marks into the file as it is.
            is_markup = text.startswith("<r>") and text.endswith("</r>")
            sheet.write_string(row, column, f"{text} " if is_markup else text, look)
        else:
            sheet.write_blank(row, column, None, look)

    def number(self, sheet: Any, row: int, column: int, text: str) -> None:
        """As a number where Excel keeps every digit, else as text, which is read as exactly."""
        if not text:
            sheet.write_blank(row, column, None, self.figure)
        elif len(Decimal(text).as_tuple().digits) <= SIGNIFICANT:
            sheet.write_number(row, column, float(text), self.figure)
        else:
            sheet.write_string(row, column, text, self.figure)

    def put(self, sheet: Any, row: int, at: int, column: Column, value: Any) -> None:
        match column.kind:
            case Kind.NUMBER:
                self.number(sheet, row, at, value or "")
            case Kind.WHOLE:
                sheet.write_number(row, at, value, self.figure)
            case Kind.YES:
                self.words(sheet, row, at, layout.YES if value else layout.NO, self.open)
            case Kind.CHOICE:
                self.words(sheet, row, at, column.choices.get(value, ""), self.open)
            case _:
                self.words(sheet, row, at, value, self.open)

    def validate(self, sheet: Any, rows: tuple[int, int], at: int, column: Column) -> None:
        choices = [word for word in column.choices.values() if word]
        if column.kind == Kind.YES:
            choices = [layout.YES, layout.NO]
        if choices:
            sheet.data_validation(rows[0], at, rows[1], at, {"validate": "list", "source": choices})


def _main(pen: Pen, values: Mapping[str, Any]) -> None:
    sheet = pen.sheet(layout.MAIN)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 50)
    sheet.set_column(2, 2, 50)
    for at, heading in enumerate((layout.ITEM, layout.CONTENT, layout.HINT)):
        pen.words(sheet, 0, at, heading, pen.head)
    pen.words(sheet, 1, 0, layout.LAYOUT, pen.name)
    pen.words(sheet, 1, 1, layout.FORMAT, pen.name)
    for row, column in enumerate(layout.MAIN_ROWS, 2):
        pen.words(sheet, row, 0, column.heading, pen.name)
        value = values.get(column.key, "")
        pen.put(sheet, row, 1, column, value)
        pen.words(sheet, row, 2, column.hint, pen.note)
        pen.validate(sheet, (row, row), 1, column)
    sheet.freeze_panes(1, 0)


def _list(
    pen: Pen, name: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> None:
    sheet = pen.sheet(name)
    last = 0
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, pen.room)
        pen.words(sheet, 0, at, column.heading, pen.head)
    for last, row in enumerate(rows, 1):
        for at, column in enumerate(columns):
            pen.put(sheet, last, at, column, row[column.key])
    for at, column in enumerate(columns):
        pen.validate(sheet, (1, last + ROOM), at, column)
    sheet.freeze_panes(1, 0)
    if last:
        sheet.autofilter(0, 0, last, len(columns) - 1)


def _points(tables: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for table in tables:
        for number, axis in enumerate(table["axes"], 1):
            for key, label, label_en, upper in axis["points"]:
                own = {name: axis[name] for name in ("fact", "kind", "trend")}
                point = {"key": key, "label": label, "label_en": label_en, "upper": upper}
                yield {"table": table["code"], "axis": number, **own, **point}


def _table(pen: Pen, name: str, tariff: Tariff, table: Table) -> None:
    sheet = pen.sheet(name)
    pen.words(sheet, 0, 0, table.name, pen.title)
    words = [layout.TABLE_KINDS[table.kind], table.code]
    if table.group in tariff.group:
        words.append(tariff.group[table.group].name)
    if table.exposure in tariff.fact:
        fact = tariff.fact[table.exposure]
        words.append(f"{fact.name} / {table.per} {fact.unit}".strip())
    pen.words(sheet, 1, 0, " · ".join(words), pen.note)
    is_grid = layout.is_grid(table)
    pen.words(sheet, 2, 0, layout.LAYOUT, pen.note)
    pen.words(sheet, 2, 1, layout.GRID if is_grid else layout.LIST, pen.note)
    if is_grid:
        _grid(pen, sheet, tariff, table)
    else:
        _long(pen, sheet, tariff, table)


def _called(tariff: Tariff, axis: Axis) -> str:
    fact = tariff.fact.get(axis.fact)
    return fact.name if fact else axis.fact


def _grid(pen: Pen, sheet: Any, tariff: Tariff, table: Table) -> None:
    """The last axis across with its keys and names in two rows, the first down in two columns."""
    down, across = table.axes
    sheet.set_column(0, 1, 16)
    sheet.set_column(2, 1 + len(across.points), 12)
    corner = f"{_called(tariff, down)} ＼ {_called(tariff, across)}"
    pen.words(sheet, layout.HEAD, 0, corner, pen.head)
    pen.words(sheet, layout.HEAD, 1, layout.NAME, pen.head)
    pen.words(sheet, layout.HEAD + 1, 0, "", pen.head)
    pen.words(sheet, layout.HEAD + 1, 1, layout.NAME, pen.head)
    for at, point in enumerate(across.points, 2):
        pen.words(sheet, layout.HEAD, at, point.key, pen.head)
        pen.words(sheet, layout.HEAD + 1, at, point.label, pen.head)
    for row, point in enumerate(down.points, layout.HEAD + 2):
        pen.words(sheet, row, 0, point.key, pen.name)
        pen.words(sheet, row, 1, point.label, pen.name)
        for at, other in enumerate(across.points, 2):
            _cell(pen, sheet, row, at, table, (point.key, other.key))
    sheet.freeze_panes(layout.HEAD + 2, 2)


def _long(pen: Pen, sheet: Any, tariff: Tariff, table: Table) -> None:
    headings = [text for axis in table.axes for text in (_called(tariff, axis), layout.NAME)]
    headings.append(layout.GIVES if table.kind == TableKind.CLASS else layout.VALUE)
    if table.is_range:
        headings.append(layout.UPPER_END)
    for at, heading in enumerate(headings):
        sheet.set_column(at, at, 18, pen.room)
        pen.words(sheet, layout.HEAD, at, heading, pen.head)
    labels = [{point.key: point.label for point in axis.points} for axis in table.axes]
    for row, keys in enumerate(table.keys, layout.HEAD + 1):
        for at, (key, known) in enumerate(zip(keys, labels, strict=True)):
            pen.words(sheet, row, 2 * at, key, pen.name)
            pen.words(sheet, row, 2 * at + 1, known[key], pen.name)
        _cell(pen, sheet, row, 2 * len(keys), table, keys)
    sheet.freeze_panes(layout.HEAD + 1, 0)


def _cell(pen: Pen, sheet: Any, row: int, at: int, table: Table, keys: Keys) -> None:
    cell = table.cells.get(keys, Cell())
    if table.kind == TableKind.CLASS:
        pen.words(sheet, row, at, cell.gives, pen.open)
        return
    pen.number(sheet, row, at, text_of(cell.value))
    if table.is_range:
        pen.number(sheet, row, at + 1, text_of(cell.highest))


def golden_columns(tariff: Tariff) -> list[tuple[str, str]]:
    """A column per fact that the cases give; one that is chosen has a second for its reason."""
    given = {code for case in tariff.golden for code in case.facts}
    codes = [fact.code for fact in tariff.facts if fact.code in given or fact in tariff.asked]
    codes += sorted(given - set(codes))
    columns = []
    for code in codes:
        columns.append((code, ""))
        if code in tariff.fact and tariff.fact[code].kind == FactKind.CHOSEN:
            columns.append((code, layout.REASON))
    return columns


def _golden(pen: Pen, tariff: Tariff) -> None:
    """Codes in the first row, what they are called in the second."""
    sheet = pen.sheet(layout.GOLDEN)
    columns = golden_columns(tariff)
    codes = [layout.CASE, *(code for code, _reason in columns), layout.PREMIUM, layout.SOURCE]
    words = [tariff.fact[code].name if code in tariff.fact else code for code, _reason in columns]
    under = [text or word for (_code, text), word in zip(columns, words, strict=True)]
    for at, (code, word) in enumerate(zip(codes, ["", *under, "", ""], strict=True)):
        sheet.set_column(at, at, 30 if at in {0, len(codes) - 1} else 14, pen.room)
        pen.words(sheet, 0, at, code, pen.head)
        pen.words(sheet, 1, at, word, pen.head)
    for row, case in enumerate(tariff.golden, 2):
        pen.words(sheet, row, 0, case.name, pen.open)
        for at, (code, reason) in enumerate(columns, 1):
            _fact(pen, sheet, row, at, case.facts.get(code), is_reason=bool(reason))
        pen.number(sheet, row, len(codes) - 2, text_of(case.premium))
        pen.words(sheet, row, len(codes) - 1, case.source, pen.open)
    sheet.freeze_panes(2, 1)


def _fact(pen: Pen, sheet: Any, row: int, at: int, value: Any, *, is_reason: bool) -> None:
    """Whole numbers as numbers, texts as texts: a case is read back exactly as it was given."""
    if isinstance(value, Mapping):
        value = value["reason"] if is_reason else value["value"]
    elif is_reason:
        value = None
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, at, value, pen.open)
    elif isinstance(value, list | tuple):
        text = layout.BETWEEN.join(value) or layout.NOTHING
        pen.words(sheet, row, at, text, pen.open)
    else:
        pen.words(sheet, row, at, "" if value is None else str(value), pen.open)
