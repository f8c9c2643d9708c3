"""The rows of the list as HTML, drawn here for the reason that apps.enterprises.lines gives."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from apps.enrollment.columns import Column, note_of, tone_of
from apps.enrollment.selectors.listing import Row

LINE = (
    '<tr><td class="cell-title"><a href="{}">{}</a> <span class="cell-note">{}</span></td>{}</tr>\n'
)
CELL = '<td data-label="{}" class="{}">{}</td>'
STATE = '<span class="state-small"><span class="dot tone-{}" aria-hidden="true"></span>{}</span>'
NOTE = ' <span class="cell-note">{}</span>'


def lines_of(rows: Iterable[Row], columns: Sequence[Column], *, is_own: bool) -> SafeString:
    """`is_own`: an enterprise among its own, which are told apart by their sites."""
    before, _mark, after = reverse("enrollment:application", args=["-"]).rpartition("-")
    heads = [(one, escape(str(one.label))) for one in columns]
    lines = []
    for row in rows:
        own = row.application
        name = escape(row.site_name if is_own else row.enterprise_name)
        cells = [CELL.format(label, one.css, inside_of(row, one)) for one, label in heads]
        address = f"{before}{own.public_id}{after}"
        lines.append(LINE.format(address, name, escape(own.number), "".join(cells)))
    return mark_safe("".join(lines))  # noqa: S308  every word of a row is escaped


def inside_of(row: Row, column: Column) -> str:
    text = escape(column.value(row))
    if column.key != "state":
        return text
    note = note_of(row)
    tone = tone_of(row.application.state)
    return STATE.format(tone, text) + (NOTE.format(escape(note)) if note else "")
