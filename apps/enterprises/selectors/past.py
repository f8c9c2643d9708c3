"""What the register said on a past day, and since when a row has been in its state."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from apps.accounts.models import User
from apps.accounts.selectors import events_visible_to
from apps.core.audit import target_of
from apps.core.dates import DAY, start_of_day
from apps.enterprises.models import Enterprise, Grade, Headcount, RiskFact, Site

LED_TO = {
    "enterprise.registered": Enterprise.State.REGISTERED,
    "enterprise.verified": Enterprise.State.VERIFIED,
    "enterprise.closed": Enterprise.State.CLOSED,
    "enterprise.restored": Enterprise.State.REGISTERED,
    "site.added": Site.State.OPERATING,
    "site.suspended": Site.State.SUSPENDED,
    "site.resumed": Site.State.OPERATING,
    "site.closed": Site.State.CLOSED,
}


@dataclass(frozen=True)
class Moment:
    at: datetime
    by: str = ""


@dataclass(frozen=True)
class SiteThen:
    """A site as it was entered on a day, with the number of people known today for that day."""

    version: Any
    headcount: Headcount | None
    facts: list[RiskFact]
    grades: list[Grade]


def state_moments(row: Enterprise | Site, user: User) -> dict[str, Moment]:
    """When the row last came into each state it ever had, and by whom as far as one may know.

    The act tells both; where its event is addressed to others, the row's versions tell when.
    """
    moments: dict[str, Moment] = {}
    before = None
    history = row.versions.order_by("pgh_id").values_list("state", "pgh_created_at")  # type: ignore[union-attr]
    for state, at in history:
        if state != before:
            moments[state] = Moment(at)
        before = state
    told = events_visible_to(user).filter(target=target_of(row), action__in=LED_TO).order_by("id")
    for action, at, by in told.values_list("action", "at", "organisation_name"):
        moments[LED_TO[action]] = Moment(at, by)
    return moments


def enterprise_then(enterprise: Enterprise, day: date) -> Any:
    """The last version of that day; None before the enterprise was entered."""
    versions = enterprise.versions.filter(pgh_created_at__lt=start_of_day(day + DAY))  # type: ignore[attr-defined]
    return versions.order_by("-pgh_id").first()


def sites_then(enterprise: Enterprise, user: User, day: date, *, only: Site | None = None) -> Any:
    """The sites one may see, as they were entered on that day."""
    sites = Site.objects.visible_to(user).filter(enterprise=enterprise)
    if only is not None:
        sites = sites.filter(pk=only.pk)
    ids = list(sites.values_list("pk", flat=True))
    events: Any = Site.versions.rel.related_model  # type: ignore[attr-defined]
    versions = events.objects.filter(pgh_obj__in=ids, pgh_created_at__lt=start_of_day(day + DAY))
    last = versions.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    counts = {row.site_id: row for row in Headcount.objects.on(day).filter(site__in=ids)}
    facts = list(RiskFact.objects.on(day).filter(site__in=ids).select_related("tag"))
    grades = list(Grade.objects.on(day).filter(site__in=ids))
    return [
        SiteThen(
            version,
            counts.get(version.pgh_obj_id),
            [fact for fact in facts if fact.site_id == version.pgh_obj_id],
            [grade for grade in grades if grade.site_id == version.pgh_obj_id],
        )
        for version in last.select_related("town", "industry", "insurer")
    ]
