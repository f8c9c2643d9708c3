"""Many risks from a table in a file: read, priced one by one, and told line by line."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.rules.tariff import Fact, FactKind, Tariff
from apps.rating.errors import refusal
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, typed
from apps.rating.selectors.waterfall import waterfall

CODES_APART = re.compile(r"[;；、,，\s]+")
REASON = ".reason"  # after the name of a fact that is chosen in a range
ENCODINGS = ("utf-8-sig", "gb18030")  # Excel saves Chinese CSV in either


@dataclass(frozen=True)
class Priced:
    """One line of the file; `premium` is empty where `problem` says why there is none."""

    given: Mapping[str, str]
    premium: str
    worksheet: str
    problem: str


class TableUnreadable(Exception):
    """The file is not a table of risks; the text says why."""


def decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable(_("文件不是 UTF-8 或 GB18030 编码的 CSV。"))


def priced(tariff: Tariff, text: str) -> Iterator[Priced]:
    """The header names facts of the tariff, by code or by name; other columns are passed on."""
    table = csv.DictReader(StringIO(text))
    header = table.fieldnames or []
    if not columns_of(tariff, header):
        known = _("、").join(f"{fact.code}（{fact.name}）" for fact in tariff.asked)
        raise TableUnreadable(
            _("第一行须是要素名称。这一费率的要素：%(known)s。") % {"known": known}
        )
    for line in table:
        yield _priced(tariff, {name: (line[name] or "").strip() for name in header})


def columns_of(tariff: Tariff, header: Any) -> dict[str, str]:
    """Which column holds which fact."""
    names = {fact.name: fact.code for fact in tariff.facts}
    codes = {name: names.get(name.strip(), name.strip()) for name in header}
    return {code: name for name, code in codes.items() if code in tariff.fact}


def _priced(tariff: Tariff, line: dict[str, str]) -> Priced:
    columns = columns_of(tariff, line)
    given = {}
    for code, column in columns.items():
        value = _given(tariff.fact[code], line, column)
        if value is not None:
            given[code] = value
    try:
        worksheet = price(tariff, typed(tariff, given))
    except CannotPrice as cause:
        return Priced(line, "", "", str(refusal(tariff, cause)))
    bars = waterfall(worksheet.document(), tariff).bars
    steps = [f"{bar.label} {bar.detail} = {bar.running}" for bar in bars[:-1]]
    return Priced(line, str(worksheet.premium), _("；").join(steps), "")


def _given(fact: Fact, line: Mapping[str, str], column: str) -> Any:
    """An empty cell is a fact not known; of several codes it says that there are none."""
    text = line[column]
    if fact.kind == FactKind.CODES:
        return frozenset(filter(None, CODES_APART.split(text)))
    if not text:
        return None
    if fact.kind == FactKind.CHOSEN:
        return {"value": text, "reason": line.get(f"{column}{REASON}", "")}
    return text
