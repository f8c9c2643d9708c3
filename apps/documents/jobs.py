from celery import shared_task
from django.utils import timezone

from apps.documents.services import files


@shared_task(name="documents.sweep")
def sweep() -> None:
    files.sweep(timezone.now())
