"""Where the bytes lie: outside the web root, under random names, each written whole or not at all.

A file is there before its row is committed. When the transaction fails, the file is an orphan, and
the sweep takes it away; a row without its file cannot come about.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import IO

from django.conf import settings

FOLDER = "documents"
INCOMING = "incoming"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Kept:
    """What was written: `path` is relative to the private media folder."""

    path: str
    size: int
    sha256: str


def keep(content: Iterable[bytes]) -> Kept:
    name = token_hex(16)
    path = f"{FOLDER}/{name[:2]}/{name}"
    target, draft = _absolute(path), _absolute(f"{FOLDER}/{INCOMING}/{name}")
    for folder in (target.parent, draft.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    size, digest = 0, sha256()
    try:
        with draft.open("xb") as file:
            for chunk in content:
                size += len(chunk)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    _settle(target.parent)
    return Kept(path, size, digest.hexdigest())


def opened(path: str) -> IO[bytes]:
    """Raises FileNotFoundError when the bytes are gone."""
    return _absolute(path).open("rb")


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(CHUNK), b"")


def remove(path: str) -> None:
    _absolute(path).unlink(missing_ok=True)


def older_than(moment: datetime) -> Iterator[str]:
    """The paths of all files, drafts too, that were last written before a moment."""
    root = _absolute(FOLDER)
    for path in sorted(root.glob("*/*")):
        if path.is_file() and path.stat().st_mtime < moment.timestamp():
            yield str(path.relative_to(settings.MEDIA_ROOT))


def _absolute(path: str) -> Path:
    return Path(settings.MEDIA_ROOT) / path


def _settle(folder: Path) -> None:
    """The new name survives a power cut as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
