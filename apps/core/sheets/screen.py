"""Looks through a workbook before any spreadsheet reader does.

Everything here streams: nothing is believed about sizes, and nothing is unpacked to a disk. The
module knows no Django, because it runs in the process that opens files.
"""

import re
import stat
from collections import Counter
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 2_000
MOST_ROWS = 100_005
MOST_COLUMNS = 100

ENCRYPTED = 0x1
WORKBOOK = "xl/workbook.xml"
ARCHIVES = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BZh",
    b"\xfd7zXZ",
)
UNWANTED = (
    ("macros", ("xl/vbaproject.bin", "xl/macrosheets/", "xl/dialogsheets/")),
    ("links", ("xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/model/")),
    ("embedded", ("xl/embeddings/", "xl/activex/")),
)
PLACE = re.compile(r"^\$?([A-Z]{1,4})\$?([0-9]{1,8})$")


class Refused(Exception):
    """A file that is not opened; `answer` names the reason and the facts of its sentence."""

    def __init__(self, refusal: str, **facts: Any) -> None:
        super().__init__(refusal)
        self.answer = {"refusal": refusal, **facts}


def screen(archive: ZipFile) -> None:
    """Refuse what is too big, too deep or more than a sheet."""
    entries = archive.infolist()
    _screen_entries(entries)
    for entry in entries:
        if not entry.is_dir():
            _screen_content(archive, entry)


def column_name(place: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _screen_entries(entries: list[ZipInfo]) -> None:
    names = Counter(entry.filename.lower() for entry in entries)
    if WORKBOOK not in names:
        raise Refused("kind")
    if len(entries) > MOST_ENTRIES or max(names.values()) > 1:
        raise Refused("parts")
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise Refused("old")
        if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or _is_unsafe(entry):
            raise Refused("parts")
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        raise Refused("size")
    if total > MOST_RATIO * max(1, sum(entry.compress_size for entry in entries)):
        raise Refused("ratio")
    for refusal, parts in UNWANTED:
        if any(name.startswith(parts) for name in names):
            raise Refused(refusal)


def _is_unsafe(entry: ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or path.is_absolute() or ".." in path.parts or "\\" in entry.filename


def _screen_content(archive: ZipFile, entry: ZipInfo) -> None:
    with archive.open(entry) as content:
        if content.read(8).startswith(ARCHIVES):
            raise Refused("embedded")
    with archive.open(entry) as content:
        if entry.filename.lower().endswith((".xml", ".rels")):
            _Watch().over(content)
        else:
            while content.read(1 << 20):  # to the end, where the checksum is compared
                pass


class _Watch:
    """Follows an XML part and stops at the first row or column that lies too far out."""

    def __init__(self) -> None:
        self.row = 0
        self.column = 0

    def over(self, content: Any) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.element
        parser.StartDoctypeDeclHandler = self.doctype
        try:
            parser.ParseFile(content)
        except expat.ExpatError:
            raise Refused("damaged") from None

    def doctype(self, *_declaration: Any) -> None:
        raise Refused("parts")

    def element(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "c":
                self.cell(attributes.get("r"))
            case "row":
                self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
                self.check()
            case "Relationship":
                is_link = attributes.get("Type", "").endswith("/hyperlink")
                if attributes.get("TargetMode") == "External" and not is_link:
                    raise Refused("links")
            case "Override" | "Default":
                if "macroenabled" in attributes.get("ContentType", "").lower():
                    raise Refused("macros")

    def cell(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
        elif found := PLACE.match(reference):
            self.column, self.row = _column(found[1]), int(found[2])
        else:
            raise Refused("damaged")
        self.check()

    def check(self) -> None:
        if self.row > MOST_ROWS:
            raise Refused("rows", row=self.row, most=MOST_ROWS)
        if self.column > MOST_COLUMNS:
            raise Refused("columns", column=column_name(self.column - 1), most=MOST_COLUMNS)


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused("damaged")
    return int(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
