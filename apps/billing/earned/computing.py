"""Gathers a round's business and lets it be computed; for a person's request and a period's end."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing.earned.gathering import gathered_for
from apps.core import context
from apps.core.context import Actor
from apps.core.errors import DomainError
from apps.core.models import Job
from apps.core.running import start_job
from apps.pools.actors import ROUNDS
from apps.pools.errors import RoundRefused
from apps.pools.models import Pool, RoundState, ShareRound
from apps.pools.services.rounds import (
    compute_round,
    open_round,
    refusal_to_compute,
    round_to_open,
)


@transaction.atomic
def gather_and_compute(
    *, share_round: ShareRound, today: date, now: datetime, by: Actor
) -> ShareRound:
    """Freeze what is known of the window and compute the shares from it, in one piece."""
    found = gathered_for(share_round)
    return compute_round(
        share_round=share_round,
        figures=found.figures,
        remarks=found.remarks,
        today=today,
        now=now,
        by=by,
    )


@transaction.atomic
def start_computing(*, share_round: ShareRound, today: date, by: User) -> Job:
    """Queue it as long work, unless it is refused today already."""
    if refusal := refusal_to_compute(share_round, today):
        raise RoundRefused(refusal)
    title = _("计算份额：%(pool)s") % {"pool": share_round.pool.name}
    return start_job("billing.compute_round", by=by, title=title, share_round=share_round.public_id)


def advance(today: date, now: datetime) -> list[str]:
    """Open the rounds of periods that are over, and compute those whose inputs are complete.

    Each pool in a transaction of its own; one that is refused waits for its broker.
    """
    told = []
    with context.entering(ROUNDS.context), transaction.atomic():
        pools = list(Pool.objects.select_related("district"))
    for pool in pools:
        with context.entering(ROUNDS.context), transaction.atomic():
            told += _advance(pool, today, now)
    return told


def _advance(pool: Pool, today: date, now: datetime) -> list[str]:
    told = []
    if not round_to_open(pool, today)[2]:
        opened = open_round(pool=pool, today=today, by=ROUNDS)
        told.append(f"opened {opened.public_id}")
    waiting = ShareRound.objects.filter(pool=pool, state=RoundState.GATHERING)
    for row in waiting.select_related("pool__district", "agreement").order_by("valid_from"):
        # What a person sent back is computed again when that person says so.
        if row.inputs_hash or refusal_to_compute(row, today):
            continue
        try:
            gather_and_compute(share_round=row, today=today, now=now, by=ROUNDS)
        except DomainError as refusal:
            told.append(f"{row.public_id}: {refusal}")
        else:
            told.append(f"computed {row.public_id}")
    return told
