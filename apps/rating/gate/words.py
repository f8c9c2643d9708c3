"""A report of the gate in sentences, for the page, the API and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalogue.errors import wording
from apps.catalogue.rules.checks import Fault, FaultKind
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.words import value_words
from apps.rating.errors import name_of
from apps.rating.rules.gate import GateKind

Document = Mapping[str, Any]
Text = str | Promise

TITLES: dict[GateKind, Text] = {
    GateKind.AXES: gettext_lazy("各表完整，各轴每档恰好覆盖一次"),
    GateKind.GOLDEN: gettext_lazy("验证算例"),
    GateKind.LOOKUPS: gettext_lazy("每一档及其上下沿的查表"),
    GateKind.ENGINES: gettext_lazy("两套算法逐格核对"),
    GateKind.ORDER: gettext_lazy("保费的单调性"),
}
COUNTS: dict[GateKind, Text] = {
    GateKind.AXES: gettext_lazy("%(tables)s 张表、%(axes)s 条轴、%(values)s 个取值。"),
    GateKind.GOLDEN: gettext_lazy("%(cases)s 个算例，两套算法各算一遍。"),
    GateKind.LOOKUPS: gettext_lazy("逐一查了 %(lookups)s 次，含缺项和查不到的情形。"),
    GateKind.ENGINES: gettext_lazy(
        "共 %(cells)s 格，核对 %(compared)s 格，其中 %(whole)s 格另经完整计算；"
        "%(refused)s 格按规则不能计算保费。"
    ),
    GateKind.ORDER: gettext_lazy("%(rules)s 条规则，比较了 %(pairs)s 对保费。"),
}
SKIPPED = gettext_lazy("前面有问题，未检查。")


@dataclass(frozen=True)
class Told:
    """One section: whether it holds, how much was examined, and every fault kept, in a sentence."""

    title: str
    passed: bool
    skipped: bool
    counted: str
    lines: list[str]
    left_out: int  # faults that were counted and not kept
    notes: list[str]
    seconds: float


def told(document: Document, tariff: Tariff) -> list[Told]:
    return [_section(section, tariff) for section in document["sections"]]


def _section(section: Document, tariff: Tariff) -> Told:
    kind = GateKind(section["kind"])
    counts = {name: f"{number:,}" for name, number in section["counts"].items()}
    counted = str(SKIPPED) if section["skipped"] else str(COUNTS[kind]) % counts
    return Told(
        title=str(TITLES[kind]),
        passed=section["passed"],
        skipped=section["skipped"],
        counted=counted,
        lines=[_fault(kind, fault, tariff) for fault in section["faults"]],
        left_out=section["fault_count"] - len(section["faults"]),
        notes=[_note(note, tariff) for note in section["notes"]],
        seconds=section["seconds"],
    )


def _fault(kind: GateKind, fault: Document, tariff: Tariff) -> str:
    if kind == GateKind.AXES:
        return wording(Fault(FaultKind(fault["kind"]), fault["table"], fault["cell"]))
    if fault["kind"] == "no_golden":
        return _("没有验证算例。请至少加一个已知保费的算例。")
    amounts = {"expected": _yuan(fault["expected"]), "found": _yuan(fault["found"])}
    if fault["kind"] == "golden":
        text = _("算例“%(name)s”应为 %(expected)s，算得 %(found)s。")
        return text % {**amounts, "name": fault["cell"]}
    facts = facts_words(tariff, fault["facts"])
    if fault["kind"] == "disagree":
        text = _("两套算法不一致：逐步计算 %(expected)s，批量计算 %(found)s。情形：%(facts)s。")
        return text % {**amounts, "facts": facts}
    text = _(
        "“%(table)s”到“%(cell)s”这一档，保费由 %(expected)s 变为 %(found)s，方向不对。"
        "情形（前一档）：%(facts)s。"
    )
    table = name_of(tariff, fault["table"])
    return text % {**amounts, "table": table, "cell": fault["cell"], "facts": facts}


def _note(note: Document, tariff: Tariff) -> str:
    if note["kind"] == "sampled":
        text = _("共 %(cells)s 格，超过逐格核对的上限，均匀抽取了 %(compared)s 格。")
        return text % {"cells": note["expected"], "compared": note["found"]}
    text = _("“%(fact)s”在各表中方向不一，或同时是计费数量，只检查各表取值，不检查整张保费。")
    return text % {"fact": name_of(tariff, note["cell"])}


def facts_words(tariff: Tariff, facts: Document) -> str:
    """In the tariff's own order, whichever database they came through."""
    return _("，").join(
        f"{name_of(tariff, fact.code)} {value_words(tariff, fact.code, facts[fact.code])}"
        for fact in tariff.asked
        if fact.code in facts
    )


def _yuan(amount: str) -> str:
    return _("%(value)s 元") % {"value": f"{Decimal(amount):,}"} if amount else _("不能计算")
