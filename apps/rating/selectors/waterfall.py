"""A worksheet told to people: each step with its table, cell and evidence, and a bar in yuan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.tariff import Table, TableKind, Tariff
from apps.catalogue.selectors.words import cell_words, code_words, joined, value_words, worded
from apps.rating.errors import name_of
from apps.rating.rules.worksheet import StepKind

Document = Mapping[str, Any]
Line = Mapping[str, Any]
WHOLE = 1000  # of the width of the picture
SLIVER = 2  # a step is never too small to be seen


@dataclass(frozen=True)
class Bar:
    """A step of the waterfall: from where to where, in thousandths of the widest amount."""

    label: str
    detail: str
    effect: Decimal
    running: Decimal
    start: int
    width: int
    tone: str  # start, up, down, none, total
    source: str = ""  # who said what the cell was found by


@dataclass(frozen=True)
class Told:
    """A fact of the risk with the words for its value, and where it comes from."""

    label: str
    value: str
    source: str
    since: date | None


@dataclass(frozen=True)
class Waterfall:
    bars: list[Bar]
    facts: list[Told]
    classes: list[Told]
    premium: Decimal


def waterfall(document: Document, tariff: Tariff) -> Waterfall:
    """From the frozen document, with the words of its tariff."""
    classes = [step for step in document["steps"] if step["kind"] == StepKind.CLASS]
    steps = [step for step in document["steps"] if step["kind"] != StepKind.CLASS]
    amounts = [Decimal(step["running"]) for step in steps]
    widest = max(amounts, default=Decimal(0)) or Decimal(1)
    bars, before = [], Decimal(0)
    for step, running in zip(steps, amounts, strict=True):
        bars.append(_bar(tariff, step, before, running, widest, document["evidence"]))
        before = running
    premium = Decimal(document["premium"])
    total = Bar(_("应缴保费"), "", premium, premium, 0, _part(premium, widest), "total")
    return Waterfall(
        bars=[*bars, total],
        facts=[
            _told(tariff, fact.code, document)
            for fact in tariff.asked
            if fact.code in document["facts"]
        ],
        classes=[_classed(tariff, step) for step in classes],
        premium=premium,
    )


def _bar(
    tariff: Tariff,
    step: Line,
    before: Decimal,
    running: Decimal,
    widest: Decimal,
    evidence: Mapping[str, Any],
) -> Bar:
    low, high = min(before, running), max(before, running)
    tone = "none" if low == high else "up" if running > before else "down"
    return Bar(
        label=_label(tariff, step),
        detail=DETAILS[StepKind(step["kind"])](tariff, step),
        effect=Decimal(step["effect"]),
        running=running,
        start=_part(low, widest),
        width=max(_part(high, widest) - _part(low, widest), SLIVER),
        tone="start" if before == 0 else tone,
        source=_source(tariff, step, evidence),
    )


def _source(tariff: Tariff, step: Line, evidence: Mapping[str, Any]) -> str:
    """The evidence of the facts that the step's table is read by, each once."""
    table = tariff.table.get(step["code"])
    if table is None:
        return ""
    facts = [*_asked(tariff, table), table.exposure, table.code]
    sources = dict.fromkeys(evidence.get(code, {}).get("source", "") for code in facts)
    return _("；").join(_(source) for source in sources if source)


def _asked(tariff: Tariff, table: Table) -> list[str]:
    """The facts a table is read by; instead of a derived one those that it follows from."""
    giving = {each.gives: each for each in tariff.of_kind(TableKind.CLASS)}
    found = []
    for axis in table.axes:
        source = giving.get(axis.fact)
        found += _asked(tariff, source) if source else [axis.fact]
    return found


def _part(amount: Decimal, widest: Decimal) -> int:
    return int(amount * WHOLE / widest)


def _label(tariff: Tariff, step: Line) -> str:
    match step["kind"]:
        case StepKind.CLAMP:
            return _("浮动幅度")
        case StepKind.MINIMUM:
            return _("最低保费")
        case StepKind.MAXIMUM:
            return _("最高保费")
        case StepKind.GROUP_CLAMP:
            return worded(tariff.group[step["code"]])
    return worded(tariff.table[step["code"]])


def _base(tariff: Tariff, step: Line) -> str:
    table = tariff.table[step["code"]]
    return joined(cell_words(table, step["cell"]), _rate(tariff, table, step))


def _rate(tariff: Tariff, table: Table, step: Line) -> str:
    """120 元 × 46 人; 0.65 ‰ × 8000000 元; 20 %."""
    if table.share_of:
        return f"{text_of(Decimal(step['value']) * 100)} %"
    if not table.exposure:
        return _("%(value)s 元") % {"value": step["value"]}
    unit = tariff.fact[table.exposure].unit
    rate = f"{step['value']} ‰" if table.per == 1000 else _("%(v)s 元") % {"v": step["value"]}
    return f"{rate} × {step['amount']} {unit}".rstrip()


def _factor(tariff: Tariff, step: Line) -> str:
    table = tariff.table[step["code"]]
    value = f"× {step['value']}"
    if not step["counts"]:
        value = _("× %(value)s（组内另一项更优，不计）") % {"value": step["value"]}
    return joined(cell_words(table, step["cell"]), value)


def _group_clamp(tariff: Tariff, step: Line) -> str:
    group = tariff.group[step["code"]]
    return _held(step, group.lowest, group.highest)


def _clamp(tariff: Tariff, step: Line) -> str:
    return _held(step, tariff.lowest, tariff.highest)


def _held(step: Line, lowest: Decimal | None, highest: Decimal | None) -> str:
    words = {
        "product": step["value"],
        "lowest": text_of(lowest) or "0",
        "highest": text_of(highest) or _("不限"),
    }
    if not step["counts"]:
        return _("系数合计 %(product)s，在 %(lowest)s 至 %(highest)s 之内") % words
    return _("系数合计 %(product)s，超出 %(lowest)s 至 %(highest)s，按界限计") % words


def _bound(tariff: Tariff, step: Line) -> str:
    words = {"bound": step["value"]}
    return (_("按 %(bound)s 元计") if step["counts"] else _("%(bound)s 元，未触及")) % words


DETAILS: Mapping[StepKind, Callable[[Tariff, Line], str]] = {
    StepKind.BASE: _base,
    StepKind.ADDON: _base,
    StepKind.FACTOR: _factor,
    StepKind.GROUP_CLAMP: _group_clamp,
    StepKind.CLAMP: _clamp,
    StepKind.MINIMUM: _bound,
    StepKind.MAXIMUM: _bound,
}


def _told(tariff: Tariff, code: str, document: Document) -> Told:
    evidence = document["evidence"].get(code, {})
    source, since = evidence.get("source", ""), evidence.get("since", "")
    return Told(
        label=name_of(tariff, code),
        value=value_words(tariff, code, document["facts"][code]),
        source=_(source) if source else "",
        since=date.fromisoformat(since) if since else None,
    )


def _classed(tariff: Tariff, step: Line) -> Told:
    table = tariff.table[step["code"]]
    return Told(
        label=worded(tariff.fact[table.gives]),
        value=code_words(tariff, table.gives, step["value"]),
        source=_("费率表：%(cell)s") % {"cell": cell_words(table, step["cell"])},
        since=None,
    )
