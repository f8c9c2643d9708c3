"""Prices the plans of many sites with the platform's own engine, reading each fact once."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import prefetch_related_objects

from apps.accounts.models import User
from apps.catalogue.models import Product, ProductVersion, RefusalReason, TariffVersion
from apps.catalogue.selectors.limits import MinimumLimit, minimum_limit
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.versions import Terms, terms_on, unified_product
from apps.enrollment.demo.plans import Plan
from apps.enrollment.services.draft import SOURCE
from apps.enterprises.demo.draws import office_hour, public_id, stream
from apps.enterprises.models import Site
from apps.rating.errors import RatingRefused
from apps.rating.models import Quote
from apps.rating.selectors.facts import Declared, Records, facts_for
from apps.rating.selectors.offers import priced_at
from apps.rating.services import drafted
from apps.reference.models import Parameter

R = TypeVar("R")


class Pricer:
    """Keeps what holds from one change of the rules to the next, to ask for it once."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.product: Product = unified_product()
        self.turns = sorted(turning_days())
        self.rules = lru_cache(maxsize=None)(self._rules)
        self.versions: dict[tuple[int, int], Terms] = {}
        self.refusal: dict[int, RefusalReason | None] = {}

    def learn(self, plans: Iterable[Plan]) -> None:
        """Read every rule that these plans will ask for; pricing them reads nothing."""
        for day in {self.turn(plan.wanted_from) for plan in plans}:
            self.rules(day)
        for terms in self.versions.values():
            tariff_of(terms.tariff)
            self.refusal[terms.version.pk] = terms.version.refusal_reasons.first()

    def turn(self, on: date) -> date:
        return self.turns[bisect_right(self.turns, on) - 1]

    def _rules(self, since: date) -> tuple[Terms, MinimumLimit]:
        """What holds from a turning day on; equal versions are one object, read once."""
        found = terms_on(self.product, since)
        key = (found.version.pk, found.tariff.pk)
        if key not in self.versions:
            prefetch_related_objects([found.version], "limits", "deductibles", "heads")
            self.versions[key] = found
        return self.versions[key], minimum_limit(since)

    def quote(self, plan: Plan, site: Site, by: User) -> Quote | None:
        """The quote of a plan; None where the register has no count of people on that day."""
        on = plan.wanted_from
        terms, minimum = self.rules(self.turn(on))
        declared = Declared(
            source=SOURCE,
            on=plan.offered_on,
            had_accident=plan.last_accident_on is not None and plan.last_accident_on < on,
            last_accident_on=plan.last_accident_on,
            is_listed=False,
        )
        basis = terms.version.coverage_basis
        facts = facts_for(site, on=on, basis=basis, declared=declared, records=records(site, on))
        if "heads" not in facts or not facts["heads"].value:
            return None
        return self._drawn(plan, site, terms, minimum, facts, by)

    def _drawn(
        self, plan: Plan, site: Site, terms: Terms, minimum: MinimumLimit, facts: Any, by: User
    ) -> Quote | None:
        choices = terms.version.limits.all()
        lawful = [choice for choice in choices if choice.per_person >= minimum.amount]
        choice = lawful[min(plan.limit, len(lawful) - 1)]
        try:
            found = priced_at([choice], terms, minimum, facts)
        except RatingRefused:  # an industry or a size that the tariff does not know
            return None
        (option,) = found.lawful
        rng = stream(self.seed, "quote", site.pk, plan.wanted_from)
        quote = drafted(
            site,
            on=plan.wanted_from,
            today=plan.offered_on,
            found=found,
            option=option,
            offer=public_id("off", rng),
            by=by,
        )
        quote.public_id = public_id("quo", rng)
        quote.offered_at = office_hour(rng, plan.offered_on)
        quote.insurer_id = plan.site.insurer
        return quote


def turning_days() -> set[date]:
    """On which a version or a parameter begins or ends; between two of them nothing changes."""
    dated: list[Any] = [ProductVersion, TariffVersion, Parameter]
    ends = [
        day
        for model in dated
        for days in model.objects.values_list("valid_from", "valid_to")
        for day in days
    ]
    return {day for day in ends if day}


def records(site: Site, on: date) -> Records:
    """What was in force that day, from what was fetched along with the site."""
    counts = in_force(site.headcounts.all(), on)
    facts = sorted(in_force(site.facts.all(), on), key=lambda fact: fact.tag.order)
    return Records(counts[0] if counts else None, facts, in_force(site.grades.all(), on))


def in_force(rows: Iterable[R], on: date) -> list[R]:
    dated: Any = rows
    return [
        row for row in dated if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)
    ]
