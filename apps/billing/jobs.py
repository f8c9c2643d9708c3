"""Long work about money."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing.bank.services import record_sure
from apps.billing.earned.computing import gather_and_compute
from apps.billing.models import BankFile
from apps.billing.monthly.services import make_statement, month_due
from apps.billing.rules import month_after
from apps.core.errors import DomainError
from apps.core.running import Progress, job
from apps.pools.models import Pool, ShareRound


@job("billing.compute_round")
def compute_round(progress: Progress, actor: User) -> dict[str, Any]:
    """Safe to repeat: a round that is computed already is left as it is."""
    progress.tell(0, 2, _("归集业务数据"))
    with transaction.atomic():
        rows = ShareRound.objects.visible_to(actor).select_related("pool__district", "agreement")
        found = rows.filter(public_id=progress.terms["share_round"]).first()
        if found is None:
            raise DomainError(_("没有找到这一轮份额调整。"))
        if found.state == ShareRound.State.GATHERING:
            gather_and_compute(
                share_round=found, today=timezone.localdate(), now=timezone.now(), by=actor
            )
    progress.tell(2, 2)
    return {"url": found.get_absolute_url()}


@job("billing.make_statements")
def make_statements(progress: Progress, actor: User) -> dict[str, Any]:
    """Every pool's months that are over, each in a transaction of its own; safe to repeat.

    Up to and with the month `through`, where one was asked for.
    """
    today, made = timezone.localdate(), 0
    last = date.fromisoformat(progress.terms.get("through") or f"{today:%Y-%m}-01")
    with transaction.atomic():
        pools = list(Pool.objects.visible_to(actor).order_by("district__order"))
    for place, pool in enumerate(pools):
        progress.tell(place, len(pools), pool.name)
        while month := _made_next(pool, last, today, actor):
            made += 1
            progress.tell(place, len(pools), f"{pool.name} {month:%Y-%m}")
    progress.tell(len(pools), len(pools))
    return {"made": made, "url": reverse("billing:statements")}


def _made_next(pool: Pool, last: date, today: date, actor: User) -> date | None:
    with transaction.atomic():
        month = month_due(pool)
        if month is None or month > last or today < month_after(month):
            return None
        make_statement(pool=pool, month=month, today=today, by=actor)
    return month


@job("billing.record_bank_lines")
def record_bank_lines(progress: Progress, actor: User) -> dict[str, Any]:
    """Every line is a transaction of its own: one taken up again finds the rest."""
    with transaction.atomic():
        batch = BankFile.objects.visible_to(actor).get(public_id=progress.terms["batch"])
    day = date.fromisoformat(progress.terms["today"])
    record_sure(batch=batch, today=day, by=actor, tell=progress.tell)
    return {"url": batch.get_absolute_url()}
