"""Workbooks that people fill in: the template, and the rows of a file that need mending."""

import json
from typing import IO

from django.utils.translation import gettext as _

from apps.core.sheets.writing import Column, write_xlsx
from apps.policies.roster.models import RosterImport
from apps.policies.roster.persons import FIELDS
from apps.policies.roster.table import LABELS

# As the reader of files knows them, in every language of the pages.
HEADINGS = ("姓名", "证件类型", "证件号码", "用工类型", "岗位", "加入日期", "退出日期")
NUMBER = "原表行号"


def template(target: IO[bytes]) -> None:
    """Text in every column, so that no number loses its last digits."""
    write_xlsx(target, [Column(text, width=22) for text in HEADINGS], [])


def faulty_rows(target: IO[bytes], batch: RosterImport) -> None:
    columns = [Column(NUMBER, width=10), *(Column(text, width=22) for text in HEADINGS)]
    columns.append(Column(_("原因"), width=60))
    rows = batch.staged_rows.filter(has_faults=True).order_by("number")
    write_xlsx(target, columns, (_line(row.number, row.cells, row.faults) for row in rows))


def _line(number: int, sealed: str, faults: list[list[str]]) -> list[str]:
    cells = json.loads(sealed)
    reasons = "；".join(f"{LABELS.get(field, '')} {text}".strip() for field, text in faults)
    return [str(number), *(cells.get(field, "") for field in FIELDS), reasons]
