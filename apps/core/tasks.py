"""The worker's ends of the outbox, the jobs and the audit chain."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from apps.core import audit, context, idempotency, outbox, running


@shared_task(name="core.deliver")
def deliver(effect_id: str) -> None:
    outbox.deliver(effect_id)


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    running.run(job_id)


@shared_task(name="core.sweep")
def sweep() -> None:
    """Ring again for what was lost: the broker may forget, the rows do not."""
    for effect_id in outbox.overdue():
        deliver.delay(effect_id)
    for job_id in running.lost():
        run_job.delay(job_id)


@shared_task(name="core.seal_audit")
def seal_audit() -> None:
    with context.entering(context.SEAL.context):
        audit.seal()


@shared_task(name="core.forget")
def forget() -> None:
    """Drop what was kept for a while only."""
    now = timezone.now()
    with context.entering(context.DISPATCH.context), transaction.atomic():
        idempotency.forget_expired(now)
        Session.objects.filter(expire_date__lt=now).delete()
    running.forget_results(now)
