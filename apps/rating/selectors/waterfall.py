"""A worksheet told to people: each step with its table, cell and evidence, and a bar in yuan."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.rules.tariff import (
    Axis,
    AxisKind,
    FactKind,
    Group,
    Point,
    Table,
    Tariff,
)
from apps.catalogue.selectors.grids import point_words
from apps.rating.errors import name_of
from apps.rating.rules.worksheet import StepKind
from apps.reference.models.base import in_language

Document = Mapping[str, Any]
Line = Mapping[str, Any]


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
    steps = [step for step in document["steps"] if step["kind"] != StepKind.CLASS]
    amounts = [Decimal(step["running"]) for step in steps]
    widest = max(amounts, default=Decimal(0)) or Decimal(1)
    bars, before = [], Decimal(0)
    for step, running in zip(steps, amounts, strict=True):
        bars.append(_bar(tariff, step, before, running, widest))
        before = running
    premium = Decimal(document["premium"])
    total = Bar(_("应缴保费"), "", premium, premium, 0, _part(premium, widest), "total")
    return Waterfall(
        bars=[*bars, total],
        facts=[_told(tariff, code, document) for code in document["facts"]],
        classes=[_classed(tariff, step) for step in document["steps"] if step["kind"] == "class"],
        premium=premium,
    )


def _bar(tariff: Tariff, step: Line, before: Decimal, running: Decimal, widest: Decimal) -> Bar:
    low, high = min(before, running), max(before, running)
    tone = "none" if low == high else "up" if running > before else "down"
    return Bar(
        label=_label(tariff, step),
        detail=DETAILS[StepKind(step["kind"])](tariff, step),
        effect=Decimal(step["effect"]),
        running=running,
        start=_part(low, widest),
        width=max(_part(high, widest) - _part(low, widest), 2 if low != high else 0),
        tone="start" if before == 0 else tone,
    )


def _part(amount: Decimal, widest: Decimal) -> int:
    return int(amount * 1000 / widest)


def _label(tariff: Tariff, step: Line) -> str:
    match step["kind"]:
        case StepKind.CLAMP:
            return _("浮动幅度")
        case StepKind.MINIMUM:
            return _("最低保费")
        case StepKind.MAXIMUM:
            return _("最高保费")
        case StepKind.GROUP_CLAMP:
            named: Table | Group = tariff.group[step["code"]]
        case _:
            named = tariff.table[step["code"]]
    return in_language(named.name, named.name_en)


def _base(tariff: Tariff, step: Line) -> str:
    table = tariff.table[step["code"]]
    return _joined(cell_label(table, step["cell"]), _rate(tariff, table, step))


def _rate(tariff: Tariff, table: Table, step: Line) -> str:
    """120 元 × 46 人; 0.65 ‰ × 8,000,000 元; 20 %."""
    if table.share_of:
        return f"{Decimal(step['value']) * 100:f} %"
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
    return _joined(cell_label(table, step["cell"]), value)


def _group_clamp(tariff: Tariff, step: Line) -> str:
    group = tariff.group[step["code"]]
    return _held(step, group.lowest, group.highest)


def _clamp(tariff: Tariff, step: Line) -> str:
    return _held(step, tariff.lowest, tariff.highest)


def _held(step: Line, lowest: Decimal | None, highest: Decimal | None) -> str:
    words = {"product": step["value"], "lowest": lowest or 0, "highest": highest or _("不限")}
    if not step["counts"]:
        return _("系数连乘 %(product)s，在 %(lowest)s 至 %(highest)s 之内") % words
    return _("系数连乘 %(product)s，超出 %(lowest)s 至 %(highest)s，按界限计") % words


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


def cell_label(table: Table, keys: Iterable[str]) -> str:
    return _joined(*(point_words(axis, key) for axis, key in zip(table.axes, keys, strict=True)))


def _joined(*parts: str) -> str:
    return _("，").join(filter(None, parts))


def _told(tariff: Tariff, code: str, document: Document) -> Told:
    evidence = document["evidence"].get(code, {})
    since = evidence.get("since", "")
    return Told(
        label=name_of(tariff, code),
        value=value_label(tariff, code, document["facts"][code]),
        source=evidence.get("source", ""),
        since=date.fromisoformat(since) if since else None,
    )


def value_label(tariff: Tariff, code: str, value: Any) -> str:
    """The words a table has for the value of a fact, or the value with its unit."""
    fact = tariff.fact[code]
    match fact.kind:
        case FactKind.NUMBER:
            return f"{Decimal(value):,} {fact.unit}".rstrip()
        case FactKind.CHOSEN:
            return _("%(value)s（%(reason)s）") % value
        case FactKind.CODES:
            return _("、").join(_word(tariff, code, each) for each in value) or _("无")
    return _word(tariff, code, value)


def _word(tariff: Tariff, code: str, value: str) -> str:
    """As a table has it; of a code that only its beginning is listed of, that with the code."""
    for axis in (axis for table in tariff.tables for axis in table.axes if axis.fact == code):
        if point := _point_of(axis, value):
            label = in_language(point.label, point.label_en)
            return f"{value} {label}" if axis.kind == AxisKind.PREFIX else label or value
    return value


def _point_of(axis: Axis, value: str) -> Point | None:
    if axis.kind != AxisKind.PREFIX:
        return next((point for point in axis.points if point.key == value), None)
    fitting = [point for point in axis.points if value.startswith(point.key)]
    return max(fitting, key=lambda point: len(point.key), default=None)


def _classed(tariff: Tariff, step: Line) -> Told:
    table = tariff.table[step["code"]]
    return Told(
        label=name_of(tariff, table.gives),
        value=_word(tariff, table.gives, step["value"]),
        source=cell_label(table, step["cell"]),
        since=None,
    )
