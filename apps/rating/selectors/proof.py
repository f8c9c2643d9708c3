"""Whether a quote still says what its tariff says, and its site what the quote says."""

from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.selectors.tariffs import tariff_of
from apps.core.errors import DomainError
from apps.rating.errors import QuoteRefused, name_of
from apps.rating.models import Quote
from apps.rating.rules.proof import WorksheetMismatch, recompute
from apps.rating.rules.risk import plain, typed
from apps.rating.rules.worksheet import Worksheet
from apps.rating.selectors.facts import Declared, facts_for
from apps.rating.selectors.waterfall import Waterfall, waterfall


def proven(row: Any) -> Worksheet:
    """Recompute a quote, or a policy made of one, from the stored versions alone; or refuse it.

    `row` carries worksheet, worksheet_hash, premium, and its tariff as `tariff_version` or
    `tariff`.
    """
    version = getattr(row, "tariff_version", None) or row.tariff
    try:
        worksheet = recompute(row.worksheet, tariff_of(version), sha256=row.worksheet_hash)
    except WorksheetMismatch as mismatch:
        text = _("费率计算书与费率表不符（%(part)s），不能出单。")
        raise QuoteRefused(text % {"part": mismatch.part}) from mismatch
    if worksheet.premium != row.premium:
        raise QuoteRefused(_("保险费与费率计算书不符，不能出单。"), field="premium")
    return worksheet


def told(row: Any) -> Waterfall:
    """The frozen worksheet of a quote or a policy, for templates/rating/worksheet.html."""
    version = getattr(row, "tariff_version", None) or row.tariff
    return waterfall(row.worksheet, tariff_of(version))


def changed_fact(quote: Quote) -> str:
    """The name of a fact that the register now says otherwise, or "". What was declared stays."""
    tariff = tariff_of(quote.tariff_version)
    nothing = Declared(source="", on=quote.starts_on)
    basis = quote.product_version.coverage_basis
    found = facts_for(quote.site, on=quote.starts_on, basis=basis, declared=nothing)
    given = {code: fact.value for code, fact in found.items() if code in tariff.fact}
    for code, value in plain(tariff, typed(tariff, given)).items():
        if quote.worksheet["facts"].get(code) != value:
            return name_of(tariff, code)
    return ""


def printed(row: Any) -> dict[str, Any]:
    """For templates/rating/print.html: the working, and whether it still comes out."""
    try:
        proven(row)
        proof = ""
    except DomainError as refused:
        proof = str(refused)
    return {"row": row, "fall": told(row), "refusal": proof}
