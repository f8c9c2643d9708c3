"""The golden cases out of their sheet: a column per fact, told by the code in its heading."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from apps.catalogue.rules.tariff import FactKind
from apps.catalogue.rules.workbook import layout
from apps.catalogue.rules.workbook.faults import Wrong
from apps.catalogue.rules.workbook.layout import Column, text
from apps.catalogue.rules.workbook.opening import Sheet, Value
from apps.catalogue.rules.workbook.values import Notes, value_at

NAME: Column = text("name", layout.CASE, is_needed=True)
SOURCE: Column = text("source", layout.SOURCE, 200)
PREMIUM = Column("premium", layout.PREMIUM, layout.Kind.NUMBER, places=2, is_needed=True)
BETWEEN = re.compile("[、，,;；]")
FIRST = 2


def read_cases(
    notes: Notes, sheet: Sheet, facts: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    kinds = {fact["code"]: fact["kind"] for fact in facts}
    headings = [value.text for value in sheet.rows[0]] if sheet.rows else []
    while headings and not headings[-1]:
        headings.pop()
    for at, known in ((0, layout.CASE), (-1, layout.SOURCE), (-2, layout.PREMIUM)):
        if not headings or len(headings) < 3 or headings[at] != known:
            notes.add(sheet.name, 0, at % max(len(headings), 3), Wrong.HEADING, known=known)
            return []
    codes = headings[1:-2]
    cases = []
    for row in range(FIRST, len(sheet.rows)):
        if any(sheet.at(row, at).text for at in range(len(headings))):
            cases.append(_case(notes, sheet, row, codes, kinds))
    return cases


def _case(
    notes: Notes, sheet: Sheet, row: int, codes: list[str], kinds: Mapping[str, str]
) -> dict[str, Any]:
    last = len(codes) + 1
    facts: dict[str, Any] = {}
    for at, code in enumerate(codes, 1):
        value = sheet.at(row, at)
        if value.text:
            _put(facts, code, kinds.get(code, ""), value, sheet.at(1, at).text == layout.REASON)
    return {
        "name": value_at(notes, sheet, row, 0, NAME),
        "facts": facts,
        "premium": value_at(notes, sheet, row, last, PREMIUM) or "0",
        "source": value_at(notes, sheet, row, last + 1, SOURCE),
    }


def _put(facts: dict[str, Any], code: str, kind: str, value: Value, is_reason: bool) -> None:
    plain: Any = value.text
    if value.is_number and value.text.lstrip("-").isdigit():
        plain = int(value.text)
    if kind == FactKind.CHOSEN:
        facts.setdefault(code, {})["reason" if is_reason else "value"] = plain
    elif kind == FactKind.CODES:
        names = [] if value.text == layout.NOTHING else BETWEEN.split(value.text)
        facts[code] = [name.strip() for name in names if name.strip()]
    else:
        facts[code] = plain
