"""How the platform itself is doing: counts and states, never the contents.

Effects and jobs belong to whoever caused them; their numbers are read as the dispatcher.
"""

import platform
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from uuid import UUID

import django
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count

from apps.core import context
from apps.core.context import DISPATCH
from apps.core.models import AuditEvent, AuditSeal, Effect, Job

LIBRARIES = ("djangorestframework", "django-allauth", "celery", "psycopg2-binary")
MOST_PARKED = 50


@dataclass(frozen=True)
class Parked:
    """An effect that gave up; of its error only the kind, for messages speak of business."""

    id: UUID
    name: str
    at: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True)
class Queue:
    pending: int
    oldest: datetime | None
    parked: list[Parked]
    parked_count: int
    jobs: dict[str, int]


def queue() -> Queue:
    with context.entering(DISPATCH.context), transaction.atomic():
        pending = Effect.objects.pending()
        parked = Effect.objects.exclude(parked_at=None).filter(done_at=None)
        states = Job.objects.order_by().values_list("state").annotate(Count("pk"))
        return Queue(
            pending=pending.count(),
            oldest=pending.order_by("created_at").values_list("created_at", flat=True).first(),
            parked=[_parked(effect) for effect in parked.order_by("-parked_at")[:MOST_PARKED]],
            parked_count=parked.count(),
            jobs=dict(states),
        )


def _parked(effect: Effect) -> Parked:
    kind = effect.error.partition(":")[0]
    return Parked(effect.pk, effect.name, effect.parked_at, effect.attempts, kind)


@dataclass(frozen=True)
class Store:
    """The database as a thing: how big, how far migrated, how far chained."""

    size: int
    server: str
    migrations: int
    last_seal: datetime | None


def store() -> Store:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_database_size(current_database()), current_setting('server_version')"
        )
        size, server = cursor.fetchone()
    return Store(
        size=size,
        server=server,
        migrations=MigrationRecorder.Migration.objects.count(),
        last_seal=_last_seal(),
    )


def _last_seal() -> datetime | None:
    seals = AuditSeal.objects.order_by("-event_id")
    newest = list(seals.values_list("event_id", flat=True)[:1])
    with context.entering(context.SEAL.context), transaction.atomic():
        return AuditEvent.objects.filter(pk__in=newest).values_list("at", flat=True).first()


def versions() -> dict[str, str]:
    return {
        "Python": platform.python_version(),
        "Django": django.get_version(),
        **{name: version(name) for name in LIBRARIES},
    }
