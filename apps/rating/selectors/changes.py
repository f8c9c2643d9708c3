"""Why a premium is another than the last time, told factor by factor in yuan that add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.words import cell_words, joined, worded
from apps.core.errors import DomainError
from apps.rating.errors import QuoteRefused, name_of
from apps.rating.rules.changed import Change, ChangeKind, Side, why_changed
from apps.rating.rules.proof import WorksheetMismatch, recompute
from apps.rating.rules.worksheet import Worksheet

BOUNDS: Mapping[ChangeKind, Any] = {
    ChangeKind.CLAMP: lambda: _("浮动幅度"),
    ChangeKind.MINIMUM: lambda: _("最低保费"),
    ChangeKind.MAXIMUM: lambda: _("最高保费"),
}


@dataclass(frozen=True)
class Reason:
    """One line: what was, what is, and what that did to the premium."""

    label: str
    before: str
    after: str
    effect: Decimal

    @property
    def tone(self) -> str:
        return "up" if self.effect > 0 else "down"


@dataclass(frozen=True)
class Comparison:
    old: Decimal
    new: Decimal
    reasons: list[Reason]
    same_tariff: bool

    @property
    def difference(self) -> Decimal:
        return self.new - self.old

    @property
    def percent(self) -> str:
        return f"{self.difference * 100 / self.old:+.2f} %"


def compared(old: Any, new: Any) -> Comparison:
    """Of two quotes or policies, from their frozen worksheets alone; the largest effect first."""
    before, after = _worksheet(old), _worksheet(new)
    found = why_changed(before, after)
    tariffs = after.tariff, before.tariff
    reasons = [_reason(tariffs, change) for change in found.changes if change.effect]
    reasons.sort(key=lambda reason: -abs(reason.effect))
    return Comparison(found.old, found.new, reasons, before.tariff.number == after.tariff.number)


def reasons_between(old: Any, new: Any, version: Any) -> list[Reason]:
    """Of two worksheets under one tariff, the largest effect first."""
    tariff = tariff_of(version)
    return reasons_of(recompute(old, tariff), recompute(new, tariff))


def reasons_of(before: Worksheet, after: Worksheet) -> list[Reason]:
    tariffs = after.tariff, before.tariff
    changes = [change for change in why_changed(before, after).changes if change.effect]
    return sorted(
        (_reason(tariffs, change) for change in changes), key=lambda reason: -abs(reason.effect)
    )


def _worksheet(row: Any) -> Worksheet:
    try:
        return recompute(row.worksheet, tariff_of(row.tariff_version), sha256=row.worksheet_hash)
    except WorksheetMismatch as mismatch:
        text = _("费率计算书与费率表不符（%(part)s），不能比较。")
        raise QuoteRefused(text % {"part": mismatch.part}) from mismatch


def _reason(tariffs: tuple[Tariff, Tariff], change: Change) -> Reason:
    new, old = tariffs
    label = _label(new if change.new else old, change)
    return Reason(
        label, _side(old, change, change.old), _side(new, change, change.new), change.effect
    )


def _label(tariff: Tariff, change: Change) -> str:
    if words := BOUNDS.get(change.kind):
        return str(words())
    if change.kind == ChangeKind.GROUP_CLAMP:
        return worded(tariff.group[change.code])
    return name_of(tariff, change.code)


def _side(tariff: Tariff, change: Change, side: Side | None) -> str:
    if side is None:
        return _("没有这一项")
    if change.kind == ChangeKind.EXPOSURE:
        return f"{side.value} {tariff.fact[change.code].unit}".rstrip()
    table = tariff.table.get(change.code)
    cell = cell_words(table, side.cell) if table and side.cell else ""
    value = f"× {side.value}" if change.kind not in {ChangeKind.BASE, ChangeKind.ADDON} else ""
    return joined(cell, value or _("%(value)s 元") % {"value": side.value})


def change_facts(before: Any, after: Any) -> dict[str, Any]:
    """For templates/rating/change.html; without an earlier one the page says so."""
    if before is None:
        return {"after": after}
    try:
        return {"before": before, "after": after, "found": compared(before, after)}
    except DomainError as refused:
        return {"before": before, "after": after, "refusal": str(refused)}
