"""Takes the official table of GB/T 4754-2017: all of it or nothing."""

import re
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.search import bigrams
from apps.reference.models import Industry
from apps.reference.services.tables import Faults, Table, records

COLUMNS = {
    "code": ("代码", "行业代码", "类别代码", "code"),
    "name": ("名称", "类别名称", "行业名称", "name"),
}
CODE = re.compile(r"[A-T]|\d{2,4}")
LEVELS = {1: Industry.Level.SECTION, 2: Industry.Level.DIVISION, 3: Industry.Level.GROUP}
LONGEST_CODE, LONGEST_NAME = 4, 120


@dataclass
class IndustryChanges:
    """What the table brings, by code."""

    added: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    same: int = 0


@transaction.atomic
def load_industries(table: Table, *, dry_run: bool = False) -> IndustryChanges:
    """Add and rename industries from rows of code and name. What the table omits stays."""
    known = {row.code: row for row in Industry.objects.all()}
    names = _checked(table, known)
    changes = IndustryChanges()
    # Sorted, so that what lies above a code is there before it.
    for code in sorted(names, key=lambda code: (len(code), code)):
        row = known.get(code)
        if row is None:
            changes.added.append(code)
        elif row.name != names[code]:
            changes.renamed.append(code)
        else:
            changes.same += 1
    if not dry_run:
        _write(names, changes, known)
    return changes


def _write(names: dict[str, str], changes: IndustryChanges, known: dict[str, Industry]) -> None:
    for code in changes.renamed:
        row = known[code]
        row.name, row.bigrams = names[code], bigrams(names[code])
    Industry.objects.bulk_update([known[code] for code in changes.renamed], ["name", "bigrams"])
    for code in changes.added:
        parent = known[code[:-1]]
        known[code] = Industry.objects.create(
            code=code,
            name=names[code],
            section=parent.section,
            level=LEVELS.get(len(code), Industry.Level.CLASS),
            parent=parent,
            bigrams=bigrams(names[code]),
        )


def _checked(table: Table, known: dict[str, Industry]) -> dict[str, str]:
    """The names by code, or a refusal that names every row at fault."""
    faults, names, rows = Faults(), dict[str, str](), dict[str, int]()
    for number, record in records(table, COLUMNS):
        code, name = _code_text(record["code"]), str(record["name"])
        fault = _fault(record["code"], code, name) or _other_trade(known.get(code), name)
        if fault:
            faults.add(number, fault)
        elif code in rows:
            words = {"code": code, "row": rows[code]}
            faults.add(number, _("代码 %(code)s 与第 %(row)s 行重复。") % words)
        else:
            names[code], rows[code] = name, number
    for code, number in rows.items():
        if code not in known and code[:-1] not in {*known, *names}:
            faults.add(number, _orphan(code))
    if not names and not faults.lines:
        faults.add_overall(_("表中没有任何行业。"))
    faults.refuse()
    return names


def _code_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return normalize("NFKC", str(cell)).strip().upper()


def _fault(cell: Any, code: str, name: str) -> str:
    typed_as_number = isinstance(cell, int | float)
    if not code:
        return _("有名称而没有代码。")
    if typed_as_number and code.isdecimal() and len(code) < LONGEST_CODE:
        return _(
            "代码 %(code)s 是数字格式，Excel 可能已去掉前导零（0%(code)s）。"
            "请把“代码”列设为文本格式，按标准补齐后重新保存。"
        ) % {"code": code}
    if not CODE.fullmatch(code):
        return _("代码“%(code)s”应为一个字母（门类）或两至四位数字。") % {"code": code}
    if not name or len(name) > LONGEST_NAME:
        return _("名称应为 1 至 %(length)s 个字。") % {"length": LONGEST_NAME}
    return ""


def _other_trade(row: Industry | None, name: str) -> str:
    """A new edition words a name differently; a name without a common piece is another industry."""
    if row is None or row.name == name or set(row.bigrams) & set(bigrams(name)):
        return ""
    return _(
        "代码 %(code)s 在系统中是“%(known)s”，与“%(name)s”完全不同。"
        "若应为 0%(code)s，是 Excel 去掉了前导零，请把“代码”列设为文本格式后重新填写。"
    ) % {"code": row.code, "known": row.name, "name": name}


def _orphan(code: str) -> str:
    if len(code) <= len("33"):
        return _("代码 %(code)s 不是国标中的门类或大类。") % {"code": code}
    words = {"code": code, "parent": code[:-1]}
    return _("代码 %(code)s 的上级 %(parent)s 既不在表中，也不在系统中。") % words
