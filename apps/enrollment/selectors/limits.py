"""All limits of the product side by side: the price of each, or the rule it falls below."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.catalogue.models import LimitChoice
from apps.catalogue.selectors.limits import main_limits, minimum_limit
from apps.core.templatetags.ui import wan
from apps.enrollment.models import Application
from apps.rating.models import Quote
from apps.rating.services import refusal_to_accept


@dataclass(frozen=True)
class LimitCard:
    choice: LimitChoice
    quote: Quote | None
    refusal: str

    @property
    def lines(self) -> list[str]:
        """What stands under the limit."""
        if self.quote is None:
            return []
        _person, accident, _all = main_limits(self.choice, self.quote.insured_count)
        return [
            _("每次事故 %(limit)s") % {"limit": wan(accident)},
            _("保 %(count)s 人") % {"count": self.quote.insured_count},
        ]


def quotes_on_offer(row: Application) -> list[Quote]:
    """The prices of the offer that stands, from the lowest limit up."""
    if not row.offer:
        return []
    along = ("limit_choice", "product_version__product", "tariff_version", "site__industry")
    quotes = Quote.objects.filter(offer=row.offer, enterprise=row.enterprise_id)
    return list(quotes.select_related(*along).order_by("limit_choice__per_person"))


def limit_cards(row: Application, quotes: list[Quote]) -> list[LimitCard]:
    """With those that may not be chosen, so that everybody sees why."""
    if not quotes:
        return []
    minimum = minimum_limit(quotes[0].starts_on)
    by_choice = {quote.limit_choice_id: quote for quote in quotes}
    choices = quotes[0].product_version.limits.order_by("per_person")
    return [
        LimitCard(choice, by_choice.get(choice.pk), minimum.refusal_to_choose(choice.per_person))
        for choice in choices
    ]


def deductibles_of(quotes: list[Quote]) -> list[Decimal]:
    """What the product of these prices lets one choose from; empty where there is no choice."""
    if not quotes:
        return []
    rows = quotes[0].product_version.deductibles.order_by("amount")
    amounts = list(rows.values_list("amount", flat=True))
    return amounts if len(amounts) > 1 else []


def refusal_of_offer(quotes: list[Quote], today: date) -> str:
    """Say why the offer that stands can no longer be taken, or "" when it can."""
    return refusal_to_accept(quotes[0], today=today) if quotes else ""
