"""Years later: the frozen worksheet against the tariff it names."""

from collections.abc import Mapping
from typing import Any

from apps.catalogue.rules.documents import digest
from apps.catalogue.rules.tariff import Tariff
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, typed
from apps.rating.rules.worksheet import FORMAT, Worksheet, digest_of


class WorksheetMismatch(Exception):
    """The document says something else than the tariff; `part` names the first difference."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def recompute(document: Mapping[str, Any], tariff: Tariff, *, sha256: str = "") -> Worksheet:
    """Price the frozen facts again; the same to the last sign, or WorksheetMismatch."""
    if sha256 and digest(document) != sha256:
        raise WorksheetMismatch("hash")
    if document.get("format") != FORMAT:
        raise WorksheetMismatch("format")
    if document["tariff"]["digest"] != digest_of(tariff):
        raise WorksheetMismatch("tariff")
    try:
        worksheet = price(tariff, typed(tariff, document["facts"]))
    except CannotPrice as refusal:
        raise WorksheetMismatch(refusal.fact) from refusal
    again = worksheet.document(document["evidence"])
    for part, value in again.items():
        if document.get(part) != value:
            raise WorksheetMismatch(part)
    return worksheet
