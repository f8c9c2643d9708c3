"""A tariff out of a file that is in no database: JSON, TOML, or a workbook."""

import json
import tomllib
from pathlib import Path
from typing import Any

from apps.catalogue.rules.documents import Document, DocumentFault, read
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.rules.workbook import read_workbook

SUFFIXES = (".json", ".toml", ".xlsx")


def read_tariff_file(path: Path) -> Tariff:
    """The tariff of a file; DocumentFault or WorkbookRefused says what is wrong with it."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DocumentFault(path.name, suffix)
    if suffix == ".xlsx":
        return read_workbook(path.read_bytes()).tariff
    return tariff_of_document(document_of_file(path))


def document_of_file(path: Path) -> Document:
    """What a JSON or TOML file says, before it is a tariff."""
    text = path.read_text(encoding="utf-8")
    try:
        found: Any = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise DocumentFault(path.name, str(wrong)) from None
    if not isinstance(found, dict):
        raise DocumentFault(path.name, type(found).__name__)
    return found


def tariff_of_document(document: Document) -> Tariff:
    """A shipped file names its product where a document has the code of the tariff."""
    try:
        return read({**document, "code": document.get("code") or document["product"]})
    except KeyError as missing:
        raise DocumentFault(str(missing.args[0]), "") from None
    except (AttributeError, IndexError, TypeError, ValueError) as wrong:
        raise DocumentFault(document.get("code", ""), str(wrong)) from None
