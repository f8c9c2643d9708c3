"""What pages about accounts read beyond one model's rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, When

from apps.accounts.access import can
from apps.accounts.actors import LOGIN
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.roles import ROLES, Permission
from apps.accounts.sessions import has_ended, last_used
from apps.core import context
from apps.core.audit import Break, breaks
from apps.core.models import AuditEvent, AuditSeal


def events_visible_to(user: User) -> QuerySet[AuditEvent]:
    """The city bureau and the platform's auditor read all; the platform's others read none.

    Everybody else reads what was addressed to their organisation, district, town or sector.
    Row-level security has it too (policies.py).
    """
    events = AuditEvent.objects.all()
    if not reads_events(user):
        return events.none()
    if user.organisation.kind in {Kind.CITY_BUREAU, Kind.PLATFORM}:
        return events
    return events.filter(audience__overlap=user.organisation.tokens)


def directory_for(user: User) -> QuerySet[Organisation]:
    """The institutions of the programme; for whoever manages all accounts, enterprises too."""
    rows = Organisation.objects.visible_to(user)
    if can(user, Permission.VIEW_ALL_ACCOUNTS):
        return rows
    return rows.exclude(kind=Kind.ENTERPRISE)


def by_kind(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """With `rank`: kinds in the order in which kinds.py names them, not by their codes."""
    ranks = [When(kind=kind, then=place) for place, kind in enumerate(Kind)]
    return rows.annotate(rank=Case(*ranks, output_field=IntegerField()))


def reads_events(user: User) -> bool:
    """Whether histories are for this person at all; see events_visible_to."""
    return user.organisation.kind != Kind.PLATFORM or can(user, Permission.VIEW_AUDIT)


EVENTS_PER_PAGE = 50


def events_before(rows: QuerySet[AuditEvent], before: str) -> tuple[list[AuditEvent], int | None]:
    """One page of events, newest first, and where the next one begins.

    By key, not by number: the table grows for ever, and counting it would take longer every day.
    """
    if before.isdecimal() and len(before) < 19:  # longer ones are no keys
        rows = rows.filter(pk__lt=int(before))
    events = list(rows.order_by("-id")[: EVENTS_PER_PAGE + 1])
    has_more = len(events) > EVENTS_PER_PAGE
    shown = events[:EVENTS_PER_PAGE]
    return shown, shown[-1].pk if has_more else None


@dataclass(frozen=True)
class Chain:
    """What a check of some days found."""

    days: list[date]
    events: int
    chained: int
    breaks: list[Break]

    @property
    def waiting(self) -> int:
        """Written but not chained yet; the sealer comes every few seconds."""
        return self.events - self.chained


def chain_of(days: list[date]) -> Chain:
    return Chain(
        days=days,
        events=AuditEvent.objects.filter(day__in=days).count(),
        chained=AuditSeal.objects.filter(day__in=days).count(),
        breaks=breaks(days),
    )


def roles_with(permission: Permission) -> list[str]:
    return [name for name, spec in ROLES.items() if permission in spec.permissions]


def account_managers(organisation: Organisation) -> QuerySet[User]:
    """Whom to ask in an organisation when a role is too small."""
    return organisation.people.filter(
        is_active=True, role__in=roles_with(Permission.MANAGE_PEOPLE)
    ).order_by("pk")


@dataclass(frozen=True)
class Device:
    """One place where somebody is signed in. The handle names it without being its key."""

    handle: str
    name: str
    ip: str
    since: datetime
    used: datetime
    is_this: bool


def devices_of(person: User, *, now: datetime, this_key: str = "") -> list[Device]:
    """Where a person is signed in at present, newest first; read as the login desk."""
    with context.entering(LOGIN.context), transaction.atomic():
        rows = list(UserSession.objects.filter(user=person).order_by("-created_at"))
        keys = [row.session_key for row in rows]
        alive = Session.objects.filter(session_key__in=keys, expire_date__gt=now)
        stored = {session.session_key: session.get_decoded() for session in alive}
    kind = person.organisation.kind
    return [
        Device(
            handle=session_handle(row.session_key),
            name=device_name(row.user_agent),
            ip=row.ip,
            since=row.created_at,
            used=last_used(stored[row.session_key]) or row.created_at,
            is_this=row.session_key == this_key,
        )
        for row in rows
        if row.session_key in stored and not has_ended(stored[row.session_key], kind, now)
    ]


def session_handle(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()[:16]


SYSTEMS = ("Windows", "HarmonyOS", "Android", "iPhone", "iPad", "Mac OS", "Linux")
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_name(user_agent: str) -> str:
    """Windows · Chrome, from what the browser says of itself; close enough to recognise."""
    system = _first(name for name in SYSTEMS if name in user_agent)
    browser = _first(name for sign, name in BROWSERS if sign in user_agent)
    return " · ".join(filter(None, (system, browser))) or user_agent[:40]


def _first(names: Iterable[str]) -> str:
    return next(iter(names), "")
