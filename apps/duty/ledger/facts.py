"""What is known of some sites over time, in a handful of queries for any number of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from apps.core.dates import local_day
from apps.duty.ledger.law import BEGINNING, Minima
from apps.duty.models import Exemption, ExternalCover, ListEntry
from apps.duty.rules import Cover, Dated, Excused, People, Placed, SiteFacts, Tagged
from apps.enterprises.models import FatalAccident, Headcount, RiskFact, Site
from apps.enterprises.obligation.rules import Death
from apps.policies.changes.models import PolicyTransaction
from apps.policies.models import Policy
from apps.policies.roster.models import RosterTerms
from apps.policies.selectors.stack import stacks_of

BySite = defaultdict[int, list[Any]]


@dataclass(frozen=True)
class SiteRow:
    """A site with the columns by which its segments are found and seen."""

    pk: int
    enterprise: int
    district: int
    town: int
    sector: int
    insurer: int | None
    industry: str
    facts: SiteFacts


def facts_of(keys: Sequence[int]) -> list[SiteRow]:
    """Read as LEDGER, hence in full."""
    dated = _dated(keys)
    columns = (
        "pk",
        "enterprise_id",
        "district_id",
        "town_id",
        "sector_id",
        "insurer_id",
        "industry__code",
        "district__code",
        "state",
        "opened_on",
        "closed_on",
        "enterprise__registered_at",
    )
    found = []
    for row in Site.objects.filter(pk__in=keys).order_by("pk").values_list(*columns):
        pk, enterprise, district_id, town, sector, insurer = row[:6]
        industry, district, state, opened, closed, registered = row[6:]
        own = {name: tuple(rows[pk]) for name, rows in dated.items()}
        since = _since(opened, local_day(registered), own["people"])
        until = closed if state == Site.State.CLOSED else None
        if until is not None and until <= since:
            continue  # never at work in the days of the policy
        if state == Site.State.SUSPENDED and closed:
            own["exemptions"] = (*own["exemptions"], Dated(start=closed))
        facts = SiteFacts(industry=industry, district=district, since=since, until=until, **own)
        owners = (enterprise, district_id, town, sector, insurer)
        found.append(SiteRow(pk, *owners, industry, facts))
    return found


def _since(opened: date | None, registered: date, people: Sequence[People]) -> date:
    """From when a duty can be spoken of: at work, or known, but not before the policy."""
    first = min((one.start for one in people), default=registered)
    return max(opened or first, BEGINNING)


def _dated(keys: Sequence[int]) -> dict[str, BySite]:
    return {
        "tags": _tags(keys),
        "deaths": _deaths(keys),
        "lists": _lists(keys),
        "people": _people(keys),
        "covers": _covers(keys),
        "exemptions": _exemptions(keys),
    }


def _tags(keys: Sequence[int]) -> BySite:
    rows = RiskFact.objects.filter(site__in=keys).order_by()
    found: BySite = defaultdict(list)
    for site, tag, start, end in rows.values_list("site", "tag__code", "valid_from", "valid_to"):
        found[site].append(Tagged(start=start, end=end, tag=tag))
    return found


def _deaths(keys: Sequence[int]) -> BySite:
    rows = FatalAccident.objects.filter(site__in=keys).order_by()
    found: BySite = defaultdict(list)
    columns = ("site", "happened_on", "died_on", "is_road_or_fire")
    for site, happened, died, is_road_or_fire in rows.values_list(*columns):
        found[site].append(Death(happened, died, is_road_or_fire))
    return found


def _lists(keys: Sequence[int]) -> BySite:
    found: BySite = defaultdict(list)
    for row in ListEntry.objects.filter(site__in=keys):
        level = ListEntry.LEVELS[ListEntry.Kind(row.kind)]
        source = f"{row.get_kind_display()}：{row.source}"[:200]
        entry = Placed(start=row.valid_from, end=row.valid_to, level=level, source=source)
        found[row.site_id].append(entry)
    return found


def _people(keys: Sequence[int]) -> BySite:
    found: BySite = defaultdict(list)
    for row in Headcount.objects.filter(site__in=keys).order_by("valid_from"):
        known = People(
            start=row.valid_from, end=row.valid_to, production=row.production_posts, total=row.total
        )
        found[row.site_id].append(known)
    return found


def _covers(keys: Sequence[int]) -> BySite:
    found: BySite = defaultdict(list)
    minima, excused, stacks = Minima(), _excused(keys), _stacks(keys)
    rows = Policy.objects.filter(site__in=keys).exclude(cover_from=None).order_by()
    columns = ("pk", "site", "cover_from", "cover_to", "cancelled_from", "insured_count")
    told = rows.annotate(
        limit=F("limit_choice__per_person"), basis=F("product_version__coverage_basis")
    )
    for row in told.values_list(*columns, "limit", "basis"):
        pk, site, start, end, cancelled, people, limit, basis = row
        end, minimum = min(end, cancelled or end), minima.on(start) or 0
        # One piece for all days, or one for each that an endorsement made different.
        for first, last, heads, least in stacks.get(pk) or [(start, end, people, limit)]:
            if max(first, start) < min(last, end):
                cover = Cover(
                    start=max(first, start),
                    end=min(last, end),
                    until=end,
                    people=heads,
                    is_low=least < minimum,
                    basis=basis,
                    excused=tuple(excused[pk]),
                )
                found[site].append(cover)
    for external in ExternalCover.objects.filter(site__in=keys, state="accepted"):
        cover = Cover(
            start=external.valid_from,
            end=external.valid_to,
            people=external.people,
            is_low=external.is_lacking,
            is_external=True,
        )
        found[external.site_id].append(cover)
    return found


def _stacks(keys: Sequence[int]) -> dict[int, list[tuple[date, date, int, Decimal]]]:
    """Of policies changed after issue: how many people and which limit on which days."""
    changed = PolicyTransaction.objects.filter(policy__site__in=keys, number__gt=1)
    policies = Policy.objects.filter(pk__in=changed.order_by().values("policy")).for_list()
    return {
        pk: [
            (part.start, part.end, part.terms.heads, part.terms.limit)
            for part in stack.parts(stack.last_moment)
            if not part.is_cancelled
        ]
        for pk, stack in stacks_of(policies).items()
    }


def _excused(keys: Sequence[int]) -> BySite:
    """By policy: whom an agency covers itself, on its proof."""
    found: BySite = defaultdict(list)
    proved = RosterTerms.objects.filter(policy__site__in=keys).exclude(proof=None)
    for row in proved:
        if row.proof_from and row.proof_to:
            one = Excused(start=row.proof_from, end=row.proof_to, people=row.proof_people)
            found[row.policy_id].append(one)
    return found


def _exemptions(keys: Sequence[int]) -> BySite:
    found: BySite = defaultdict(list)
    rows = Exemption.objects.filter(site__in=keys).order_by()
    for site, start, end in rows.values_list("site", "valid_from", "valid_to"):
        found[site].append(Dated(start=start, end=end))
    return found
