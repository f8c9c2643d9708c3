"""Opens one spreadsheet in a process of its own: `python -m apps.core.sheets.opener FILE`.

It runs without the platform around it and under limits of memory and time, because a file can make
the reader abort. Each line of its answer is a row; the last is an object that says how it went.
"""

import codecs
import csv
import json
import re
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as BadStream

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from apps.core.sheets.screen import MOST_COLUMNS, MOST_ROWS, Refused, column_name, screen

MEMORY = 1024**3
CPU_SECONDS = 60
MOST_ANSWER = 64 * 1024 * 1024  # a short text can stand in a million cells

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
EXACT = 10**15  # Excel keeps 15 digits of a number
ROUNDED = re.compile(r"^[0-9](?:\.[0-9]+)?E\+1[0-9]$")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LOOKED_AT = 15  # lines, for the separator of a text file
SEPARATORS = ",;\t"
EVERYDAY = 0.7  # with fewer common characters than this, the guess at the encoding is wrong

Line = tuple[int, list[str]]


def main(path: Path) -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    ending: dict[str, Any] = {"done": True}
    try:
        write(lines_of(path))
    except Refused as refused:
        ending = refused.answer
    except MemoryError:
        ending = {"refusal": "limits"}
    sys.stdout.write(f"{json.dumps(ending)}\n")


def write(lines: Iterable[Line]) -> None:
    size = 0
    for line in lines:
        text = json.dumps(line)
        size += len(text)
        if size > MOST_ANSWER:
            raise Refused("size")
        sys.stdout.write(f"{text}\n")
    if not size:
        raise Refused("empty")


def lines_of(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        head = file.read(len(ZIP))
    if head == OLE:
        raise Refused("old")
    for number, cells in workbook(path) if head == ZIP else text_file(path):
        if number > MOST_ROWS:
            raise Refused("rows", row=number, most=MOST_ROWS)
        filled = [place for place, cell in enumerate(cells) if cell]
        if filled and filled[-1] >= MOST_COLUMNS:
            raise Refused("columns", column=column_name(filled[-1]), most=MOST_COLUMNS)
        if filled:
            yield number, cells[:MOST_COLUMNS]


def workbook(path: Path) -> Iterator[Line]:
    try:
        with ZipFile(path) as archive:
            screen(archive)
        rows = first_visible_sheet(path)
    except (BadZipFile, BadStream, CalamineError, EOFError, NotImplementedError, OSError):
        raise Refused("damaged") from None
    for number, values in enumerate(rows, start=1):
        yield number, [text_of(value, number, place) for place, value in enumerate(values)]


def first_visible_sheet(path: Path) -> list[list[Any]]:
    book = CalamineWorkbook.from_path(str(path))
    for sheet in book.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            return book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    raise Refused("empty")


def text_of(value: Any, number: int, place: int) -> str:
    """A value as people read it; a date without its clock, a number without its exponent."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            raise Refused("digits", row=number, column=column_name(place))
        return f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def text_file(path: Path) -> Iterator[Line]:
    text = decoded(path.read_bytes())
    if CONTROL.search(text):
        raise Refused("kind")
    lines = text.lstrip().split("\n", LOOKED_AT)[:LOOKED_AT]
    # Above the headings a bank or an office may print a line without any separator.
    first = next((line for line in lines if any(map(line.count, SEPARATORS))), lines[0])
    separator = max(SEPARATORS, key=first.count)
    try:
        for number, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator)):
            for place, cell in enumerate(cells):
                if ROUNDED.match(cell):
                    raise Refused("digits", row=number + 1, column=column_name(place))
            yield number + 1, cells
    except csv.Error:
        raise Refused("damaged") from None


def decoded(content: bytes) -> str:
    """By its mark, as UTF-8, or as what Chinese Excel writes, when that gives everyday text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = _strictly(content, "gb18030")
    rare = [sign for sign in text if not sign.isascii()]
    common = sum(len(sign.encode("gb2312", "ignore")) > 0 for sign in rare)
    if common < EVERYDAY * len(rare):
        raise Refused("encoding")
    return text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused("encoding") from None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
