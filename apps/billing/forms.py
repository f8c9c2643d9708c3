"""A bank receipt as finance types or pastes it."""

import re
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.enterprises.fields import DayField
from apps.policies.models import as_number

# A sign before the figure or a word behind it, as banks and people write them.
UNIT = re.compile(r"^[¥￥]|(?<=\d)[^\d.]+$")


class VoucherField(forms.CharField):
    def to_python(self, value: Any) -> str:
        """The same number however it is spaced, or the same money could be entered twice."""
        text = normalize("NFKC", super().to_python(value) or "")
        return "".join(text.split()).upper()


class NameField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return " ".join(normalize("NFKC", super().to_python(value) or "").split())


class AmountField(forms.DecimalField):
    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            text = "".join(normalize("NFKC", value).split())
            value = UNIT.sub("", text.replace(",", ""))
        return super().to_python(value)


class ReceiptForm(forms.Form):
    voucher = VoucherField(
        label=_("银行回单号"),
        max_length=60,
        help_text=_("回单右上角的流水号；同一回单只能登记一次"),
        widget=forms.TextInput(attrs={"class": "chars-20", "autocomplete": "off"}),
        error_messages={"required": _("请填写银行回单号。")},
    )
    payer_name = NameField(
        label=_("付款户名"),
        max_length=200,
        help_text=_("照回单填写，与企业名称不一致也照填，系统会核对"),
        widget=forms.TextInput(attrs={"class": "chars-30", "autocomplete": "off"}),
        error_messages={"required": _("请照回单填写付款户名。")},
    )
    amount = AmountField(
        label=_("到账金额"),
        max_digits=14,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=forms.TextInput(
            attrs={"class": "chars-12", "inputmode": "decimal", "data-unit": _("元")}
        ),
        error_messages={
            "required": _("请填写到账金额。"),
            "invalid": _("请填数字，最多两位小数。"),
            "min_value": _("到账金额应大于零。"),
        },
    )
    received_on = DayField(
        label=_("到账日期"),
        help_text=_("回单上款项入账的日期；保障从次日零时起"),
        error_messages={"required": _("请填写到账日期。")},
    )


class RefundForm(forms.Form):
    """Where the money may go is known: the insured, and the accounts it came from."""

    payee_name = forms.ChoiceField(
        label=_("收款户名"),
        widget=forms.RadioSelect,
        help_text=_("只能退给被保险人，或付过这张保单保费的账户"),
        error_messages={"required": _("请选择收款户名。")},
    )
    amount = AmountField(
        label=_("退费金额"),
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(
            attrs={"class": "chars-12", "inputmode": "decimal", "data-unit": _("元")}
        ),
        error_messages={
            "required": _("请填写退费金额。"),
            "invalid": _("请填数字，最多两位小数。"),
        },
    )
    paid_on = DayField(label=_("付款日期"), error_messages={"required": _("请填写付款日期。")})
    voucher = VoucherField(
        label=_("付款回单号"),
        max_length=60,
        help_text=_("银行付款回单的流水号；同一回单只能登记一次"),
        widget=forms.TextInput(attrs={"class": "chars-20", "autocomplete": "off"}),
        error_messages={"required": _("请填写付款回单号。")},
    )
    reason = forms.CharField(
        label=_("退费事由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明退费事由。")},
    )

    def __init__(self, *args: Any, payees: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["payee_name"]
        field.choices = [(name, name) for name in payees]


class WriteOffForm(forms.Form):
    reason = forms.CharField(
        label=_("核销的理由"),
        max_length=300,
        help_text=_("例如：银行手续费差额，企业已确认不再补付"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请说明核销的理由。")},
    )


class ApiRefundForm(RefundForm):
    """For other systems, which name the account; the service judges whether it may be paid."""

    payee_name = NameField(max_length=200)  # type: ignore[assignment]

    def __init__(self, *args: Any, **options: Any) -> None:
        forms.Form.__init__(self, *args, **options)


class BankListForm(forms.Form):
    file = forms.FileField(
        label=_("银行流水（Excel或CSV）"),
        required=False,
        help_text=_(".xlsx或.csv，第一张表，有表头；最多5000笔"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"empty": _("文件是空的。请检查后重新选择。")},
    )
    pasted = forms.CharField(
        label=_("或从Excel复制后粘贴"),
        required=False,
        max_length=2_000_000,
        strip=False,
        help_text=_("连表头一起复制"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(given.get("file")) == bool((given.get("pasted") or "").strip()):
            text = _("请选择一个文件，或粘贴流水；两样只用一样。")
            self.add_error("file", text)
        return given


class LineForm(forms.Form):
    """One payment: the policy it is for, by choice or by number."""

    policy = forms.ChoiceField(label=_("登记到哪张保单"), required=False, widget=forms.RadioSelect)
    number = forms.CharField(
        label=_("或填写保单号"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"class": "chars-20", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, proposals: list[dict[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["policy"]
        field.choices = [
            (row["policy"].public_id, f"{row['policy'].number} {row['policy'].insured_name}")
            for row in proposals
        ]
        if not proposals:
            del self.fields["policy"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        number = (given.get("number") or "").strip()
        if number and not as_number(number):
            self.add_error("number", _("保单号写成 AZ-NH-2026-000001 这样。"))
        elif not number and not given.get("policy"):
            self.add_error("number", _("请选择一张保单，或填写保单号。"))
        return given


class AsideForm(forms.Form):
    reason = forms.CharField(
        label=_("搁置的理由"),
        max_length=300,
        help_text=_("例如：不是保费；已与企业联系，等补充说明"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明搁置的理由。")},
    )
