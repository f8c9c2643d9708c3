"""What is wrong with a file of a tariff, in the words of the person who has to mend it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalogue.errors import wording
from apps.catalogue.rules.documents import DocumentFault
from apps.catalogue.rules.workbook import CellFault, WorkbookRefused, Wrong
from apps.core.sheets.reading import REFUSALS

Text = str | Promise

WORDS: dict[Wrong, Text] = {
    Wrong.NO_SHEET: gettext_lazy("找不到工作表“%(text)s”。请保留原来的工作表和名称。"),
    Wrong.STRANGE_SHEET: gettext_lazy("“表目录”里没有这个工作表。请在“表目录”登记，或删去。"),
    Wrong.FORMULA: gettext_lazy("是公式。请改填算好的数值。"),
    Wrong.HEADING: gettext_lazy("这里应为“%(known)s”。请恢复原来的版式。"),
    Wrong.EMPTY: gettext_lazy("没有填写。"),
    Wrong.NOT_A_NUMBER: gettext_lazy("“%(text)s”不是数值。"),
    Wrong.TOO_PRECISE: gettext_lazy("最多 %(whole)s 位整数、%(places)s 位小数。"),
    Wrong.NOT_WHOLE: gettext_lazy("“%(text)s”不是整数。"),
    Wrong.NOT_A_CHOICE: gettext_lazy("只能从这些里选：%(known)s。"),
    Wrong.NOT_YES_OR_NO: gettext_lazy("“%(text)s”应为“是”或“否”。"),
    Wrong.NOT_A_DAY: gettext_lazy("“%(text)s”不是日期，请写成 2027-01-01 的样子。"),
    Wrong.NOT_A_CODE: gettext_lazy("代码“%(text)s”只能用字母、数字、连字符和下划线。"),
    Wrong.TOO_LONG: gettext_lazy("超过 %(most)s 个字。"),
    Wrong.TWICE: gettext_lazy("“%(text)s”重复。"),
    Wrong.UNKNOWN_POINT: gettext_lazy("“档次”里没有取值“%(text)s”。"),
    Wrong.UNKNOWN_TABLE: gettext_lazy("“表目录”里没有表“%(text)s”。"),
    Wrong.OTHER_LABEL: gettext_lazy("“档次”里这一取值的名称是“%(known)s”。请在“档次”里改名。"),
    Wrong.AXIS_DIFFERS: gettext_lazy("与同一轴上面各行不一致。"),
    Wrong.NO_ROW: gettext_lazy("缺少“%(text)s”这一格。"),
    Wrong.FORMAT: gettext_lazy("不是本平台导出的费率工作簿，或版式不同（应为 %(known)s）。"),
}
OPENING: dict[str, Text] = {
    "bytes": gettext_lazy("文件超过 %(most)s MB。费率工作簿不会这么大，请检查是否选错了文件。"),
    "cells": gettext_lazy(
        "工作表“%(sheet)s”的格子太多，全书最多 %(most)s 格。请删去多余的行和列。"
    ),
    "sheets": gettext_lazy("工作表太多，最多 %(most)s 张。"),
    "kind": gettext_lazy("这不是Excel工作簿（.xlsx）。请导出一份，在它上面改。"),
}


def lines_of(refused: WorkbookRefused | DocumentFault) -> list[str]:
    """One line per fault, each with its place."""
    if isinstance(refused, WorkbookRefused):
        return [line(fault) for fault in refused.faults]
    facts = {"place": refused.place, "value": refused.value or _("没有填写")}
    return [_("%(place)s：%(value)s，不能用。") % facts]


def line(fault: CellFault) -> str:
    place = " ".join(filter(None, (fault.sheet, fault.cell)))
    return (
        _("%(place)s：%(reason)s") % {"place": place, "reason": reason(fault)}
        if place
        else reason(fault)
    )


def reason(fault: CellFault) -> str:
    if fault.fault is not None:
        return wording(fault.fault)
    if fault.kind == Wrong.FILE:
        return _of_file(fault)
    return str(WORDS[fault.kind]) % {"text": fault.sheet, **fault.words}


def _of_file(fault: CellFault) -> str:
    sentence = OPENING.get(fault.words["reason"]) or REFUSALS[fault.words["reason"]]
    return str(sentence) % fault.words if "%(" in str(sentence) else str(sentence)
