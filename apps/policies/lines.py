"""The rows of the list as HTML, drawn here for the reason that apps.enterprises.lines gives."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import amount, day, last_day, money
from apps.policies.selectors.listing import Row

TITLE = '<td class="cell-title text-nowrap"><a href="{}">{}</a></td>'
CELL = '<td data-label="{}">{}</td>'
SUM = '<td class="num" data-label="{}">{}</td>'
MUTED = '<span class="text-muted">{}</span>'
TERM = '<span class="text-nowrap">{}</span> <span class="text-nowrap">{}</span>'
STATE = (
    '<div><span class="state-small"><span class="dot tone-{}" aria-hidden="true"></span>{}</span>'
    "{}</div>"
)
NOTE = ' <span class="cell-note">{}</span>'


def heads(*, is_enterprise: bool) -> list[dict[str, str]]:
    """An enterprise knows who the insured is."""
    shown = [
        {"label": _("保单号")},
        {"label": _("场所")},
        {"label": _("每人限额"), "css": "num"},
        {"label": _("保险费（元）"), "css": "num"},
        {"label": _("保险期间")},
        {"label": _("状态")},
        {"label": _("承保机构")},
    ]
    if not is_enterprise:
        shown.insert(1, {"label": _("被保险人")})
    return shown


def lines_of(rows: Iterable[Row], *, is_enterprise: bool) -> SafeString:
    before, _mark, after = reverse("policies:detail", args=["-"]).rpartition("-")
    labels = [escape(head["label"]) for head in heads(is_enterprise=is_enterprise)[1:]]
    hidden = MUTED.format(escape(_("共保，不显示")))
    lines = []
    for row in rows:
        own = row.policy
        cells = [
            (CELL, hidden if row.is_partner else escape(row.site)),
            (SUM, amount(row.limit)),
            (SUM, money(own.premium)),
            (CELL, _term(row)),
            (CELL, _state(row)),
            (CELL, escape(row.insurer)),
        ]
        if not is_enterprise:
            cells.insert(0, (CELL, escape(own.insured_name)))
        drawn = [
            cell.format(label, text) for label, (cell, text) in zip(labels, cells, strict=True)
        ]
        title = TITLE.format(f"{before}{own.public_id}{after}", escape(own.number))
        lines.append(f"<tr>{title}{''.join(drawn)}</tr>\n")
    return mark_safe("".join(lines))  # noqa: S308  every word of a row is escaped


def _term(row: Row) -> str:
    own = row.policy
    if own.cover_from is None:
        return MUTED.format(escape(_("约定 %(day)s 起") % {"day": day(own.wanted_from)}))
    return TERM.format(day(own.cover_from), f"{escape(_('至'))} {last_day(own.cover_to)}")


def _state(row: Row) -> str:
    told = row.status
    since = _("自 %(since)s") % {"since": day(told["since"])} if told.get("since") else ""
    words = " ".join(filter(None, (since, str(told.get("next") or ""))))
    note = NOTE.format(escape(words)) if words else ""
    return STATE.format(told["tone"], escape(str(told["label"])), note)
