"""Opens one workbook in a process of its own: `python -m …rules.workbook_opener FILE`.

The process has limits of memory and time and may die without harm. Its answer is one JSON object:
every sheet with its cells, numbers in a list of one, and the places of formulas.
"""

import json
import posixpath
import resource
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile
from zlib import error as BadStream

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from apps.catalogue.rules.figures import shown
from apps.core.sheets.screen import Refused, screen

MOST_CELLS = 300_000
MOST_SHEETS = 250
MEMORY = 1024**3
CPU_SECONDS = 30
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def main(path: Path) -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    try:
        answer: dict[str, Any] = {"sheets": sheets_of(path)}
    except Refused as refused:
        answer = refused.answer
    except MemoryError:
        answer = {"refusal": "limits"}
    sys.stdout.write(json.dumps(answer))


def sheets_of(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as file:
        head = file.read(len(ZIP))
    if head != ZIP:
        raise Refused("old" if head == OLE else "kind")
    try:
        with ZipFile(path) as archive:
            screen(archive)
            formulas = _formulas(archive)
        return _read(path, formulas)
    except (BadZipFile, BadStream, CalamineError, EOFError, KeyError, NotImplementedError, OSError):
        raise Refused("damaged") from None


def _read(path: Path, formulas: dict[str, list[str]]) -> list[dict[str, Any]]:
    book = CalamineWorkbook.from_path(str(path))
    wanted = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if len(wanted) > MOST_SHEETS:
        raise Refused("sheets", most=MOST_SHEETS)
    found, cells = [], 0
    for sheet in wanted:
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        cells += sum(len(row) for row in rows)
        if cells > MOST_CELLS:
            raise Refused("cells", sheet=sheet.name, most=MOST_CELLS)
        found.append(
            {
                "name": sheet.name,
                "visible": sheet.visible == SheetVisibleEnum.Visible,
                "rows": [[_cell(value) for value in row] for row in rows],
                "formulas": formulas.get(sheet.name, []),
            }
        )
    return found


def _cell(value: Any) -> str | list[str]:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return [shown(value)]
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _formulas(archive: ZipFile) -> dict[str, list[str]]:
    """Name of sheet → cells that reckon. What another program reckoned there may be out of date."""
    names: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            names[key] = attributes.get("name", "")

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            targets[attributes.get("Id", "")] = posixpath.normpath(path)

    _follow(archive, "xl/workbook.xml", sheet)
    _follow(archive, "xl/_rels/workbook.xml.rels", relation)
    parts = set(archive.namelist())
    return {
        name: _reckoning(archive, targets[key])
        for key, name in names.items()
        if targets.get(key) in parts
    }


def _reckoning(archive: ZipFile, part: str) -> list[str]:
    here, found = [""], []

    def element(name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "c":
                here[0] = attributes.get("r", "")
            case "f":
                found.append(here[0])

    _follow(archive, part, element)
    return found[:MOST_CELLS]


def _follow(archive: ZipFile, part: str, element: Any) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    try:
        with archive.open(part) as content:
            parser.ParseFile(content)
    except expat.ExpatError:
        raise Refused("damaged") from None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
