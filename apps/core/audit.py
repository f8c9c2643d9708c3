"""The audit line of an act, written in its own transaction: the two stand or fall together."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from apps.core import context
from apps.core.context import Actor
from apps.core.models import AuditEvent, AuditSeal

GENESIS = "0" * 64
SEAL_LOCK = 7_301_101  # any constant; names the advisory lock of the chain
LATE = 100_000  # ids a long transaction may lie behind the newest sealed event


class Auditable(Protocol):
    """A row that events are about; `audience` says, in scope tokens, who may read them."""

    pk: Any

    @property
    def audience(self) -> list[str]: ...


@dataclass(frozen=True)
class Break:
    """The first place where the chain of a day does not hold."""

    day: date
    event_id: int
    what: str


def record(
    action: str,
    *,
    by: Actor,
    on: Auditable,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append one event. `changes` maps a field to [before, after], or to a plain fact."""
    now = timezone.now()
    values: dict[str, Any] = {
        "at": now,
        "day": timezone.localdate(now),
        "action": action,
        "actor": by.actor_key,
        "actor_name": by.actor_name,
        "actor_role": by.actor_role,
        "organisation_id": by.organisation_id,
        "organisation_name": by.organisation_name,
        "request_id": context.request_id(),
        "target": target_of(on),
        "target_name": str(on)[:200],
        "reason": reason,
        "changes": json.dumps(changes or {}, cls=DjangoJSONEncoder, ensure_ascii=False),
        "audience": sorted({*on.audience, *by.audience}),
        "digest": "",
    }
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    # Not through the ORM: it reads the new id back, and an actor may write what it may not read.
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into core_auditevent ({columns}) values ({marks})",  # noqa: S608
            list(values.values()),
        )


def target_of(row: Any) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


@transaction.atomic
def seal(limit: int = 5_000) -> int:
    """Chain the events that are not chained yet; says how many. One sealer works at a time."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    newest = AuditSeal.objects.aggregate(newest=Max("event_id"))["newest"] or 0
    sealed = AuditSeal.objects.filter(event_id=OuterRef("pk"))
    fresh = AuditEvent.objects.filter(~Exists(sealed), pk__gt=newest - LATE).order_by("id")
    events = list(fresh.values_list("id", "day", "digest")[:limit])
    ends: dict[date, tuple[int, str]] = {}
    links = []
    for event_id, day, digest in events:
        sequence, previous = ends.get(day) or _end_of(day)
        link = _link(previous, digest)
        links.append(
            AuditSeal(
                day=day, sequence=sequence + 1, event_id=event_id, previous=previous, link=link
            )
        )
        ends[day] = (sequence + 1, link)
    AuditSeal.objects.bulk_create(links)
    return len(links)


def breaks(days: Iterable[date] | None = None) -> list[Break]:
    """Recompute digests and links; every place where the store no longer says what was chained."""
    chosen = None if days is None else list(days)
    seals = AuditSeal.objects.order_by("day", "sequence")
    events = AuditEvent.objects.all()
    if chosen is not None:
        seals, events = seals.filter(day__in=chosen), events.filter(day__in=chosen)
    changed = AuditEvent.objects.raw(_CHANGED_EVENTS, [chosen, chosen])
    found = [Break(event.day, event.pk, "content") for event in changed]
    digests = dict(events.values_list("id", "digest"))
    expected: dict[date, tuple[int, str]] = {}
    for seal_row in seals.iterator():
        sequence, previous = expected.get(seal_row.day, (0, GENESIS))
        digest = digests.get(seal_row.event_id)
        if digest is None:
            found.append(Break(seal_row.day, seal_row.event_id, "missing"))
        elif seal_row.sequence != sequence + 1 or seal_row.link != _link(previous, digest):
            found.append(Break(seal_row.day, seal_row.event_id, "link"))
        expected[seal_row.day] = (seal_row.sequence, seal_row.link)
    return found


def _end_of(day: date) -> tuple[int, str]:
    last = AuditSeal.objects.filter(day=day).order_by("-sequence").first()
    return (last.sequence, last.link) if last else (0, GENESIS)


def _link(previous: str, digest: str) -> str:
    return sha256(f"{previous}{digest}".encode()).hexdigest()


_CHANGED_EVENTS = """
select * from core_auditevent e where digest <> encode(sha256(convert_to(
    (to_jsonb(e) - 'digest' - 'at')::text || extract(epoch from e.at)::text, 'UTF8')), 'hex')
    and (%s::date[] is null or e.day = any(%s::date[]))
"""
