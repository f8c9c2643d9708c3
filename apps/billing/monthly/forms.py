"""A member's difference in one line, and the broker's answer to it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.billing.forms import AmountField
from apps.billing.models import Difference, Settlement

AREA = {"rows": 4}
YUAN = {"class": "chars-12", "inputmode": "decimal", "data-unit": _("元")}


def amount(label: Any, **options: Any) -> AmountField:
    return AmountField(
        label=label,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs=YUAN),
        error_messages={
            "required": _("请填写金额。"),
            "invalid": _("请填数字，最多两位小数。"),
            "max_decimal_places": _("请填数字，最多两位小数。"),
        },
        **options,
    )


class DifferenceForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("差异原因"),
        choices=Difference.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择差异原因。")},
    )
    claimed = amount(_("本机构认为的份额"), help_text=_("这一行里应归本机构的实收份额"))
    text = forms.CharField(
        label=_("说明"),
        max_length=500,
        help_text=_("写明差在哪里、依据什么；全体成员和保险顾问机构都会看到。"),
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": _("请写明差异的情况和依据。")},
    )


class SettlementForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("处理结果"),
        choices=Settlement.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择处理结果。")},
    )
    correction = amount(
        _("更正金额"),
        required=False,
        help_text=_(
            "成立的，在下一期结算单里单列一行给对方，由该保单其他成员按份额分担；"
            "留空按对方主张，账簿已经冲正的填 0。"
        ),
    )
    text = forms.CharField(
        label=_("答复"),
        max_length=500,
        widget=forms.Textarea(attrs=AREA),
        error_messages={"required": _("请写明答复的理由。")},
    )

    def clean_correction(self) -> Decimal | None:
        given: Decimal | None = self.cleaned_data.get("correction")
        return given
