"""The rows of the list as HTML.

Drawn here and not by a template: fifty rows of six cells are most of the page, and a template
looks each of their words up anew.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.enterprises.columns import Column, tone_of
from apps.enterprises.selectors.register import Row

LINE = '<tr><td class="cell-title"><a href="{}">{}</a>{}</td>{}</tr>\n'
NOTE = ' <span class="cell-note">{}</span>'
CELL = '<td class="{}" data-label="{}">{}</td>'
STATE = '<span class="state-small"><span class="dot tone-{}" aria-hidden="true"></span>{}</span>'


def lines_of(rows: Iterable[Row], columns: Sequence[Column]) -> SafeString:
    before, _mark, after = reverse("enterprises:detail", args=["-"]).rpartition("-")
    heads = [(one, "num" if one.is_number else "", escape(str(one.label))) for one in columns]
    lines = []
    for row in rows:
        own = row.enterprise
        address = f"{before}{own.public_id}{after}"
        cells = [CELL.format(css, label, inside_of(row, one)) for one, css, label in heads]
        lines.append(LINE.format(address, escape(own.name), former_name_of(row), "".join(cells)))
    return mark_safe("".join(lines))  # noqa: S308  every word of a row is escaped


def inside_of(row: Row, column: Column) -> str:
    text = escape(shown(column.value(row)))
    return STATE.format(tone_of(row), text) if column.key == "state" else text


def former_name_of(row: Row) -> str:
    if not row.former_name:
        return ""
    return NOTE.format(_("曾用名：%(name)s") % {"name": escape(row.former_name)})


def shown(value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).date().isoformat()
    return f"{value:,}" if isinstance(value, int) else str(value)
