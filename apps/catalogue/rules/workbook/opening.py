"""Asks a process of its own to open a workbook that nobody has looked into yet."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from apps.catalogue.rules.workbook.faults import CellFault, WorkbookRefused, Wrong

MOST_BYTES = 5 * 1024 * 1024
PATIENCE = 60
ROOT = Path(__file__).resolve().parents[4]
OPENER = "apps.catalogue.rules.workbook_opener"


@dataclass(frozen=True)
class Value:
    """What stands in a cell, as text; a number is marked as one."""

    text: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Sheet:
    name: str
    is_visible: bool
    rows: list[list[Value]]
    formulas: list[str]

    def at(self, row: int, column: int) -> Value:
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return Value()


def opened(content: bytes) -> list[Sheet]:
    """The sheets of a workbook nobody has looked into yet."""
    if len(content) > MOST_BYTES:
        raise _refused("bytes", most=MOST_BYTES // 1024 // 1024)
    with NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        answer = _asked(file.name)
    if refusal := answer.pop("refusal", ""):
        raise _refused(refusal, **answer)
    return [
        Sheet(each["name"], each["visible"], values_of(each["rows"]), each["formulas"])
        for each in answer["sheets"]
    ]


def _refused(reason: str, **facts: Any) -> WorkbookRefused:
    return WorkbookRefused([CellFault("", "", Wrong.FILE, {"reason": reason, **facts})])


def _asked(path: str) -> dict[str, Any]:
    command = [sys.executable, "-E", "-s", "-m", OPENER, path]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            command, capture_output=True, cwd=ROOT, env={}, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return {"refusal": "limits"}
    if done.returncode or not done.stdout:
        return {"refusal": "limits"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def values_of(rows: list[list[Any]]) -> list[list[Value]]:
    return [
        [Value(cell[0], True) if isinstance(cell, list) else Value(cell) for cell in row]
        for row in rows
    ]
