"""Long work about accounts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.filters import EventFilter
from apps.accounts.models import User
from apps.accounts.selectors import events_visible_to
from apps.accounts.timeline import happening
from apps.core.models import AuditEvent
from apps.core.running import Progress, job
from apps.core.sheets.writing import Column, write_xlsx

CHUNK = 1_000


@job("accounts.export_events")
def export_events(progress: Progress, actor: User) -> dict[str, Any]:
    """The events in the order they happened, with the columns of the page."""
    columns = [
        Column(_("时间"), width=20),
        Column(_("事项"), width=20),
        Column(_("对象"), width=30),
        Column(_("操作人")),
        Column(_("角色")),
        Column(_("单位"), width=30),
        Column(_("理由"), width=30),
        Column(_("变更"), width=60),
        Column(_("请求编号"), width=24),
    ]
    path = Path("jobs") / f"{progress.job.public_id}.xlsx"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_xlsx(file, columns, _rows(progress, actor), title=_("操作记录"))
    progress.keep(str(path))
    return {}


def _rows(progress: Progress, actor: User) -> Iterator[list[str]]:
    """In transactions of their own, so that the bar moves between them."""
    terms = progress.terms["terms"]
    with transaction.atomic():
        total = EventFilter(terms, events_visible_to(actor)).qs.count()
    last, done = 0, 0
    while True:
        with transaction.atomic():
            rows = EventFilter(terms, events_visible_to(actor)).qs
            events = list(rows.filter(pk__gt=last).order_by("id")[:CHUNK])
        if not events:
            return
        yield from map(_row, events)
        last, done = events[-1].pk, done + len(events)
        progress.tell(done, max(total, done))


def _row(event: AuditEvent) -> list[str]:
    told = happening(event)
    changes = [f"{change.label}: {_pair(change.before, change.after)}" for change in told.changes]
    return [
        f"{told.at.astimezone():%Y-%m-%d %H:%M:%S}",
        told.title,
        told.target_name,
        told.actor,
        told.role,
        told.organisation,
        told.reason,
        "\n".join(changes),
        told.request_id,
    ]


def _pair(before: Any, after: Any) -> str:
    return f"{after}" if before is None else f"{before} → {after}"
