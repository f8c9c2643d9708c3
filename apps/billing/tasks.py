"""What the clock starts."""

from celery import shared_task
from django.utils import timezone

from apps.billing.dunning.reminding import remind_of_premium
from apps.billing.earned.computing import advance
from apps.billing.monthly.lateness import remind_late
from apps.billing.nightly import check_tonight
from apps.billing.sealing import seal_all


@shared_task(name="billing.advance_share_rounds")
def advance_share_rounds() -> None:
    advance(timezone.localdate(), timezone.now())


@shared_task(name="billing.seal_books")
def seal_books() -> None:
    seal_all()


@shared_task(name="billing.check_books")
def check_books() -> None:
    check_tonight(timezone.localdate())


@shared_task(name="billing.remind_late_statements")
def remind_late_statements() -> None:
    remind_late(timezone.localdate())


@shared_task(name="billing.remind_of_premium")
def remind_premium() -> None:
    remind_of_premium(timezone.localdate())
