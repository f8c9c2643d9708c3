"""The register as a file, written in the background with the eyes of whoever asked for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.running import Progress, job
from apps.core.sheets.writing import Column, write_xlsx
from apps.enterprises import columns as layout
from apps.enterprises.filters import EnterpriseFilter
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors.register import Row, Terms, enterprises_fitting, rows_of
from apps.enterprises.services.exports import EXPORT

BATCH = 500


@job(EXPORT)
def export(progress: Progress, actor: User) -> dict[str, Any]:
    """The filter in force, the columns on screen; contacts for those only who may reveal them."""
    chosen = layout.chosen(progress.terms["columns"])
    contacts = progress.terms["contacts"] and can(actor, Permission.REVEAL_PERSONAL_DATA)
    file = Path("jobs") / f"{progress.job.public_id}.xlsx"
    target = Path(settings.MEDIA_ROOT) / file
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as opened:
        lines = lines_of(progress, actor, chosen, contacts=contacts)
        write_xlsx(opened, headings(chosen, contacts=contacts), lines, title=_("企业名录"))
    progress.keep(str(file))
    return {"rows": progress.job.done}


def headings(chosen: list[layout.Column], *, contacts: bool) -> list[Column]:
    columns = [Column(_("企业"), width=36)]
    for column in chosen:
        kind = "integer" if column.is_number else "date" if column.key == "registered" else "text"
        columns.append(Column(str(column.label), kind, column.width))  # type: ignore[arg-type]
    if contacts:
        columns += [Column(_("联系人")), Column(_("联系电话"))]
    return columns


def lines_of(
    progress: Progress, actor: User, chosen: list[layout.Column], *, contacts: bool
) -> Iterator[list[Any]]:
    """Batch by batch, by key, each in a transaction of its own under the actor's scope."""
    terms = terms_of(progress, actor)
    with transaction.atomic():
        total = enterprises_fitting(actor, terms).count()
    progress.tell(0, total)
    last, done = None, 0
    while True:
        with transaction.atomic():
            rows = enterprises_fitting(actor, terms).order_by("-pk")
            batch = list((rows if last is None else rows.filter(pk__lt=last))[:BATCH])
            along = layout.needs_of(chosen)
            lines = [line_of(row, chosen, contacts) for row in rows_of(batch, actor, along=along)]
        if not batch:
            return
        yield from lines
        last, done = batch[-1].pk, done + len(batch)
        progress.tell(done, max(total, done))


def terms_of(progress: Progress, actor: User) -> Terms:
    data = QueryDict(mutable=True)
    for name, values in progress.terms["filter"].items():
        data.setlist(name, values)
    with transaction.atomic():
        return EnterpriseFilter(data, Enterprise.objects.none(), user=actor).terms


def line_of(row: Row, chosen: list[layout.Column], contacts: bool) -> list[Any]:
    line = [row.enterprise.name, *(column.value(row) for column in chosen)]
    if contacts:
        line += [row.enterprise.contact_name, row.enterprise.contact_phone]
    return line
