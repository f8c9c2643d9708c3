"""Workbooks that bureaus fill in: the template, and the rows of a file that need mending."""

from typing import IO

from django.utils.translation import gettext as _

from apps.core.sheets.writing import Column, write_xlsx
from apps.duty.models import RegistryImport
from apps.duty.registry.reading import LABELS, NUMBER, TEMPLATE


def template(target: IO[bytes]) -> None:
    """Text in every column, so that no code loses its last digits."""
    write_xlsx(target, [Column(text, width=22) for text in TEMPLATE], [])


def faulty_rows(target: IO[bytes], batch: RegistryImport) -> None:
    columns = [Column(NUMBER, width=10), *(Column(text, width=22) for text in TEMPLATE)]
    columns.append(Column(_("原因"), width=60))
    rows = batch.staged_rows.filter(effect="faulty").order_by("number")
    lines = (
        [
            str(row.number),
            *(row.cells.get(name, "") for name in LABELS),
            in_words(row.faults),
        ]
        for row in rows
    )
    write_xlsx(target, columns, lines)


def in_words(faults: list[list[str]]) -> str:
    return _("；").join(f"{LABELS.get(name, '')}：{text}" for name, text in faults)
