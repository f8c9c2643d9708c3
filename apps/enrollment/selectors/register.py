"""What the register says of a site, as the price will use it: read here, changed on its page."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.models import ProductVersion
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.versions import terms_on, unified_product
from apps.catalogue.selectors.words import value_words
from apps.enterprises.models import Headcount, Site
from apps.rating.errors import name_of
from apps.rating.rules.risk import CannotPrice, plain, typed
from apps.rating.selectors.facts import FROM_REGISTER, Declared, KnownFact, facts_for

Fact = dict[str, Any]


def register_facts(site: Site, on: date) -> list[Fact]:
    """For components/facts.html, on the versions of the day the cover is to begin."""
    terms = terms_on(unified_product(), on)
    tariff = tariff_of(terms.tariff)
    nothing = Declared(source="", on=on)
    found = facts_for(site, on=on, basis=terms.version.coverage_basis, declared=nothing)
    shown = [code for code in FROM_REGISTER if code in found and code in tariff.fact]
    return [
        {"label": _("场所"), "value": site.name, "note": site.place},
        _people(site, on, found.get("heads"), terms.version),
        {"label": _("行业"), "value": str(site.industry), "note": _("企业登记")},
        *(_fact(tariff, code, found[code]) for code in shown if code != "industry"),
    ]


def _people(site: Site, on: date, heads: KnownFact | None, version: ProductVersion) -> Fact:
    """How many count, by the basis of the product; and of which kinds they are."""
    count = site.headcounts.on(on).first()
    if count is None or heads is None:
        return {"label": _("参保人数"), "value": "", "note": _("还没有登记从业人数")}
    meta: Any = Headcount._meta
    kinds = [
        f"{meta.get_field(kind).verbose_name} {getattr(count, kind)}"
        for kind in Headcount.KINDS
        if getattr(count, kind)
    ]
    return {
        "label": _("参保人数"),
        "value": _("%(count)s 人") % {"count": heads.value},
        "note": _("%(basis)s：%(kinds)s；自 %(day)s")
        % {
            "basis": version.get_coverage_basis_display(),
            "kinds": _("、").join(kinds),
            "day": count.valid_from.isoformat(),
        },
    }


def _fact(tariff: Tariff, code: str, fact: KnownFact) -> Fact:
    since = f" · {fact.since.isoformat()}" if fact.since else ""
    return {
        "label": name_of(tariff, code),
        "value": _words(tariff, code, fact),
        "note": f"{_(fact.source)}{since}",
    }


def _words(tariff: Tariff, code: str, fact: KnownFact) -> str:
    try:
        values = plain(tariff, typed(tariff, {code: fact.value}))
    except CannotPrice:  # the tariff does not know it; the price will say so
        return str(fact.value)
    return value_words(tariff, code, values[code])
