"""Writing the copies of a report with the act itself, and acknowledging them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core import audit, context, outbox
from apps.core.context import Actor
from apps.core.dates import local_day
from apps.policies.copies.models import CopiedReport, CopiedReportQuerySet, ReportEvent
from apps.policies.models import Policy
from apps.pools.models import Agreement

# Where no agreement says otherwise; 示例，待主管部门确认.
DEFAULT_HOURS = 24
MOST_AT_ONCE = 1_000


def write_copies(
    *,
    event: ReportEvent,
    policy: Policy,
    partners: Iterable[int],
    text: str,
    url: str,
    once: str,
    happened_at: datetime,
    now: datetime,
    by: Actor,
) -> list[CopiedReport]:
    """One row for the broker, the district's bureau and each co-insurer, in the act's transaction.

    The time for it is that of the agreement on the day it happened.
    """
    with context.entering(MESSENGER.context), transaction.atomic():
        hours = timedelta(hours=report_hours(policy.pool_id, happened_at))
        rows = [
            CopiedReport(
                event=event,
                policy=policy,
                district_id=policy.district_id,
                sender_id=policy.insurer_id,
                receiver_id=receiver,
                once=once,
                text=text,
                url=url,
                happened_at=happened_at,
                due_at=happened_at + hours,
                reported_at=now,
                answer_by=now + hours,
            )
            for receiver in receivers_of(policy, partners)
        ]
        CopiedReport.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        outbox.leave("policies.mail_copies", by=by, once=once)
    return rows


def receivers_of(policy: Policy, partners: Iterable[int]) -> list[int]:
    watching = Q(kind=Kind.BROKER) | Q(kind=Kind.DISTRICT_BUREAU, district=policy.district_id)
    sharing = Q(pk__in=set(partners) - {policy.insurer_id})
    found = Organisation.objects.filter(watching | sharing, is_active=True)
    return list(found.order_by("pk").values_list("pk", flat=True))


def report_hours(pool_id: int, at: datetime) -> int:
    agreements = Agreement.objects.filter(pool=pool_id).on(local_day(at))
    hours = agreements.values_list("report_hours", flat=True).first()
    return DEFAULT_HOURS if hours is None else hours


@transaction.atomic
def acknowledge(*, rows: CopiedReportQuerySet, now: datetime, by: User) -> int:
    """Take note of all of these that came to one's own organisation and still wait."""
    own = rows.received_by(by.organisation_id).waiting()
    # In the order of their keys, so that two clicks wait for each other instead of locking up.
    keys = list(own.order_by("pk").select_for_update().values_list("pk", flat=True)[:MOST_AT_ONCE])
    found = CopiedReport.objects.filter(pk__in=keys)
    done = found.update(
        acknowledged_at=now, acknowledged_by=by.actor_key, acknowledged_by_name=by.actor_name
    )
    if done:
        changes = {"copies": done, "last": found.latest("pk").public_id}
        audit.record("copies.acknowledged", by=by, on=by.organisation, changes=changes)
    return done
