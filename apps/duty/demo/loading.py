"""Letters, calls, lists and exemptions for a city, in the transaction that builds it.

The ledger itself is drawn by the worker afterwards: loading does not wait for it.
"""

from datetime import date, timedelta
from typing import Any

from apps.accounts.models import User
from apps.core import context, outbox
from apps.core.audit import target_of
from apps.core.dates import start_of_day
from apps.core.numbering import next_number
from apps.documents.services.papers import drafted
from apps.duty.actors import LEDGER
from apps.duty.models import Contact, DutyState, Letter, ListEntry, SiteDuty
from apps.duty.services.facts import entered, scope_of
from apps.duty.services.letters import PAPERS, SERIES, letter_data
from apps.enterprises.demo.draws import stream
from apps.enterprises.demo.loading import CITY, Ground
from apps.enterprises.models import Site

LETTERS = 24
LISTED = 12
OUTCOMES = ("promised", "unreached", "refused", "disputed")


def follow_up(ground: Ground) -> None:
    """The bureaus urge some of those that no insurer serves, and list a few others."""
    rng = stream(ground.seed, "duty")
    with context.entering(CITY):
        open_sites = Site.objects.in_operation().filter(insurer=None, headcount__gt=0)
        along = ("enterprise", "district", "town", "industry")
        sites = list(open_sites.select_related(*along).order_by("pk")[: LETTERS * 4 : 4])
        for number, site in enumerate(sites):
            officer = ground.cast.bureaus[site.district_id]
            with context.entering(officer.context):  # letters are an authority's own
                urge(site, officer, ground.today - timedelta(days=rng.randrange(3, 60)))
            if number % 2:
                call(site, officer, ground.today, OUTCOMES[number % len(OUTCOMES)])
        for site in open_sites.order_by("-pk")[:LISTED]:
            enlist(site, ground.cast.bureaus[site.district_id], ground.today)
        outbox.leave("duty.freshen", by=LEDGER)


def urge(site: Site, officer: User, day: date) -> None:
    number = next_number(SERIES[Letter.Kind.URGING], district=site.district.abbreviation, on=day)
    since = day - timedelta(days=200)
    letter = Letter(
        site=site,
        kind=Letter.Kind.URGING,
        number=number,
        duty_state=DutyState.UNINSURED,
        sent_on=day,
        due_on=day + timedelta(days=30),
        **entered(officer),
    )
    duty = SiteDuty(site=site, state=DutyState.UNINSURED, since=since)
    paper: Any = drafted(
        PAPERS[Letter.Kind.URGING],
        number=number,
        data=letter_data(site, duty, letter, by=officer),
        subject=target_of(site),
        holder=site.enterprise.name,
        holder_code=site.enterprise.uscc,
        scope=scope_of(site, officer),
        by=officer,
        now=start_of_day(day),
    )
    paper.save(force_insert=True)
    letter.paper = paper
    letter.save(force_insert=True)


def call(site: Site, officer: User, today: date, outcome: str) -> None:
    day = today - timedelta(days=2)
    Contact.objects.create(site=site, kind="call", on=day, outcome=outcome, **entered(officer))


def enlist(site: Site, officer: User, today: date) -> None:
    ListEntry.objects.create(
        site=site,
        kind=ListEntry.Kind.PROMOTED,
        valid_from=today - timedelta(days=120),
        source="重点推行单位名录（示例）",
        **entered(officer),
    )
