"""What holds at the sites one may see today: people by kind of employment, facts, grades."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from apps.accounts.models import User
from apps.enterprises.models import Grade, Headcount, RiskFact, Site
from apps.reference.selectors import known


@dataclass
class SiteNow:
    site: Site
    headcount: Headcount | None = None
    facts: list[RiskFact] = field(default_factory=list)
    grades: list[Grade] = field(default_factory=list)


def sites_of(enterprise_id: int, user: User) -> list[Site]:
    seen = Site.objects.visible_to(user).filter(enterprise=enterprise_id)
    return known.filled(seen.select_related("insurer"))


def sites_now(sites: Iterable[Site], user: User, day: date) -> list[SiteNow]:
    """Three queries for any number of sites."""
    found = {site.pk: SiteNow(site) for site in sites}
    for count in Headcount.objects.visible_to(user).on(day).filter(site__in=found):
        found[count.site_id].headcount = count
    facts = RiskFact.objects.visible_to(user).on(day).filter(site__in=found)
    for fact in facts.select_related("tag").order_by("tag__order"):
        found[fact.site_id].facts.append(fact)
    for grade in Grade.objects.visible_to(user).on(day).filter(site__in=found):
        found[grade.site_id].grades.append(grade)
    return list(found.values())


def people_by_kind(counts: Iterable[Headcount | None]) -> dict[str, int]:
    known = [count for count in counts if count]
    return {kind: sum(getattr(count, kind) for count in known) for kind in Headcount.KINDS}
