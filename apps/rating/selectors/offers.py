"""What a cover would cost, limit by limit; computed for looking at, nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.catalogue.models import LimitChoice, Product
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.limits import MinimumLimit, minimum_limit
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.versions import Terms, terms_on, unified_product
from apps.enterprises.models import Site
from apps.rating.errors import QuoteRefused, RatingRefused, refusal
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, typed
from apps.rating.rules.worksheet import Worksheet
from apps.rating.selectors.facts import Declared, Facts, KnownFact, facts_for
from apps.rating.selectors.waterfall import Waterfall, waterfall

CHOSEN = gettext_noop("投保时选择")


@dataclass(frozen=True)
class Option:
    """One limit: its price, or the rule it falls below."""

    choice: LimitChoice
    refusal: str = ""
    worksheet: Worksheet | None = None

    @property
    def premium(self) -> Decimal | None:
        return self.worksheet.premium if self.worksheet else None

    @property
    def fall(self) -> Waterfall | None:
        if self.worksheet is None:
            return None
        return waterfall(self.worksheet.document(), self.worksheet.tariff)


@dataclass(frozen=True)
class Preview:
    """All limits of the product side by side, on the versions of the day the cover begins."""

    terms: Terms
    tariff: Tariff
    minimum: MinimumLimit
    facts: Facts
    deductible: Decimal
    options: list[Option]

    @property
    def lawful(self) -> list[Option]:
        return [option for option in self.options if option.worksheet is not None]

    @property
    def evidence(self) -> dict[str, Any]:
        """Who said each fact, and since when, as the worksheet keeps it."""
        chosen = dict.fromkeys(("limit", "deductible"), KnownFact(None, CHOSEN))
        return {
            code: {"source": fact.source, "since": fact.since.isoformat() if fact.since else ""}
            for code, fact in {**self.facts, **chosen}.items()
            if code in self.tariff.fact
        }


def preview(
    site: Site,
    *,
    on: date,
    declared: Declared,
    product: Product | None = None,
    deductible: Decimal | None = None,
) -> Preview:
    """What a site of the register would pay for cover from `on`; refuses naming what is missing."""
    terms, facts = known(site, on=on, declared=declared, product=product)
    return priced(terms, minimum_limit(on), facts, deductible)


def grid(
    site: Site,
    *,
    on: date,
    declared: Declared,
    product: Product | None = None,
    settled: Facts | None = None,
) -> list[Preview]:
    """The same side by side for every deductible of the product.

    `settled` are facts that a person decided on, or that an earlier quote was reckoned with.
    """
    terms, facts = known(site, on=on, declared=declared, product=product)
    whole, minimum = {**facts, **(settled or {})}, minimum_limit(on)
    amounts = [row.amount for row in terms.version.deductibles.all()]
    return [priced(terms, minimum, whole, amount) for amount in amounts]


def known(
    site: Site, *, on: date, declared: Declared, product: Product | None = None
) -> tuple[Terms, dict[str, KnownFact]]:
    """The versions of the day, and what is known of the site on it."""
    terms = terms_on(product or unified_product(), on)
    if site.state == Site.State.CLOSED:
        raise QuoteRefused(_("场所已关闭，不能报价。"), field="site")
    facts = facts_for(site, on=on, basis=terms.version.coverage_basis, declared=declared)
    return terms, facts


def preview_of_facts(
    given: Mapping[str, Any],
    *,
    on: date,
    source: str,
    product: Product | None = None,
    deductible: Decimal | None = None,
) -> Preview:
    """The same for a risk that is in no register: a visitor's estimate, an insurer's own system."""
    terms = terms_on(product or unified_product(), on)
    facts = {code: KnownFact(value, source) for code, value in given.items()}
    return priced(terms, minimum_limit(on), facts, deductible)


def priced(
    terms: Terms, minimum: MinimumLimit, facts: Facts, deductible: Decimal | None = None
) -> Preview:
    """Every limit of the product at these facts."""
    return priced_at(terms.version.limits.all(), terms, minimum, facts, deductible)


def priced_at(
    choices: Iterable[LimitChoice],
    terms: Terms,
    minimum: MinimumLimit,
    facts: Facts,
    deductible: Decimal | None = None,
) -> Preview:
    """Some of the limits only, for bulk loads."""
    tariff = tariff_of(terms.tariff)
    chosen = _deductible(terms, deductible)
    options = [_option(tariff, minimum, facts, choice, chosen) for choice in choices]
    return Preview(terms, tariff, minimum, facts, chosen, options)


def _deductible(terms: Terms, asked: Decimal | None) -> Decimal:
    """The one asked for; when none is, the product's first, under which everything is paid."""
    amounts = [row.amount for row in terms.version.deductibles.all()]
    if asked is None:
        return amounts[0]
    if asked not in amounts:
        raise RatingRefused(_("产品没有这一档免赔额。"), field="deductible")
    return asked


def _option(
    tariff: Tariff, minimum: MinimumLimit, facts: Facts, choice: LimitChoice, deductible: Decimal
) -> Option:
    if reason := minimum.refusal_to_choose(choice.per_person):
        return Option(choice, refusal=reason)
    given = {code: fact.value for code, fact in facts.items()}
    given |= {"limit": choice.per_person, "deductible": deductible}
    try:
        return Option(choice, worksheet=price(tariff, typed(tariff, given)))
    except CannotPrice as cause:
        raise refusal(tariff, cause) from cause
