"""The gate takes seconds to minutes: it runs behind the page, tells how far it is, and can stop."""

import time
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.catalogue.models import TariffVersion
from apps.core.running import Progress, job
from apps.rating.gate.services import KIND, run_gate
from apps.rating.gate.words import TITLES
from apps.rating.rules.gate import GateKind, Watch

EVERY = 0.5  # seconds between two messages


@job(KIND)
def examine_tariff(progress: Progress, actor: User) -> dict[str, Any]:
    """Telling raises JobCancelled where the job was cancelled, and so ends the examination."""
    with transaction.atomic():
        rows = TariffVersion.objects.visible_to(actor).select_related("product")
        version = rows.get(pk=progress.terms["version"])
    last = 0.0

    def tell(kind: GateKind, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > EVERY:
            last = time.monotonic()
            progress.tell(done, total, str(TITLES[kind]))

    report = run_gate(version=version, by=actor, watch=Watch(tell=tell))
    return {"url": report.get_absolute_url(), "passed": report.passed}
