"""Draws the lines of sites anew, under the eyes of LEDGER, whoever is about to read them."""

from collections.abc import Sequence

from django.db import connection, transaction

from apps.core import context
from apps.duty.actors import LEDGER
from apps.duty.ledger.facts import SiteRow, facts_of
from apps.duty.ledger.law import law_in_force
from apps.duty.models import FOR_EVER, SiteDuty, StaleSite
from apps.duty.rules import Law, Segment, timeline
from apps.enterprises.models import Site

EVERY_SITE = 0  # in a mark: a rule changed
BATCH = 2_000
LOCK = 7_305_001  # one drawer at a time; the next finds nothing left to do


def freshen() -> int:
    """Draw what was marked since the last time; says how many sites. Readers call it first."""
    with context.entering(LEDGER.context), transaction.atomic():
        if not StaleSite.objects.exists():
            return 0
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        marks = dict(StaleSite.objects.values_list("pk", "site"))
        sites = set(marks.values())
        if EVERY_SITE in sites:
            sites = set(Site.objects.values_list("pk", flat=True))
        draw(sorted(sites))
        StaleSite.objects.filter(pk__in=marks).delete()
        return len(sites)


def draw(sites: Sequence[int]) -> None:
    """Replace the lines of these sites; to be called as LEDGER."""
    law = law_in_force() if sites else None
    for start in range(0, len(sites), BATCH):
        part = sites[start : start + BATCH]
        SiteDuty.objects.filter(site__in=part).delete()
        fresh = [one for row in facts_of(part) for one in segments_of(row, law)] if law else []
        SiteDuty.objects.bulk_create(fresh, batch_size=BATCH)


def segments_of(row: SiteRow, law: Law) -> list[SiteDuty]:
    return [segment_of(row, one) for one in timeline(row.facts, law)]


def segment_of(row: SiteRow, one: Segment) -> SiteDuty:
    return SiteDuty(
        site_id=row.pk,
        enterprise_id=row.enterprise,
        district_id=row.district,
        town_id=row.town,
        sector_id=row.sector,
        insurer_id=row.insurer,
        industry_code=row.industry,
        valid_from=one.start,
        valid_to=one.end or FOR_EVER,
        state=one.state,
        level=one.level,
        since=one.since,
        reasons=list(one.reasons),
        needed=one.needed,
        insured=one.insured,
        is_short=one.is_short,
        is_low=one.is_low,
        cover_to=one.cover_to,
    )
