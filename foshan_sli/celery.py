"""The job runner. Every task carries the scope of whoever caused it; see apps.core.tasking."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foshan_sli.settings")

app = Celery("foshan_sli", task_cls="apps.core.tasking:ScopedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="jobs")
