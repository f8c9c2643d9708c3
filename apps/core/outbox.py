"""Effects after the commit, exactly once: written with the act, delivered with their own mark.

A handler runs in the transaction that marks its effect as done. A worker that dies before the
commit leaves the effect pending; one that dies after it has nothing left to do.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.utils import timezone

from apps.core import context
from apps.core.context import DISPATCH, Actor
from apps.core.models import Effect

logger = logging.getLogger(__name__)
Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}
MOST_ATTEMPTS = 8


def effect(name: str) -> Callable[[Handler], Handler]:
    """Register what carries out effects of this name: `handler(by=actor, **payload)`."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register


def leave(name: str, *, by: Actor, **payload: Any) -> None:
    """Note an effect in the caller's transaction and ring the worker once that is committed."""
    note = Effect(name=name, payload=payload, actor=by.actor_key, request_id=context.request_id())
    note.save(force_insert=True)

    def ring() -> None:
        current_app.send_task("core.deliver", [str(note.pk)])

    transaction.on_commit(ring, robust=True)  # a bell that cannot ring must not undo the act


def deliver(effect_id: str) -> bool:
    """Carry out one pending effect; False when it is done, parked or in other hands."""
    try:
        with context.entering(DISPATCH.context), transaction.atomic():
            note = Effect.objects.pending().select_for_update(skip_locked=True)
            found = note.filter(pk=UUID(effect_id)).first()
            if found is None:
                return False
            _carry_out(found)
    except Exception as error:
        logger.exception("effect %s failed", effect_id)
        _put_off(effect_id, error)
        return False
    return True


def _carry_out(note: Effect) -> None:
    actor = context.actor_of(note.actor)
    if actor is None:
        note.parked_at, note.error = timezone.now(), "actor is gone"
    else:
        with context.as_request(note.request_id), context.entering(actor.context):
            HANDLERS[note.name](by=actor, **note.payload)
        note.done_at = timezone.now()
    note.attempts += 1
    note.save()


def _put_off(effect_id: str, error: Exception) -> None:
    """Try again later, at growing intervals; after the last attempt park it where people see it."""
    with context.entering(DISPATCH.context), transaction.atomic():
        note = Effect.objects.pending().select_for_update().filter(pk=UUID(effect_id)).first()
        if note is None:
            return
        note.attempts += 1
        note.error = f"{type(error).__name__}: {error}"[:500]
        note.due_at = timezone.now() + timedelta(seconds=2**note.attempts * 5)
        if note.attempts >= MOST_ATTEMPTS:
            note.parked_at = timezone.now()
        note.save()


def overdue(limit: int = 500) -> list[str]:
    """Effects whose bell was lost."""
    waiting = timezone.now() - timedelta(seconds=5)
    with context.entering(DISPATCH.context), transaction.atomic():
        rows = Effect.objects.pending().filter(due_at__lte=waiting).order_by("due_at")
        return [str(pk) for pk in rows.values_list("pk", flat=True)[:limit]]
