"""The few figures of a desk, counted once a minute for each scope."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from apps.accounts.models import User
from apps.core.remembering import RememberedFor
from apps.enterprises.models import Enterprise, Headcount, Site
from apps.enterprises.models.site import SiteQuerySet


@dataclass(frozen=True)
class Figures:
    enterprises: int
    unverified: int
    operating: int
    uncounted: int
    people: int


_FIGURES = RememberedFor[Figures]()


def figures_of(user: User) -> Figures:
    """As they were at most a minute ago, for everybody of the same scope."""
    shared_with = user.pk if user.organisation.kind in SiteQuerySet.share_with else None
    return _FIGURES((user.scope_key, shared_with), lambda: _counted(user))


def _counted(user: User) -> Figures:
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
