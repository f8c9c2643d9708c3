"""What the grid says; its script has no words of its own."""

from django.utils.translation import gettext as _


def grid_words() -> dict[str, str]:
    """{n}, {cell}, … are filled in by the script."""
    return {
        "changed": _("与“{before}”相比改动 {n} 格"),
        "unchanged": _("与“{before}”相比没有改动"),
        "first": _("没有更早的版本可比"),
        "range": _("最大升幅 {up}，最大降幅 {down}"),
        "none": _("无"),
        "unsaved": _("{n} 格尚未保存"),
        "saved": _("已保存"),
        "saving": _("正在保存…"),
        "offline": _("没有连上服务器，改动还在页面上，请稍后再保存。"),
        "notNumber": _("“{text}”不是数值"),
        "notPositive": _("须大于零"),
        "tooPrecise": _("最多 12 位整数、6 位小数"),
        "empty": _("没有填写"),
        "fix": _("有 {n} 格不能保存："),
        "where": _("{row}，{column}：{text}"),
        "was": _("原 {value}"),
        "more": _("另有 {n} 格"),
        "tooBig": _("粘贴的内容超出了表格，超出部分没有放入。"),
        "merged": _("已载入最新内容，您的改动仍在页面上，核对后可再保存。"),
        "leave": _("还有没保存的改动。"),
        "up": _("升"),
        "down": _("降"),
    }
