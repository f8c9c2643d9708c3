"""What happened to an object, as far as the reader may know, in the words of the page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from apps.accounts.actions import FACTS, action_label
from apps.accounts.models import User
from apps.accounts.roles import ROLES
from apps.accounts.selectors import events_visible_to
from apps.core.audit import target_of
from apps.core.fields import EncryptedTextField
from apps.core.models import AuditEvent

MOST = 200


@dataclass(frozen=True)
class Change:
    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Happening:
    """One event, for components/timeline.html and the list of all events."""

    at: datetime
    title: str
    actor: str
    role: str
    organisation: str
    reason: str
    changes: list[Change]
    target: str
    target_name: str
    request_id: str


def timeline(
    row: models.Model,
    user: User,
    *,
    and_of: Iterable[models.Model] = (),
    leaving_out: str = "",
) -> list[Happening]:
    """The events of a row, and of rows that belong to it, newest first; at most 200.

    `changes` of an event are labelled by the verbose names of the row's fields, else by
    actions.FACTS; the value of an encrypted field is never shown. Actions that begin with
    `leaving_out` are not told.
    """
    targets = [target_of(one) for one in (row, *and_of)]
    events = events_visible_to(user).filter(target__in=targets).order_by("-id")
    if leaving_out:
        events = events.exclude(action__startswith=leaving_out)
    return [happening(event) for event in events[:MOST]]


def happening(event: AuditEvent) -> Happening:
    return Happening(
        at=event.at,
        title=action_label(event.action),
        actor=event.actor_name,
        role=role_title(event.actor_role),
        organisation=event.organisation_name,
        reason=event.reason,
        changes=list(changes_of(event)),
        target=event.target,
        target_name=event.target_name,
        request_id=event.request_id,
    )


def role_title(role: str) -> str:
    return str(ROLES[role].title) if role in ROLES else _("系统")


def changes_of(event: AuditEvent) -> Iterator[Change]:
    """A pair is before and after; anything else is a fact that came with the act."""
    fields = _fields_of(event.target)
    for name, value in event.changes.items():
        before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
        field = fields.get(name)
        label = str(field.verbose_name) if field else str(FACTS.get(name, name))
        yield Change(label, _shown(field, before), _shown(field, after))


def _fields_of(target: str) -> Mapping[str, Any]:
    label, _colon, _key = target.partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):  # an event outlives the model it speaks of
        return {}
    return {
        field.name: field for field in model._meta.get_fields() if hasattr(field, "verbose_name")
    }


def _shown(field: Any, value: Any) -> Any:
    if value in (None, ""):
        return None
    if isinstance(field, EncryptedTextField):
        return _("（不显示）")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    choices = dict(getattr(field, "flatchoices", None) or [])
    return choices.get(value, value) if not isinstance(value, list | dict) else value
