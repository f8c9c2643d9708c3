"""What the catalogue refuses, in the words of the person who has to mend it."""

from datetime import date
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalogue.rules.checks import Fault, FaultKind
from apps.core.errors import DomainError


class VersionRefused(DomainError):
    code = "version_refused"


class ProductUnfit(DomainError):
    """What stands between a product and its approval, all of it at once."""

    code = "product_unfit"

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class DraftChanged(VersionRefused):
    """Somebody else saved in the meantime."""

    code = "draft_changed"


class CellsRefused(DomainError):
    """What is wrong with cells that were typed, each by its keys; none of them was taken."""

    code = "cells_refused"

    def __init__(self, cells: dict[tuple[str, ...], str]) -> None:
        super().__init__(_("有 %(count)s 格不能保存，请改正后再保存。") % {"count": len(cells)})
        self.cells = cells


class WorkbookUnfit(DomainError):
    """A workbook that is nobody's tariff, or somebody else's."""

    code = "workbook_unfit"

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class LimitRefused(DomainError):
    code = "limit_refused"


class VersionMissing(DomainError):
    """No version is in force on the day; nothing can be sold for it."""

    code = "version_missing"

    @classmethod
    def of_product(cls, product: str, day: date) -> Self:
        text = _("%(day)s 没有已发布的“%(product)s”产品版本，不能报价。")
        return cls(text % {"product": product, "day": day.isoformat()}, field="starts_on")

    @classmethod
    def of_tariff(cls, product: str, day: date) -> Self:
        text = _("%(day)s 没有已发布的“%(product)s”费率版本，不能报价。")
        return cls(text % {"product": product, "day": day.isoformat()}, field="starts_on")


class TariffUnsound(DomainError):
    """The faults that stand between a draft and its approval, all of them at once."""

    code = "tariff_unsound"

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


FAULTS: dict[FaultKind, str | Promise] = {
    FaultKind.NO_BASE: gettext_lazy("没有基础保费表。"),
    FaultKind.TWICE: gettext_lazy("%(table)s：%(where)s 重复。"),
    FaultKind.UNKNOWN_FACT: gettext_lazy("%(table)s：要素 %(where)s 没有定义。"),
    FaultKind.UNKNOWN_GROUP: gettext_lazy("%(table)s：系数组 %(where)s 没有定义。"),
    FaultKind.UNKNOWN_ADDON: gettext_lazy("%(table)s：附加保障 %(where)s 没有定义。"),
    FaultKind.WRONG_FACT: gettext_lazy("%(table)s：要素 %(where)s 的类型与用法不符。"),
    FaultKind.EMPTY_AXIS: gettext_lazy("%(table)s：%(where)s 没有任何档次。"),
    FaultKind.NOT_A_NUMBER: gettext_lazy("%(table)s：%(where)s 不是数值。"),
    FaultKind.GAP: gettext_lazy("%(table)s：%(where)s 一档与前一档不衔接。"),
    FaultKind.OTHERWISE_NOT_LAST: gettext_lazy("%(table)s：%(where)s 的“其他”须放在最后。"),
    FaultKind.LINEAR_NOT_LAST: gettext_lazy("%(table)s：插值的轴须放在最后。"),
    FaultKind.MISSING_CELL: gettext_lazy("%(table)s：缺少 %(where)s。"),
    FaultKind.STRAY_CELL: gettext_lazy("%(table)s：%(where)s 不在任何档次内。"),
    FaultKind.NOT_POSITIVE: gettext_lazy("%(table)s：%(where)s 须大于零。"),
    FaultKind.EMPTY_RANGE: gettext_lazy("%(table)s：%(where)s 的上限低于下限。"),
    FaultKind.AGAINST_TREND: gettext_lazy("%(table)s：%(where)s 违反单调性。"),
    FaultKind.BOUNDS_CROSSED: gettext_lazy("%(table)s：下限高于上限。"),
}


def wording(fault: Fault) -> str:
    return str(FAULTS[fault.kind]) % {"table": fault.table or _("总则"), "where": fault.where}
