"""What a visitor may be told: a range, and how the middle of it comes about. Nothing is stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.catalogue.selectors.limits import MinimumLimit, minimum_limit
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.versions import Terms, terms_on, unified_product
from apps.rating.errors import refusal
from apps.rating.rules.estimate import spread
from apps.rating.rules.facts import NONE_2, NONE_3, NONE_4, RECENT
from apps.rating.rules.risk import CannotPrice
from apps.rating.selectors.waterfall import Waterfall, waterfall
from apps.reference.models import Industry


@dataclass(frozen=True)
class Estimate:
    terms: Terms
    minimum: MinimumLimit
    least: Decimal
    most: Decimal
    fall: Waterfall


def estimate(
    *, industry: Industry, heads: int, limit: Decimal, had_accident: bool, on: date
) -> Estimate:
    """Four answers give a range; grades and activities are what makes the difference."""
    terms = terms_on(unified_product(), on)
    tariff, first = tariff_of(terms.tariff), terms.version.deductibles.order_by("amount")[0]
    known = {
        "industry": industry.code,
        "heads": heads,
        "limit": limit,
        "deductible": first.amount,
        "listed": "no",
    }
    among = {"accidents": [RECENT] if had_accident else [NONE_2, NONE_3, NONE_4]}
    try:
        found = spread(tariff, known, among)
    except CannotPrice as cause:
        raise refusal(tariff, cause) from cause
    return Estimate(
        terms=terms,
        minimum=minimum_limit(on),
        least=found.least.premium,
        most=found.most.premium,
        fall=waterfall(found.plain.document(), tariff),
    )


def limits_to_choose(on: date) -> list[Decimal]:
    """The lawful limits of the product of the day."""
    least = minimum_limit(on)
    amounts = terms_on(unified_product(), on).version.limits.values_list("per_person", flat=True)
    return [amount for amount in amounts if not least.refusal_to_choose(amount)]
