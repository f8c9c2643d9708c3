"""Quotes as pages and the API show them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.models import LimitChoice
from apps.enterprises.models import Site
from apps.rating.models import Quote
from apps.rating.selectors.facts import Declared, KnownFact, facts_for

# What a quote is shown with. Not its site and enterprise: the insurer chosen may not see them yet,
# and a join would hide the quote itself.
SHOWN_WITH = ("insurer", "limit_choice", "product_version__product", "tariff_version__product")


def site_of(quote: Quote, user: User) -> Site | None:
    """The place itself, for whoever may see it."""
    return Site.objects.visible_to(user).filter(pk=quote.site_id).first()


def standing(quote: Quote, today: date) -> dict[str, Any]:
    """For components/status.html. That a quote has lapsed follows from the day."""
    if quote.state == Quote.State.ACCEPTED:
        return {"tone": "done", "label": _("已接受"), "since": quote.accepted_at}
    if quote.state == Quote.State.ARCHIVED:
        return {"tone": "ended", "label": _("已失效，已归档"), "since": quote.valid_until}
    if quote.has_lapsed(today):
        return {"tone": "ended", "label": _("已失效"), "since": quote.valid_until}
    return {"tone": "waiting", "label": _("待接受"), "due": quote.valid_until}


CHOSEN_ANEW = frozenset({"limit", "deductible"})


def carried(quote: Quote, site: Site, *, on: date) -> dict[str, KnownFact]:
    """What a copy takes over: all that the register does not say itself, with its old evidence."""
    nothing = Declared(source="", on=on)
    basis = quote.product_version.coverage_basis
    told = facts_for(site, on=on, basis=basis, declared=nothing)
    evidence = quote.worksheet["evidence"]
    return {
        code: _as_stated(value, evidence.get(code, {}))
        for code, value in quote.worksheet["facts"].items()
        if code not in told and code not in CHOSEN_ANEW
    }


def _as_stated(value: Any, evidence: dict[str, str]) -> KnownFact:
    since = evidence.get("since")
    return KnownFact(
        value, evidence.get("source", ""), date.fromisoformat(since) if since else None
    )


@dataclass(frozen=True)
class Comparison:
    """The quotes of one offer: a row per limit, a column per deductible."""

    deductibles: list[Decimal]
    rows: list[tuple[LimitChoice, list[Quote | None]]]
    first: Quote


def comparison(user: User, offer: str) -> Comparison | None:
    """As much of an offer as this person may see; None where that is nothing."""
    rows = Quote.objects.visible_to(user).filter(offer=offer).select_related(*SHOWN_WITH)
    quotes = list(rows.order_by("limit_choice__per_person", "deductible"))
    if not quotes:
        return None
    amounts = sorted({quote.deductible for quote in quotes})
    placed = {(quote.limit_choice_id, quote.deductible): quote for quote in quotes}
    limits = {quote.limit_choice_id: quote.limit_choice for quote in quotes}
    return Comparison(
        deductibles=amounts,
        rows=[
            (limit, [placed.get((key, amount)) for amount in amounts])
            for key, limit in limits.items()
        ],
        first=quotes[0],
    )


def earlier(quote: Quote, user: User) -> Quote | None:
    """The price that the site took before, at this limit if it can be; for another start."""
    rows = Quote.objects.visible_to(user).filter(site=quote.site_id, pk__lt=quote.pk)
    taken = rows.filter(starts_on__lt=quote.starts_on).exclude(offer=quote.offer)
    ranked = taken.select_related(*SHOWN_WITH).order_by("-starts_on", "-pk")
    accepted = ranked.accepted().first()
    alike = {"limit_choice__per_person": quote.limit_choice.per_person}
    return accepted or ranked.filter(**alike, deductible=quote.deductible).first()
