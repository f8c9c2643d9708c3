"""What an insurer's finance enters about intermediaries and their commission."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.billing.commission.models import Intermediary
from apps.billing.forms import NameField, VoucherField
from apps.billing.monthly.forms import amount
from apps.enterprises.fields import DayField

CODE = {"class": "chars-20", "autocomplete": "off"}


class IntermediaryForm(forms.Form):
    name = NameField(
        label=_("机构名称"),
        max_length=200,
        error_messages={"required": _("请填写机构名称。")},
    )
    uscc = VoucherField(
        label=_("统一社会信用代码"),
        max_length=18,
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": _("请填写统一社会信用代码。")},
    )
    trade = forms.ChoiceField(
        label=_("类别"), choices=Intermediary.Trade.choices, widget=forms.RadioSelect
    )
    licence = VoucherField(
        label=_("许可证号"),
        max_length=60,
        help_text=_("经营保险代理或经纪业务许可证上的号码；没有许可证的不能收取手续费"),
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": _("没有许可证号的，不是保险中介机构。")},
    )
    licence_from = DayField(label=_("许可证自"))
    licence_to = DayField(label=_("许可证至"))
    affiliates = forms.CharField(
        label=_("关联单位的统一社会信用代码"),
        required=False,
        help_text=_("控股、受控和同一控制下的单位，用空格或换行隔开；对它们的保单不计付手续费"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_affiliates(self) -> list[str]:
        return re.findall(r"[0-9A-Z]+", self.cleaned_data["affiliates"].upper())


class AgreementForm(forms.Form):
    intermediary = forms.ModelChoiceField(
        label=_("中介机构"),
        queryset=Intermediary.objects.all(),
        to_field_name="public_id",
        error_messages={"required": _("请选择中介机构。")},
    )
    rate = forms.DecimalField(
        label=_("手续费率（%）"),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        help_text=_("按实际收到的保费计，不超过当日的上限"),
        widget=forms.TextInput(attrs={"class": "chars-12", "inputmode": "decimal"}),
    )
    valid_from = DayField(label=_("自"))
    valid_to = DayField(label=_("至（不含）"))
    contract = NameField(label=_("协议号"), max_length=60)

    def clean_rate(self) -> Decimal:
        """Typed in hundredths, kept as a ratio."""
        return self.cleaned_data["rate"] / 100  # type: ignore[no-any-return]


class IntroducedForm(forms.Form):
    number = VoucherField(
        label=_("保单号"),
        max_length=40,
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": _("请填写保单号。")},
    )


class PaymentForm(forms.Form):
    amount = amount(_("支付金额"), help_text=_("一次付清应付数"))
    voucher = VoucherField(
        label=_("银行回单号"),
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": _("请填写银行回单号。")},
    )
    paid_on = DayField(label=_("支付日期"))
