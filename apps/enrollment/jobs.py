"""What enrolment does by the clock and in bulk."""

from typing import Any

from celery import shared_task
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.running import Progress, job
from apps.enrollment.renewals.board import ending, successors
from apps.enrollment.renewals.services import INVITE, invite, remind

PART = 100


@shared_task(name="enrollment.remind_renewals")
def remind_renewals() -> int:
    return remind(timezone.localdate())


@job(INVITE)
def invite_renewals(progress: Progress, actor: User) -> dict[str, Any]:
    """Each enterprise once a day, however often the job is taken up again."""
    keys, today = progress.terms["policies"], timezone.localdate()
    for place in range(0, len(keys), PART):
        with transaction.atomic():
            rows = list(ending(actor).filter(public_id__in=keys[place : place + PART]))
            done = successors(rows)
            for row in rows:
                if row.pk not in done:
                    once = f"policy:{row.pk}:invited:{today.isoformat()}"
                    invite(row, today=today, by=actor, once=once)
        progress.tell(min(place + PART, len(keys)), len(keys))
    return {"url": reverse("enrollment:renewals")}
