"""A tariff's golden cases, priced: it must agree with every one or is not approved."""

from dataclasses import dataclass
from decimal import Decimal

from apps.catalogue.rules.tariff import Golden, Tariff
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, typed


@dataclass(frozen=True, slots=True)
class Verdict:
    case: Golden
    premium: Decimal | None
    cause: CannotPrice | None = None

    @property
    def holds(self) -> bool:
        return self.premium == self.case.premium


def verdicts(tariff: Tariff) -> list[Verdict]:
    found = []
    for case in tariff.golden:
        try:
            found.append(Verdict(case, price(tariff, typed(tariff, case.facts)).premium))
        except CannotPrice as cause:
            found.append(Verdict(case, None, cause))
    return found
