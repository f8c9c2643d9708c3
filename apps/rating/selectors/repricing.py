"""The annual premium of other facts under the versions a cover was sold on.

A cover keeps its product and its tariff for life: an endorsement prices what changed, nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import digest
from apps.catalogue.selectors.tariffs import tariff_of
from apps.rating.errors import refusal
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, typed
from apps.rating.selectors.facts import KnownFact


@dataclass(frozen=True)
class Repriced:
    premium: Decimal
    document: dict[str, Any]

    @property
    def sha256(self) -> str:
        return digest(self.document)


def repriced(
    version: TariffVersion, document: Mapping[str, Any], changed: Mapping[str, KnownFact]
) -> Repriced:
    """Price a frozen worksheet again with some facts replaced; facts no table asks for are left."""
    tariff = tariff_of(version)
    told = {code: fact for code, fact in changed.items() if code in tariff.fact}
    facts = {**document["facts"], **{code: fact.value for code, fact in told.items()}}
    evidence = {**document["evidence"], **{code: _said(fact) for code, fact in told.items()}}
    try:
        worksheet = price(tariff, typed(tariff, facts))
    except CannotPrice as cause:
        raise refusal(tariff, cause) from cause
    return Repriced(worksheet.premium, worksheet.document(evidence))


def _said(fact: KnownFact) -> dict[str, str]:
    return {"source": fact.source, "since": fact.since.isoformat() if fact.since else ""}
