"""Long work on rosters: reading a big file, and putting everybody in it on the roster."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.core.running import Progress, job
from apps.policies.roster.models import RosterImport
from apps.policies.services.imports import commit, give_up, stage
from apps.policies.services.jobs import COMMIT, STAGE


def batch_of(progress: Progress, actor: User) -> RosterImport:
    with transaction.atomic():
        rows = RosterImport.objects.visible_to(actor)
        along = rows.select_related("policy__limit_choice", "file")
        return along.get(public_id=progress.terms["batch"])


def day_of(progress: Progress) -> date:
    """The day on which it was asked for: a job that starts after midnight is not a later wish."""
    return date.fromisoformat(progress.terms["today"])


def tell(progress: Progress) -> Any:
    return lambda done, total: progress.tell(done, total)


@job(STAGE)
def stage_import(progress: Progress, actor: User) -> dict[str, Any]:
    batch = batch_of(progress, actor)
    if batch.state == RosterImport.State.STAGED:
        try:
            stage(batch=batch, file=None, today=day_of(progress), tell=tell(progress))
        except DomainError:
            give_up(batch)
            raise
    return {"url": reverse("policies:import", args=[batch.public_id])}


@job(COMMIT)
def commit_import(progress: Progress, actor: User) -> dict[str, Any]:
    """Once: a job taken up again finds the import committed."""
    batch = batch_of(progress, actor)
    if batch.state == RosterImport.State.STAGED:
        commit(batch=batch, today=day_of(progress), by=actor, tell=tell(progress))
    return {"url": reverse("policies:people", args=[batch.policy.public_id])}
