"""Looks into one file in a process of its own: `… screening.opener KIND SOURCE TARGET`.

It runs without the platform around it and under limits of memory and time, because a file can make
its reader abort. It prints one JSON object: `{}` when the file may pass, else the refusal. A photo
is written anew to TARGET.
"""

import json
import resource
import sys
from collections.abc import Callable
from os import SEEK_END
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as BadStream

from apps.core.sheets.screen import Refused, screen
from apps.documents.screening.pdf import screen_pdf
from apps.documents.screening.photo import redraw

MEMORY = 1024**3
CPU_SECONDS = 20
MOST_WRITTEN = 64 * 1024 * 1024
TABLE_END, TABLE_END_BYTES = b"PK\x05\x06", 22


def screen_sheet(source: Path, _target: Path) -> None:
    """Refuse what only begins or ends like a workbook, and what carries more than sheets."""
    try:
        with ZipFile(source) as archive:
            starts = [entry.header_offset for entry in archive.infolist()]
            if min(starts, default=0) != 0 or not _ends_with_table(source):
                raise Refused("mixed")
            screen(archive)
    except (BadZipFile, BadStream, EOFError, NotImplementedError, ValueError):
        raise Refused("damaged") from None


def _ends_with_table(source: Path) -> bool:
    """Where an archive ends, nothing may follow: no comment, no second file."""
    with source.open("rb") as file:
        file.seek(-TABLE_END_BYTES, SEEK_END)
        return file.read(len(TABLE_END)) == TABLE_END


SCREENS: dict[str, Callable[[Path, Path], None]] = {
    "pdf": screen_pdf,
    "jpg": redraw,
    "png": redraw,
    "xlsx": screen_sheet,
}


def main(kind: str, source: Path, target: Path) -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    answer: dict[str, Any] = {}
    try:
        SCREENS[kind](source, target)
    except Refused as refused:
        answer = refused.answer
    except (MemoryError, RecursionError):
        answer = {"refusal": "limits"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
