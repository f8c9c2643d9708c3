"""What stands open before a site can be priced, and who may settle it today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.models import Product
from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.enterprises.models import Site
from apps.rating.errors import name_of
from apps.rating.referrals.models import RangeAuthority, Referral
from apps.rating.referrals.rules import Bounds, allowed, bounds, gaps, is_range
from apps.rating.rules.risk import typed
from apps.rating.selectors.facts import FROM_REGISTER, Declared, Facts
from apps.rating.selectors.offers import known

SAID_ELSEWHERE = frozenset({*FROM_REGISTER, "heads"})
DECLARED = frozenset({"accidents", "listed"})


@dataclass(frozen=True)
class Need:
    """One open fact: chosen in a range, or simply not known."""

    code: str
    name: str
    lowest: str = ""
    highest: str = ""

    @property
    def is_range(self) -> bool:
        return bool(self.highest)

    @property
    def bounds(self) -> Bounds:
        return Decimal(self.lowest), Decimal(self.highest)

    @property
    def place(self) -> str:
        """Where it is put right when nobody has to choose."""
        if self.code in SAID_ELSEWHERE:
            return _("请先在企业资料中登记")
        if self.code in DECLARED:
            return _("请企业在询价时说明")
        return ""


def needs_of(
    site: Site, *, on: date, declared: Declared, product: Product | None = None
) -> list[Need]:
    """What keeps this site from a price on that day; [] when nothing does."""
    terms, facts = known(site, on=on, declared=declared, product=product)
    tariff = tariff_of(terms.tariff)
    return [_need(tariff, fact.code, facts) for fact in gaps(tariff, facts.keys())]


def _need(tariff: Tariff, code: str, facts: Facts) -> Need:
    name = name_of(tariff, code)
    if not is_range(tariff.fact[code]):
        return Need(code, name)
    given = {key: fact.value for key, fact in facts.items() if key in tariff.fact}
    lowest, highest = bounds(tariff, code, typed(tariff, given))
    return Need(code, name, text_of(lowest), text_of(highest))


def kept(needs: list[dict[str, Any]]) -> list[Need]:
    return [Need(**need) for need in needs]


def declared_of(referral: Referral) -> Declared:
    said: Mapping[str, Any] = referral.declared
    last = said["last_accident_on"]
    return Declared(
        source=said["source"],
        on=date.fromisoformat(said["on"]),
        had_accident=said["had_accident"],
        last_accident_on=date.fromisoformat(last) if last else None,
        is_listed=said["is_listed"],
    )


def parts_for(user: User, table: str, day: date) -> list[tuple[int, int]]:
    """The parts of that table's ranges which this person's role may choose in on that day."""
    rows = RangeAuthority.objects.on(day).of(user.role, table)
    return [(row.lowest, row.highest) for row in rows]


def may_choose(user: User, need: Need, day: date) -> str:
    """The values this person may choose, in words; "" when none."""
    spans = [allowed(need.bounds, part) for part in parts_for(user, need.code, day)]
    return _("、").join(f"{text_of(low)}–{text_of(high)}" for low, high in spans)
