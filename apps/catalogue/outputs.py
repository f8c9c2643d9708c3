"""The clauses of a product version as a book for print: builds, changes nothing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone, translation

from apps.catalogue.models import ProductVersion
from apps.documents.outputs import press

TEMPLATE = "papers/clause_book/1.html"


def clause_book(version: ProductVersion) -> bytes:
    """The same version gives the same bytes: its day and number stand in it, no clock does."""
    template: Any = get_template(TEMPLATE)
    facts = {
        "version": version,
        "heads": version.heads.order_by("order"),
        "clauses": version.clauses.order_by("order"),
        "refusal_reasons": version.refusal_reasons.order_by("order"),
        "cancellation_grounds": version.cancellation_grounds.order_by("order"),
        "grades": version.disability_table.grades.order_by("grade"),
        "made_at": timezone.localtime(version.approved_at or version.made_at),
        "is_draft": version.state in {"draft", "approved"},
    }
    with translation.override(settings.LANGUAGE_CODE):
        page = template.render(facts)
    style = Path(template.origin.name).with_suffix(".css")
    return press().pdf(page, style, identifier=version.public_id)
