"""A PDF file is paper: it may not act when it is opened, nor carry other files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from apps.core.sheets.screen import Refused

MOST_OBJECTS = 300_000
TAIL = 1024  # what may follow the end mark
END = b"%%EOF"
ARCHIVE_END = b"PK\x05\x06"
ACTS = {"/JavaScript", "/JS", "/Launch", "/ImportData", "/RichMedia", "/XFA"}
ACTS |= {"/SubmitForm", "/Movie", "/Sound"}
CARRIES = {"/EmbeddedFile", "/EmbeddedFiles", "/GoToE", "/GoToR"}
# Also where no table of contents points: a viewer that mends the file may still find it.
WRITTEN_OUT = ((b"/JavaScript", "acts"), (b"/Launch", "acts"), (b"/EmbeddedFile", "carries"))


def screen_pdf(source: Path, _target: Path) -> None:
    content = source.read_bytes()
    end = content.rfind(END)
    if end < 0:
        raise Refused("damaged")
    if len(content) - end > TAIL or ARCHIVE_END in content[end:]:
        raise Refused("mixed")
    for words, refusal in WRITTEN_OUT:
        if words in content:
            raise Refused(refusal)
    try:
        reader = PdfReader(source)
        if reader.is_encrypted:
            raise Refused("locked")
        if not len(reader.pages):
            raise Refused("damaged")
        for holder in _objects(reader):
            _look_at(holder)
    except Refused:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError):
        raise Refused("damaged") from None


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object the file's tables list, those packed into others too."""
    places = [(number, generation) for generation, table in reader.xref.items() for number in table]
    places += [(number, 0) for number in reader.xref_objStm]
    if len(places) > MOST_OBJECTS:
        raise Refused("limits")
    yield reader.trailer
    for number, generation in places:
        yield reader.get_object(IndirectObject(number, generation, reader))


def _look_at(found: Any) -> None:
    """Follow what an object holds itself; what it points to comes by its own number."""
    pending = [found]
    while pending:
        held = pending.pop()
        if isinstance(held, DictionaryObject):
            _judge(held.keys())
            pending += [held.raw_get(key) for key in held]
        elif isinstance(held, ArrayObject):
            pending += list(held)
        elif isinstance(held, NameObject):
            _judge([held])


def _judge(names: Any) -> None:
    for name in names:
        if name in ACTS:
            raise Refused("acts")
        if name in CARRIES:
            raise Refused("carries")
