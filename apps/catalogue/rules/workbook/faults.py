"""What is wrong with a workbook, each fault by sheet and cell; worded elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from apps.catalogue.rules.checks import Fault
from apps.core.sheets.screen import column_name


class Wrong(StrEnum):
    FILE = auto()  # could not be opened; `words` says why
    NO_SHEET = auto()
    STRANGE_SHEET = auto()
    FORMULA = auto()
    HEADING = auto()
    EMPTY = auto()
    NOT_A_NUMBER = auto()
    TOO_PRECISE = auto()
    NOT_WHOLE = auto()
    NOT_A_CHOICE = auto()
    NOT_YES_OR_NO = auto()
    NOT_A_DAY = auto()
    NOT_A_CODE = auto()
    TOO_LONG = auto()
    TWICE = auto()
    UNKNOWN_POINT = auto()
    UNKNOWN_TABLE = auto()
    OTHER_LABEL = auto()
    AXIS_DIFFERS = auto()
    NO_ROW = auto()
    FORMAT = auto()
    UNSOUND = auto()  # readable, but the tariff does not hold; `fault` says why


@dataclass(frozen=True)
class CellFault:
    sheet: str
    cell: str
    kind: Wrong
    words: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None


class WorkbookRefused(Exception):
    """Everything that is wrong at once; nothing of the file is taken."""

    def __init__(self, faults: list[CellFault]) -> None:
        super().__init__(
            "; ".join(f"{each.sheet}!{each.cell} {each.kind} {dict(each.words)}" for each in faults)
        )
        self.faults = faults


def cell_name(row: int, column: int) -> str:
    """(6, 1) → B7"""
    return f"{column_name(column)}{row + 1}"
