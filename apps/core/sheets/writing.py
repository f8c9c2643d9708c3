"""Spreadsheets for people: what is text stays text, whatever it looks like.

Long codes keep their digits, and no cell begins to calculate because somebody typed an equals sign.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Literal

import xlsxwriter
from django.utils.translation import gettext as _

from apps.core.dates import SHANGHAI
from apps.core.errors import DomainError

Kind = Literal["text", "money", "integer", "date"]

# What makes a spreadsheet take a cell of a text file for a formula, in both widths.
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
BOM = "\ufeff"
MOST_ROWS = 1_048_575  # below the heading
MOST_SIGNS = 32_767  # in one cell
MOST_DIGITS = 10**15  # Excel counts with 15
FORMATS: dict[Kind, str] = {
    "text": "@",
    "money": "#,##0.00",
    "integer": "0",
    "date": "yyyy-mm-dd",
}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class Column:
    header: str
    kind: Kind = "text"
    width: int = 16


@dataclass(frozen=True)
class Sheet:
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def write_xlsx(
    target: IO[bytes],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    title: str = "Sheet1",
) -> None:
    """Write row by row, in constant memory; the heading stays in sight and can be filtered by."""
    write_book(target, [Sheet(title, columns, rows)])


def write_book(target: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """The same for several sheets, one after the other."""
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        for sheet in sheets:
            _write_sheet(book, sheet)


def _write_sheet(book: Any, given: Sheet) -> None:
    sheet, columns = book.add_worksheet(given.title), given.columns
    formats = [book.add_format({"num_format": FORMATS[column.kind]}) for column in columns]
    heading = book.add_format({"bold": True, "num_format": FORMATS["text"]})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats[place])
        sheet.write_string(0, place, _plain(column.header), heading)
    sheet.freeze_panes(1, 0)
    number = 0
    for number, row in enumerate(given.rows, start=1):
        if number > MOST_ROWS:
            raise DomainError(_("Excel一张表放不下这么多行，请缩小范围后分几次导出。"))
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write_cell(sheet, number, place, column.kind, value, formats[place])
    sheet.autofilter(0, 0, number, len(columns) - 1)


def _write_cell(sheet: Any, number: int, place: int, kind: Kind, value: Any, look: Any) -> None:
    if value is None or value == "":
        return
    if kind in {"money", "integer"} and abs(value) < MOST_DIGITS:
        sheet.write_number(number, place, value, look)
    elif kind == "date" and _day(value).year >= 1900:
        sheet.write_datetime(number, place, _day(value), look)
    else:
        text = _plain(_text(kind, value))
        if len(text) > MOST_SIGNS:
            facts = {"row": number + 1, "most": MOST_SIGNS}
            raise DomainError(_("第%(row)s行有一格超过%(most)s个字，Excel放不下。") % facts)
        sheet.write_string(number, place, text, look)


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file, beginning with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([_escaped(column.header) for column in columns])
    for row in rows:
        cells = zip(columns, row, strict=True)
        yield writer.writerow([_csv_cell(column.kind, value) for column, value in cells])


def _csv_cell(kind: Kind, value: Any) -> str:
    if value is None:
        return ""
    text = _text(kind, value)
    return _escaped(text) if kind == "text" else text


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(LIVE) else text


def _text(kind: Kind, value: Any) -> str:
    return _day(value).isoformat() if kind == "date" else str(value)


def _day(value: date) -> date:
    return value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value


def _plain(text: str) -> str:
    # XlsxWriter copies a text between these marks into the file as it is, markup included.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


class _Echo:
    """Lets csv.writer return each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line
