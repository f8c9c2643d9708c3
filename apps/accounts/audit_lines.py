"""The rows of the list of all events as HTML.

Drawn here and not by a template, which looks each of their words up anew for each of fifty rows.
"""

from collections.abc import Iterable
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.accounts.timeline import Change, Happening
from apps.core.templatetags.ui import moment

LINE = (
    '<tr><td class="cell-title">{title}</td><td data-label="{at_label}">{at}</td>'
    '<td data-label="{target_label}"><a href="{address}">{target}</a></td>'
    '<td data-label="{actor_label}"><div>{actor} <span class="cell-note">{role}</span></div></td>'
    '<td data-label="{why_label}"><div>{reason}{changes}</div></td></tr>\n'
)
CHANGES = '<details><summary>{}</summary><ul class="list-unstyled mb-0">{}</ul></details>'
CHANGE = '<li><span class="text-muted">{}</span> {}{}</li>'
BEFORE = "<del>{}</del> → "


def audit_lines(happenings: Iterable[Happening]) -> SafeString:
    labels = {
        "at_label": escape(_("时间")),
        "target_label": escape(_("对象")),
        "actor_label": escape(_("操作人")),
        "why_label": escape(_("理由和变更")),
    }
    address, summary = reverse("accounts:audit") + "?target=", escape(_("变更"))
    lines = [
        LINE.format(
            title=escape(event.title),
            at=moment(event.at),
            address=escape(address + quote(event.target)),
            target=escape(event.target_name),
            actor=escape(event.actor),
            role=escape(f"{event.role} {event.organisation}"),
            reason=escape(event.reason),
            changes=_changes(event.changes, summary),
            **labels,
        )
        for event in happenings
    ]
    return mark_safe("".join(lines))  # noqa: S308  every word of a row is escaped


def _changes(changes: list[Change], summary: str) -> str:
    if not changes:
        return ""
    told = "".join(
        CHANGE.format(escape(one.label), _before(one), _shown(one.after)) for one in changes
    )
    return CHANGES.format(summary, told)


def _before(change: Change) -> str:
    return "" if change.before is None else BEFORE.format(_shown(change.before))


def _shown(value: object) -> str:
    return "" if value is None else escape(str(value))
