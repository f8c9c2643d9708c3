"""An effect and a job for the fault tests: they write, and then wait as long as a file exists."""

import time
from pathlib import Path
from typing import Any

from django.db import transaction

from apps.core.outbox import effect
from apps.core.running import Progress, job
from apps.messaging.models import Notice


def wait_while(path: str) -> None:
    for _ in range(600):
        if not Path(path).exists():
            return
        time.sleep(0.05)


@effect("faults.tell")
def tell(*, by: Any, once: str, gate: str, seen: str) -> None:
    Notice.objects.create(receiver=by, title="一次", once=once)
    Path(seen).touch()
    wait_while(gate)


@job("faults.count")
def count(progress: Progress, actor: Any) -> dict[str, Any]:
    gate, seen = progress.terms["gate"], progress.terms["seen"]
    with transaction.atomic():
        Notice.objects.get_or_create(receiver=actor, once="job", defaults={"title": "任务"})
    progress.tell(1, 2)
    Path(seen).touch()
    wait_while(gate)
    progress.tell(2, 2)
    return {"counted": 2}
