"""What happens by the clock."""

from celery import shared_task
from django.utils import timezone

from apps.rating.services import archive_lapsed


@shared_task(name="rating.archive_quotes")
def archive_quotes() -> int:
    """Batch by batch, so that no lock is held for long."""
    today, whole = timezone.localdate(), 0
    while done := archive_lapsed(today=today, now=timezone.now()):
        whole += done
    return whole
