"""The press is warm before the worker splits: its processes share the fonts and the library."""

from typing import Any

from celery.signals import worker_init

from apps.documents.outputs import warm


@worker_init.connect
def warm_the_press(**_about: Any) -> None:
    warm()
