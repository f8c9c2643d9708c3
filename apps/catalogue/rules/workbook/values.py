"""One cell of a workbook as the value its column takes, or what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.figures import NotAFigure, figure, fits
from apps.catalogue.rules.workbook import layout
from apps.catalogue.rules.workbook.faults import CellFault, Wrong, cell_name
from apps.catalogue.rules.workbook.layout import Column, Kind
from apps.catalogue.rules.workbook.opening import Sheet, Value

CODE = re.compile(r"^[-a-zA-Z0-9_]+$")
YES = {"是": True, "否": False, "TRUE": True, "FALSE": False}
# What stands for a cell that could not be read, so that its neighbours are still looked at.
STAND_IN: Mapping[Kind, Any] = {Kind.WHOLE: 0, Kind.YES: False}


@dataclass
class Notes:
    """The faults found so far, and where the parts of the tariff were read."""

    faults: list[CellFault] = field(default_factory=list)
    cells: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    points: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    rows: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, sheet: str, row: int, column: int, kind: Wrong, **words: Any) -> None:
        self.faults.append(CellFault(sheet, cell_name(row, column), kind, words))


class Unreadable(Exception):
    def __init__(self, kind: Wrong, **words: Any) -> None:
        super().__init__(kind)
        self.kind, self.words = kind, words


def value_at(notes: Notes, sheet: Sheet, row: int, at: int, column: Column) -> Any:
    """The value, or a stand-in once the fault is noted."""
    try:
        return value_of(sheet.at(row, at), column)
    except Unreadable as wrong:
        notes.add(sheet.name, row, at, wrong.kind, **wrong.words)
        return STAND_IN.get(column.kind, "")


def value_of(value: Value, column: Column) -> Any:
    if not value.text:
        if column.is_needed or column.kind in {Kind.WHOLE, Kind.YES}:
            raise Unreadable(Wrong.EMPTY)
        if column.kind != Kind.CHOICE:
            return ""
    match column.kind:
        case Kind.NUMBER:
            return text_of(number_of(value, column))
        case Kind.WHOLE:
            return _whole(value)
        case Kind.YES:
            return _yes(value)
        case Kind.CHOICE:
            return _choice(value, column)
        case Kind.DAY:
            return _day(value)
    if len(value.text) > column.most:
        raise Unreadable(Wrong.TOO_LONG, most=column.most)
    if column.kind == Kind.CODE and not CODE.match(value.text):
        raise Unreadable(Wrong.NOT_A_CODE, text=value.text)
    return value.text


def number_of(value: Value, column: Column) -> Decimal:
    try:
        number = Decimal(value.text) if value.is_number else figure(value.text)
    except NotAFigure:
        raise Unreadable(Wrong.NOT_A_NUMBER, text=value.text[:40]) from None
    if not fits(number, column.whole, column.places):
        raise Unreadable(Wrong.TOO_PRECISE, whole=column.whole, places=column.places)
    return number


def _whole(value: Value) -> int:
    try:
        number = figure(value.text)
    except NotAFigure:
        raise Unreadable(Wrong.NOT_A_NUMBER, text=value.text[:40]) from None
    if number != int(number) or not 0 <= number <= 2_000_000_000:
        raise Unreadable(Wrong.NOT_WHOLE, text=value.text[:40])
    return int(number)


def _yes(value: Value) -> bool:
    if value.text.upper() not in YES:
        raise Unreadable(Wrong.NOT_YES_OR_NO, text=value.text[:40])
    return YES[value.text.upper()]


def _choice(value: Value, column: Column) -> str:
    for key, word in column.choices.items():
        if value.text in {str(key), word} and (value.text or not word):
            return str(key)
    known = layout.BETWEEN.join(column.choices.values())
    raise Unreadable(Wrong.NOT_A_CHOICE if value.text else Wrong.EMPTY, known=known)


def _day(value: Value) -> str:
    try:
        return date.fromisoformat(value.text.replace("/", "-").replace(".", "-")).isoformat()
    except ValueError:
        raise Unreadable(Wrong.NOT_A_DAY, text=value.text[:40]) from None
