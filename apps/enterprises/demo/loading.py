"""Writes the city in one transaction: a load that is killed leaves nothing, and can be repeated.

Row-level security holds here as everywhere: offices and enterprises are written with the eyes of
the city bureau, accounts with those of the platform.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core import audit, context
from apps.core.context import Context
from apps.core.models import AuditEvent
from apps.enterprises.demo.firms import Firm, Founder
from apps.enterprises.demo.inboxes import (
    act_of_inviting,
    draw_invitations,
    draw_notices,
    share_sites,
)
from apps.enterprises.demo.institutions import Institutions, draw_institutions, serving
from apps.enterprises.demo.people import DOMAIN, Account, accounts_of, employ
from apps.enterprises.demo.pouring import number_rows, pour
from apps.enterprises.demo.reference import survey
from apps.enterprises.demo.stories import Chronicle
from apps.enterprises.demo.telling import Cast, line_of, write_lines
from apps.enterprises.models import Enterprise, Site
from apps.reference.models import District

LOCK = 7_301_103  # any constant: two loads at once take turns
LOADED = "demo.loaded"
ACTOR = "system:demo"
CITY = Context(Kind.CITY_BUREAU.database_role, ACTOR)
PLATFORM = Context(Kind.PLATFORM.database_role, ACTOR)
BATCH = 2_000

Say = Callable[[str], Any]


@dataclass(frozen=True)
class City:
    """What is there after a load."""

    seed: int
    enterprises: int
    accounts: list[Account]
    is_new: bool


@dataclass(frozen=True)
class Ground:
    """What apps above this one build their part of the city on."""

    seed: int
    today: date
    cast: Cast
    chosen: set[int]
    say: Say


def load(
    *,
    enterprises: int,
    seed: int,
    today: date,
    say: Say = lambda _line: None,
    further: Callable[[Ground], None] = lambda _ground: None,
) -> City | None:
    """Build the city, or find the one that is there; None when other organisations are."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        with context.entering(PLATFORM):
            if loaded := AuditEvent.objects.filter(action=LOADED).first():
                return _found(loaded)
            if Organisation.objects.exists():
                return None
        people, chosen = _build(enterprises, seed, today, say)
        further(Ground(seed, today, Cast(people), chosen, say))
    return City(seed, enterprises, accounts_of(people, seed), is_new=True)


def _found(loaded: AuditEvent) -> City:
    seed, enterprises = loaded.changes["seed"], loaded.changes["enterprises"]
    people = User.objects.filter(email__endswith=f"@{DOMAIN}", is_active=True).order_by("pk")
    accounts = accounts_of(list(people.select_related("organisation")), seed)
    return City(seed, enterprises, accounts, is_new=False)


def _build(enterprises: int, seed: int, today: date, say: Say) -> tuple[list[User], set[int]]:
    with context.entering(CITY):
        found = draw_institutions(seed)
        write(*found.generations, found.names)
        chronicle = Chronicle(seed, today)
        for firms in _firms(found, enterprises, seed, today):
            write_firms(firms)
            chronicle.note(firms)
            say(f"{chronicle.count} enterprises")
    chosen = {firm.enterprise.pk for firm in chronicle.chosen}
    return _people(found, chronicle, seed), chosen


def _people(found: Institutions, chronicle: Chronicle, seed: int) -> list[User]:
    people = employ(found, [firm.organisation for firm in chronicle.chosen], seed)
    cast = Cast(people)
    with context.entering(PLATFORM):
        write(people)
        invitations = list(draw_invitations(chronicle, cast))
        write(invitations)
    acts = [(act, cast.play(author)) for author, act in chronicle.lines]
    acts += [(act_of_inviting(one), one.invited_by) for one in invitations]
    acts.sort(key=lambda pair: pair[0].at)
    officer = cast.first("city_officer")
    with context.entering(officer.context):
        write_lines([line_of(act, by) for act, by in acts])
        share_sites(chronicle, cast)
        facts = {"seed": seed, "enterprises": chronicle.count}
        audit.record(LOADED, by=officer, on=officer.organisation, changes=facts)
    with context.entering(MESSENGER.context):
        write(draw_notices(chronicle, cast))
    return people


def _firms(found: Institutions, wanted: int, seed: int, today: date) -> Iterator[list[Firm]]:
    ground = survey(today)
    insurers = serving(seed, District.objects.all(), found.of_kind(Kind.INSURER))
    founder = Founder(ground, seed, insurers)
    for start in range(0, wanted, BATCH):
        yield [founder.draw(number) for number in range(start, min(start + BATCH, wanted))]


def write(*lists: list[Any]) -> None:
    """Insert rows, each list of one model; a row may point to rows of a list before it."""
    for rows in lists:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)


def keyed(rows: list[Any]) -> None:
    """Keys for rows, and for each reference the key of the row it points to."""
    number_rows(rows)
    references = [one for one in rows[0]._meta.concrete_fields if one.is_relation] if rows else []
    for reference in references:
        for row in rows:
            if reference.is_cached(row):
                target = reference.get_cached_value(row)
                # Set as an attribute it would forget the row it points to.
                row.__dict__[reference.attname] = target and target.pk


def write_firms(firms: list[Firm]) -> None:
    sites = [rows for firm in firms for rows in firm.sites]
    organisations = [firm.organisation for firm in firms]
    enterprises = [firm.enterprise for firm in firms]
    write(organisations)
    for enterprise in enterprises:
        enterprise.organisation_id = enterprise.organisation.pk
    write([name for firm in firms for name in firm.names], enterprises)
    for rows_of_one in (
        [rows.site for rows in sites],
        [count for rows in sites for count in rows.headcounts],
        [fact for rows in sites for fact in rows.facts],
        [grade for rows in sites for grade in rows.grades],
    ):
        keyed(rows_of_one)
        pour(rows_of_one)
    _move(firms)


def _move(firms: list[Firm]) -> None:
    """The database lets a row begin at its first state only, and from there takes each move."""
    verified = [firm.enterprise.pk for firm in firms if firm.verified_at]
    closed = [firm.enterprise.pk for firm in firms if firm.closed_on]
    Enterprise.objects.filter(pk__in=verified).update(state=Enterprise.State.VERIFIED)
    Enterprise.objects.filter(pk__in=closed).update(state=Enterprise.State.CLOSED)
    for state in (Site.State.SUSPENDED, Site.State.CLOSED):
        moved = [rows for firm in firms for rows in firm.sites if rows.becomes == state]
        for rows in moved:
            rows.site.state, rows.site.closed_on = state, rows.closed_on
        Site.objects.bulk_update([rows.site for rows in moved], ["state", "closed_on"])
