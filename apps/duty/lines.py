"""The rows of the ledger as HTML; drawn here for speed, as the register's are."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.duty.columns import ON_PAGE, Column
from apps.duty.selectors.ledger import Row
from apps.duty.words import TONES

NARROW = frozenset({"town", "state", "since"})
LINE = '<tr>{}<td class="cell-title"><a href="{}">{}</a>{}</td>{}</tr>\n'
PICK = (
    '<td class="cell-select"><input class="form-check-input" type="checkbox" name="selected" '
    'value="{}" form="bulk" aria-label="{}"></td>'
)
NOTE = ' <span class="cell-note">{}</span>'
CELL = '<td class="{}" data-label="{}">{}</td>'
STATE = '<span class="state-small"><span class="dot tone-{}" aria-hidden="true"></span>{}</span>'


def lines_of(rows: Iterable[Row], today: date, *, may_pick: bool) -> SafeString:
    before, _mark, after = reverse("duty:site", args=["-"]).rpartition("-")
    heads = [(one, css_of(one), escape(str(one.label))) for one in ON_PAGE]
    lines = []
    for row in rows:
        name = escape(row.enterprise.name)
        pick = PICK.format(row.site.public_id, _("选择 %(label)s") % {"label": name})
        cells = [CELL.format(css, label, inside_of(row, one, today)) for one, css, label in heads]
        address = f"{before}{row.site.public_id}{after}"
        note = NOTE.format(escape(row.site.name))
        lines.append(LINE.format(pick if may_pick else "", address, name, note, "".join(cells)))
    return mark_safe("".join(lines))  # noqa: S308  every word of a row is escaped


def css_of(column: Column) -> str:
    return "num" if column.is_number else "text-nowrap" if column.key in NARROW else ""


def inside_of(row: Row, column: Column, today: date) -> str:
    text = escape(shown(column.value(row, today)))
    return STATE.format(TONES[row.duty.state], text) if column.key == "state" else text


def shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
