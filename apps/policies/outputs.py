"""Workbooks that people fill in: the template, and the rows of a file that need mending."""

import json
from typing import IO

from django.utils.translation import gettext as _

from apps.core.sheets.writing import Column, write_xlsx
from apps.policies.roster.models import RosterImport
from apps.policies.roster.persons import FIELDS
from apps.policies.roster.table import LABELS
from apps.policies.roster.vocabulary import NUMBER, TEMPLATE


def template(target: IO[bytes]) -> None:
    """Text in every column, so that no number loses its last digits."""
    write_xlsx(target, [Column(text, width=22) for text in TEMPLATE], [])


def faulty_rows(target: IO[bytes], batch: RosterImport) -> None:
    columns = [Column(NUMBER, width=10), *(Column(text, width=22) for text in TEMPLATE)]
    columns.append(Column(_("原因"), width=60))
    rows = batch.staged_rows.filter(has_faults=True).order_by("number")
    write_xlsx(target, columns, (_line(row.number, row.cells, row.faults) for row in rows))


def _line(number: int, sealed: str, faults: list[list[str]]) -> list[str]:
    cells = json.loads(sealed)
    reasons = "；".join(f"{LABELS.get(field, '')} {text}".strip() for field, text in faults)
    return [str(number), *(cells.get(field, "") for field in FIELDS), reasons]
