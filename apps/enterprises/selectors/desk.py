"""The few figures of a desk, each from one pass over what the reader may see."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from apps.accounts.models import User
from apps.enterprises.models import Enterprise, Headcount, Site


@dataclass(frozen=True)
class Figures:
    enterprises: int
    unverified: int
    operating: int
    uncounted: int
    people: int


def figures_of(user: User) -> Figures:
    closed, operating = Q(state=Enterprise.State.CLOSED), Q(state=Site.State.OPERATING)
    enterprises = Enterprise.objects.visible_to(user).aggregate(
        all=Count("pk", filter=~closed),
        unverified=Count("pk", filter=Q(state=Enterprise.State.REGISTERED)),
    )
    sites = Site.objects.visible_to(user).aggregate(
        operating=Count("pk", filter=operating),
        uncounted=Count("pk", filter=operating & Q(headcount=0)),
        people=Sum("headcount"),
    )
    return Figures(
        enterprises=enterprises["all"],
        unverified=enterprises["unverified"],
        operating=sites["operating"],
        uncounted=sites["uncounted"],
        people=sites["people"] or 0,
    )


@dataclass(frozen=True)
class OwnSite:
    site: Site
    counted_on: date | None


def own_sites(enterprise: Enterprise) -> list[OwnSite]:
    """An enterprise's sites with the day of the count that holds."""
    open_counts = Headcount.objects.filter(site__enterprise=enterprise, valid_to=None)
    days = dict(open_counts.values_list("site", "valid_from"))
    return [OwnSite(site, days.get(site.pk)) for site in enterprise.sites.all()]
