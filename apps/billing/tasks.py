"""What the clock starts."""

from celery import shared_task
from django.utils import timezone

from apps.billing.earned.computing import advance


@shared_task(name="billing.advance_share_rounds")
def advance_share_rounds() -> None:
    advance(timezone.localdate(), timezone.now())
