"""A version as a document: what a file of it would say, to be copied or exported."""

from typing import Any

from apps.catalogue.models import ProductVersion, TariffVersion
from apps.catalogue.rules.workbook import write_workbook
from apps.catalogue.rules.workbook.layout import META
from apps.catalogue.selectors.tariffs import read_rows

HEAD = (
    "kind",
    "per",
    "is_inside",
    "takes_deductible_choice",
    "terms",
    "terms_en",
)
GROUND = ("code", "text", "text_en", "evidence", "evidence_en", "source")
LIMIT = ("per_person", "per_accident", "aggregate")


def document_of_product(version: ProductVersion) -> dict[str, Any]:
    """All of it but its number and its day."""
    return {
        "source": version.source,
        "certainty": version.certainty,
        "note": "",
        "coverage_basis": version.coverage_basis,
        "disability_table": version.disability_table.code,
        "quote_days": version.quote_days,
        "short_rates": version.short_rates or [],
        "heads": [_head(head) for head in version.heads.order_by("order")],
        "limits": [
            {name: getattr(row, name) for name in LIMIT if getattr(row, name) is not None}
            for row in version.limits.order_by("per_person")
        ],
        "deductibles": [row.amount for row in version.deductibles.order_by("amount")],
        "refusal_reasons": _grounds(version.refusal_reasons.order_by("order")),
        "cancellation_grounds": _grounds(version.cancellation_grounds.order_by("order")),
        "clauses": [
            {"heading": row.heading, "text": row.text} for row in version.clauses.order_by("order")
        ],
    }


def _head(row: Any) -> dict[str, Any]:
    sums = {name: getattr(row, name) for name in ("share", "amount", "deductible")}
    given = {name: value for name, value in sums.items() if value is not None}
    return {**{name: getattr(row, name) for name in HEAD}, **given}


def _grounds(rows: Any) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in GROUND} for row in rows]


def workbook_of(version: TariffVersion) -> bytes:
    meta = {column.key: str(getattr(version, column.key) or "") for column in META}
    return write_workbook(read_rows(version), meta)
