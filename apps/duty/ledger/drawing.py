"""Draws the lines of sites anew, under the eyes of LEDGER, whoever is about to read them."""

import json
from collections.abc import Sequence
from typing import Any

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
PUBLIC_ID: Any = SiteDuty._meta.get_field("public_id")
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
        if law is not None:
            store([line for row in facts_of(part) for line in lines_of(row, law)])


def lines_of(row: SiteRow, law: Law) -> list[dict[str, Any]]:
    """The segments of a site as columns of the table."""
    own = {
        "site_id": row.pk,
        "enterprise_id": row.enterprise,
        "district_id": row.district,
        "town_id": row.town,
        "sector_id": row.sector,
        "insurer_id": row.insurer,
        "industry_code": row.industry,
    }
    return [own | columns_of(one) for one in timeline(row.facts, law)]


def columns_of(one: Segment) -> dict[str, Any]:
    return {
        "public_id": PUBLIC_ID.get_default(),
        "valid_from": one.start.isoformat(),
        "valid_to": (one.end or FOR_EVER).isoformat(),
        "state": str(one.state),
        "level": str(one.level),
        "since": one.since.isoformat(),
        "reasons": one.reasons,
        "needed": one.needed,
        "insured": one.insured,
        "is_short": one.is_short,
        "is_low": one.is_low,
        "cover_to": one.cover_to.isoformat() if one.cover_to else None,
    }


def store(lines: Sequence[dict[str, Any]]) -> None:
    """In one statement with one parameter: a city's lines are written in seconds."""
    fields = [field for field in SiteDuty._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = (
        f"insert into duty_siteduty ({columns}) "  # noqa: S608  names of our own columns
        f"select {columns} from jsonb_populate_recordset(null::duty_siteduty, %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(lines, ensure_ascii=False)])
