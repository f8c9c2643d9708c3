"""A table somebody prepared in Excel: the header may stand lower, rows count as Excel does."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from django.utils.translation import gettext as _

from apps.core.search import folded
from apps.core.sheets.opener import first_visible_sheet
from apps.core.sheets.reading import read_sheet
from apps.reference.errors import TableRefused

HEADER_WITHIN = 20  # rows of titles and notes that may stand above the header
SHOWN = 20  # faults named one by one

Table = Sequence[Sequence[Any]]
Record = tuple[int, dict[str, Any]]


def read_table(path: Path) -> Table:
    """The cells of a workbook as they were typed, or of a CSV file as text.

    The type matters: a code typed as a number has lost its leading zero. The file has first been
    looked through and opened once in a process that may die; what it refuses is refused here.
    """
    with path.open("rb") as file:
        rows = {row.number: row.cells for row in read_sheet(file)}
    if is_zipfile(path):
        return first_visible_sheet(path)
    return [rows.get(number, []) for number in range(1, max(rows) + 1)]


def records(table: Table, columns: Mapping[str, tuple[str, ...]]) -> Iterator[Record]:
    """Each row that holds anything, with its number and its cells by our names for the columns."""
    at, places = _header(table, columns)
    for number, cells in enumerate(table[at:], start=at + 1):
        record = {
            name: _tidy(cells[place]) if place < len(cells) else ""
            for name, place in places.items()
        }
        if any(value != "" for value in record.values()):
            yield number, record


def _header(table: Table, columns: Mapping[str, tuple[str, ...]]) -> tuple[int, dict[str, int]]:
    for number, cells in enumerate(table[:HEADER_WITHIN], start=1):
        titles = [folded(str(cell)) for cell in cells]
        places = {
            name: next((titles.index(title) for title in known if title in titles), -1)
            for name, known in columns.items()
        }
        if -1 not in places.values():
            return number, places
    wanted = "、".join(known[0] for known in columns.values())
    raise TableRefused(
        [
            _("前 %(rows)s 行中没有找到列名：%(columns)s。")
            % {
                "rows": HEADER_WITHIN,
                "columns": wanted,
            }
        ]
    )


def _tidy(cell: Any) -> Any:
    if cell is None:
        return ""
    return cell.strip() if isinstance(cell, str) else cell


class Faults:
    """What is wrong with a table, collected so that it can be mended in one go."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, number: int, text: str) -> None:
        self.lines.append(_("第 %(row)s 行：%(fault)s") % {"row": number, "fault": text})

    def add_overall(self, text: str) -> None:
        self.lines.append(text)

    def refuse(self) -> None:
        """Refuse the table as a whole when anything is wrong with it."""
        if not self.lines:
            return
        more = len(self.lines) - SHOWN
        rest = [_("另有 %(count)s 处问题。") % {"count": more}] if more > 0 else []
        raise TableRefused([*self.lines[:SHOWN], *rest])
