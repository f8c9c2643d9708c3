"""Message catalogues, from the strings in the source to what the running platform reads.

Babel does the work, so that no machine needs the system's gettext.
"""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCES = ("apps", "foshan_sli", "templates")
PYTHON, TEMPLATES = {".py"}, {".html", ".txt"}
ONE = (1,)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...]] = {
    "_": ONE,
    "gettext": ONE,
    "gettext_lazy": ONE,
    "gettext_noop": ONE,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PROJECT = "foshan-sli"
HEADER = "# Kept complete by `manage.py compile_catalogues --check`."
PLACEHOLDER = re.compile(
    r"%\(\w+\)[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]"  # %(count)s
    r"|%[-+#0]*\d*(?:\.\d+)?[sdfr]"  # %s
    r"|\{\w*\}"  # {count}
)


class Found(NamedTuple):
    """A translatable string at its place; with a plural it has two texts."""

    path: str
    line: int
    texts: tuple[str, ...]
    context: str | None

    @property
    def id(self) -> str | tuple[str, ...]:
        return self.texts if len(self.texts) > 1 else self.texts[0]


def strings_in(root: Path) -> list[Found]:
    """Every translatable string of the product, in the order of the files."""
    return [
        found
        for path in source_files(root, PYTHON | TEMPLATES)
        for found in strings_of(path.read_text("utf-8"), path.relative_to(root).as_posix())
    ]


def source_files(root: Path, suffixes: set[str]) -> Iterator[Path]:
    files = (path for folder in SOURCES for path in (root / folder).rglob("*"))
    yield from sorted(path for path in files if path.suffix in suffixes and path.is_file())


def strings_of(source: str, path: str) -> Iterator[Found]:
    """The strings of one file; a template is first written as the Python calls it stands for."""
    if not path.endswith(".py"):
        calls = templatize(source, origin=path)
        source = "\n".join(line.strip() for line in calls.split("\n"))  # Python minds indentation
    lines = extract("python", BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"})
    for line, message, _comments, context in lines:
        texts = message if isinstance(message, tuple) else (message,)
        yield Found(path, line, texts, context)


def updated(old: Catalog, strings: list[Found]) -> Catalog:
    """A catalogue of exactly these strings, with the translations that are there already."""
    new = Catalog(
        locale=old.locale,
        header_comment=HEADER,
        project=PROJECT,
        last_translator=PROJECT,
        language_team=PROJECT,
        msgid_bugs_address=PROJECT,
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        fuzzy=False,
    )
    for found in strings:
        new.add(found.id, locations=[(found.path, found.line)], context=found.context)
    for message in new:
        known = old.get(message.id, message.context) if message.id else None
        if known is not None and _is_plural(known) == _is_plural(message):
            message.string = known.string
            message.flags |= known.flags & {"fuzzy"}
            message.user_comments = known.user_comments
    return new


def complaints(catalogue: Catalog, strings: list[Found]) -> list[str]:
    """What keeps a language from being complete, each with its place in the source."""
    places = {(found.id, found.context): found for found in reversed(strings)}
    lines = []
    for found in reversed(places.values()):
        message = catalogue.get(found.id, found.context)
        if wrong := _wrong_with(message, found):
            lines.append(f"{found.path}:{found.line}: {wrong}: {found.texts[0]!r}")
    lines += [
        f"no longer in the source: {message.id!r}"
        for message in catalogue
        if message.id and (_key(message), message.context) not in places
    ]
    return lines


def _wrong_with(message: Message | None, found: Found) -> str:
    if message is None or _key(message) != found.id:
        return "missing"
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    strings = [string or "" for string in strings]
    if not all(strings):
        return "untranslated"
    if message.fuzzy:
        return "fuzzy"
    wanted = _placeholders(found.texts[-1])
    # A form for exactly one may leave the number out, but names nothing that is not given.
    if _placeholders(strings[-1]) != wanted or any(
        set(_placeholders(string)) - set(wanted) for string in strings
    ):
        return "placeholders differ"
    return ""


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def _is_plural(message: Message) -> bool:
    return isinstance(message.id, tuple | list)


def _key(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def write(path: Path, catalogue: Catalog) -> None:
    """Without line numbers, so that a change in one file does not touch every entry."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)


def compile_to(path: Path, catalogue: Catalog) -> None:
    """Written whole or not at all: a running server may read it at the same moment."""
    draft = path.with_suffix(".tmp")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    os.replace(draft, path)
