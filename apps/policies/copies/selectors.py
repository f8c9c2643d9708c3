"""Copied reports as a receiver reads them, and who was late with them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q

from apps.accounts.models import Organisation, User
from apps.core.dates import start_of_day
from apps.policies.copies.models import CopiedReport, CopiedReportQuerySet


def received(user: User) -> CopiedReportQuerySet:
    """What came to one's own organisation."""
    rows: Any = CopiedReport.objects.visible_to(user)
    own: CopiedReportQuerySet = rows.received_by(user.organisation_id)
    return own.select_related("policy", "sender")


@dataclass(frozen=True)
class Lateness:
    """An insurer's reports of a period: those it sent, and those it had to acknowledge."""

    insurer: Organisation
    sent: int
    sent_late: int
    received: int
    answered_late: int


def lateness(user: User, start: date, end: date, now: datetime) -> list[Lateness]:
    """Per insurer, over what happened from `start` until `end`; an event counts once as sent."""
    seen: Any = CopiedReport.objects.visible_to(user)
    rows = seen.filter(happened_at__gte=start_of_day(start), happened_at__lt=start_of_day(end))
    late = Q(reported_at__gt=F("due_at"))
    unanswered = Q(acknowledged_at__gt=F("answer_by")) | Q(acknowledged_at=None, answer_by__lt=now)
    sent = _by("sender", rows, late, of="once")
    received = _by("receiver", rows, unanswered, of="pk")
    keys = sent.keys() | received.keys()
    insurers = Organisation.objects.filter(pk__in=keys, kind="insurer").order_by("name")
    return [
        Lateness(one, *sent.get(one.pk, (0, 0)), *received.get(one.pk, (0, 0))) for one in insurers
    ]


def _by(column: str, rows: Any, late: Q, *, of: str) -> dict[int, tuple[int, int]]:
    sums = (
        rows.order_by()
        .values(column)
        .annotate(all=Count(of, distinct=True), late=Count(of, distinct=True, filter=late))
    )
    return {row[column]: (row["all"], row["late"]) for row in sums}
