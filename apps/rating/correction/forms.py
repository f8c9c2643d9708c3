"""A file of losses, what is asked of it, and the day a proposal shall hold from."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.enterprises.fields import DayField
from apps.rating.correction.analysis import Terms

HUNDRED = Decimal(100)


class LossFileForm(forms.Form):
    file = forms.FileField(
        label=_("赔付数据文件"),
        help_text=_("Excel（.xlsx）或 CSV，第一行是列名；最多十万行"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )
    source = forms.CharField(
        label=_("来源"),
        max_length=200,
        help_text=_("例如 各承保机构 2025 年报送汇总"),
        error_messages={"required": _("请写明来源。")},
    )
    valued_on = DayField(
        label=_("评估日"),
        help_text=_("赔款和发展系数按这一天评估；对照这一天生效的费率"),
        error_messages={"required": _("请选择评估日。")},
    )


def share(label: Any, start: int, least: int, most: int, words: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        initial=start,
        min_value=least,
        max_value=most,
        max_digits=5,
        decimal_places=2,
        help_text=words,
        widget=forms.NumberInput(attrs={"class": "chars-4", "data-unit": "%"}),
    )


class StudyForm(forms.Form):
    target = share(
        _("目标赔付率"), 65, 1, 150, _("已发展赔款占已赚保费的多少才算合适；示例值，请按协议填写")
    )
    tolerance = share(_("容差"), 5, 0, 50, _("上下相差多少以内都算足够"))
    cap = share(_("单次调整上限"), 15, 1, 50, _("任何一档一次最多升降多少"))

    @property
    def terms(self) -> Terms:
        return Terms(**{name: value / HUNDRED for name, value in self.cleaned_data.items()})


class ProposalForm(forms.Form):
    table = forms.SlugField(widget=forms.HiddenInput)
    valid_from = DayField(
        label=_("拟生效日期"), error_messages={"required": _("请选择拟生效日期。")}
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("写进草案的说明，批准人会看到"),
        error_messages={"required": _("请写明理由。")},
    )
