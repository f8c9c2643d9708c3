"""Starts long work, carries it out, and takes it up again where a worker died.

A job's handler gets the job as `Progress` and the actor who asked. It opens its own transactions
and tells its progress between them; it may be started again, so it must be safe to repeat.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import context, outbox
from apps.core.context import DISPATCH, Actor
from apps.core.errors import DomainError
from apps.core.models import Job

logger = logging.getLogger(__name__)
SILENCE = timedelta(seconds=60)  # a running job that tells nothing for so long has lost its worker
RESULT_KEPT = timedelta(days=7)
MOST_ATTEMPTS = 5


class JobCancelled(Exception):
    """Raised inside a handler when whoever asked for the job has cancelled it."""


class Progress:
    """A handler's line to the job's row; every message is a transaction of its own."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.terms: dict[str, Any] = job.terms

    def tell(self, done: int, total: int, note: str = "") -> None:
        """Raise JobCancelled when the job was cancelled meanwhile."""
        facts = {"done": done, "total": total, "note": note, "beat_at": timezone.now()}
        with context.entering(DISPATCH.context), transaction.atomic():
            alive = Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING)
            if not alive.filter(cancel_asked_at=None).update(**facts):
                raise JobCancelled

    def keep(self, file: str) -> None:
        """Remember a produced file, relative to the private media folder."""
        with context.entering(DISPATCH.context), transaction.atomic():
            Job.objects.filter(pk=self.job.pk).update(file=file)


Handler = Callable[[Progress, Any], dict[str, Any]]
HANDLERS: dict[str, Handler] = {}


def job(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind: `handler(progress, actor) -> result`."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def start_job(kind: str, *, by: Actor, title: str, **terms: Any) -> Job:
    """Queue long work in the caller's transaction; the worker is rung once that is committed."""
    queued = Job.objects.create(
        kind=kind, title=title, actor=by.actor_key, request_id=context.request_id(), terms=terms
    )

    def ring() -> None:
        current_app.send_task("core.run_job", [queued.pk])

    transaction.on_commit(ring, robust=True)
    return queued


def cancel_job(queued: Job, *, by: Actor) -> None:
    """Stop a waiting job at once and a running one at its next sign of life."""
    with transaction.atomic():
        row = Job.objects.started_by(by.actor_key).select_for_update().get(pk=queued.pk)
        if row.state == Job.State.QUEUED:
            row.state, row.finished_at = Job.State.CANCELLED, timezone.now()
        elif row.state == Job.State.RUNNING:
            row.cancel_asked_at = timezone.now()
        row.save()


def run(job_id: int) -> None:
    """Claim a job and carry it out; does nothing when another worker has it."""
    claimed = _claim(job_id)
    if claimed is None:
        return
    actor = context.actor_of(claimed.actor)
    try:
        if actor is None:
            raise DomainError(_("发起人的账号已停用，任务没有执行。"))
        with context.as_request(claimed.request_id), context.entering(actor.context):
            result = HANDLERS[claimed.kind](Progress(claimed), actor)
    except JobCancelled:
        _finish(claimed, Job.State.CANCELLED)
    except DomainError as refusal:
        _finish(claimed, Job.State.FAILED, note=str(refusal))
    except Exception:
        logger.exception("job %s failed", claimed.public_id)
        _finish(claimed, Job.State.FAILED, note=_("系统出错，任务没有完成；请稍后重试。"))
    else:
        _finish(claimed, Job.State.DONE, result=result)


def _claim(job_id: int) -> Job | None:
    now = timezone.now()
    with context.entering(DISPATCH.context), transaction.atomic():
        row = Job.objects.unfinished().select_for_update(skip_locked=True).filter(pk=job_id).first()
        if row is None or (row.beat_at and row.beat_at > now - SILENCE):
            return None
        if row.attempts >= MOST_ATTEMPTS:
            row.state, row.finished_at = Job.State.FAILED, now
            row.note = _("多次中断，任务没有完成；请重新发起。")
        else:
            row.state, row.attempts = Job.State.RUNNING, row.attempts + 1
            row.started_at, row.beat_at = row.started_at or now, now
        row.save()
    return None if row.is_finished else row


def _finish(claimed: Job, state: str, **facts: Any) -> None:
    with context.entering(DISPATCH.context), transaction.atomic():
        running = Job.objects.filter(pk=claimed.pk, state=Job.State.RUNNING)
        if running.update(state=state, finished_at=timezone.now(), **facts):
            outbox.leave(
                "core.job_finished",
                by=DISPATCH,
                actor=claimed.actor,
                job=claimed.public_id,
                title=claimed.title,
                state=str(state),
            )


def lost(limit: int = 100) -> list[int]:
    """Jobs nobody works on: never rung, or their worker died."""
    quiet_since = timezone.now() - SILENCE
    with context.entering(DISPATCH.context), transaction.atomic():
        rows = Job.objects.unfinished().exclude(beat_at__gt=quiet_since)
        late = rows.filter(created_at__lte=timezone.now() - timedelta(seconds=5))
        return list(late.values_list("pk", flat=True)[:limit])


def forget_results(now: datetime) -> int:
    """Delete the files of jobs that ended a week ago; says how many. The rows stay."""
    with context.entering(DISPATCH.context), transaction.atomic():
        kept = Job.objects.filter(finished_at__lt=now - RESULT_KEPT).exclude(file="")
        old = list(kept.select_for_update(skip_locked=True))
        for row in old:
            (Path(settings.MEDIA_ROOT) / row.file).unlink(missing_ok=True)
        kept.filter(pk__in=[row.pk for row in old]).update(file="")
    return len(old)
