"""What people type about versions: parsed and shaped, nothing decided."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.catalogue.models import TariffVersion
from apps.catalogue.models.products import BASES
from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.figures import NotAFigure, figure, fits
from apps.catalogue.rules.workbook.opening import MOST_BYTES
from apps.reference.models import DisabilityTable
from apps.reference.models.base import Certainty


class FigureField(forms.CharField):
    """A number the way people write it: 50万, 1,200.50, 30%."""

    def __init__(self, *, whole: int = 12, places: int = 2, **options: Any) -> None:
        self.whole, self.places = whole, places
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return text_of(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = figure(text)
        except NotAFigure:
            raise ValidationError(gettext("“%(text)s”不是数值。") % {"text": text}) from None
        if not fits(number, self.whole, self.places):
            facts = {"whole": self.whole, "places": self.places}
            raise ValidationError(gettext("最多 %(whole)s 位整数、%(places)s 位小数。") % facts)
        return number


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__({"type": "date"}, "%Y-%m-%d")


class StartForm(forms.Form):
    valid_from = forms.DateField(
        label=_("生效日期"), help_text=_("从这一天起保的保险适用，须晚于今天。"), widget=DayInput()
    )
    source = forms.CharField(
        label=_("依据"), help_text=_("例如：佛应急〔2026〕9号。"), max_length=200
    )


class StartFromBookForm(StartForm):
    """A product without any tariff begins with a workbook."""

    book = forms.FileField(label=_("费率工作簿"), help_text=_("平台导出的版式，.xlsx。"))


class BookForm(forms.Form):
    book = forms.FileField(
        label=_("费率工作簿"), help_text=_("先下载，在Excel里改好再上传。不超过 5 MB。")
    )

    def clean_book(self) -> Any:
        file = self.cleaned_data["book"]
        if file.size > MOST_BYTES:
            raise ValidationError(gettext("文件超过 5 MB，请检查是否选错了文件。"))
        return file


class RevisionForm(forms.Form):
    """Carries what the person saw, so that nobody overwrites what they did not see."""

    revision = forms.IntegerField(widget=forms.HiddenInput())


class MetaForm(RevisionForm):
    valid_from = forms.DateField(label=_("生效日期"), widget=DayInput())
    source = forms.CharField(label=_("依据"), max_length=200)
    certainty = forms.ChoiceField(label=_("核实情况"), choices=Certainty.choices)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class TariffMetaForm(MetaForm):
    rounding = forms.CharField(label=_("取整说明"), max_length=200)
    rounding_en = forms.CharField(label=_("英文取整说明"), max_length=200, required=False)


class ProductMetaForm(MetaForm):
    coverage_basis = forms.ChoiceField(label=_("参保人员范围"), choices=BASES)
    disability_table = forms.ModelChoiceField(
        DisabilityTable.objects.all(), label=_("伤残赔偿比例表")
    )
    quote_days = forms.IntegerField(label=_("报价有效天数"), min_value=1, max_value=365)


class NewProductForm(forms.Form):
    code = forms.CharField(
        label=_("代码"),
        help_text=_("小写字母、数字和连字符，例如 fs-addon-medical。设立后不能改。"),
        max_length=40,
        validators=[validate_slug],
    )
    name = forms.CharField(label=_("名称"), max_length=120)
    name_en = forms.CharField(label=_("英文名称"), max_length=160, required=False)


class NoForm(forms.Form):
    """An act that needs no words."""


class OpinionForm(forms.Form):
    reason = forms.CharField(
        label=_("意见"), help_text=_("例如：经局长办公会同意。会记入操作记录。"), max_length=200
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("退回理由"), help_text=_("写明哪里要改。起草人会收到。"), max_length=200
    )


class RetireForm(forms.Form):
    on = forms.DateField(
        label=_("终止日期"), help_text=_("从这一天起不再销售，须晚于今天。"), widget=DayInput()
    )
    reason = forms.CharField(label=_("理由"), max_length=200)


class BoundsForm(RevisionForm):
    lowest = FigureField(label=_("总浮动系数下限"), whole=2, places=4, required=False)
    highest = FigureField(label=_("总浮动系数上限"), whole=2, places=4, required=False)
    minimum = FigureField(label=_("最低保费"), required=False)
    maximum = FigureField(label=_("最高保费"), required=False)

    OWN = ("lowest", "highest", "minimum", "maximum")
    SIDES: Mapping[str, Any] = {"lowest": _("下限"), "highest": _("上限")}

    def __init__(self, data: Any = None, *, version: TariffVersion) -> None:
        initial = {name: getattr(version, name) for name in self.OWN}
        initial["revision"] = version.revision
        self.groups = list(version.groups.order_by("order"))
        names = [(group, side) for group in self.groups for side in self.SIDES]
        initial |= {f"{group.code}:{side}": getattr(group, side) for group, side in names}
        super().__init__(data, initial=initial)
        for group, side in names:
            label = f"{group} · {self.SIDES[side]}"
            self.fields[f"{group.code}:{side}"] = FigureField(
                label=label, whole=2, places=4, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pairs = [("lowest", "highest"), ("minimum", "maximum")]
        pairs += [(f"{group.code}:lowest", f"{group.code}:highest") for group in self.groups]
        for low, high in pairs:
            least, most = cleaned.get(low), cleaned.get(high)
            if least is not None and most is not None and least > most:
                self.add_error(high, gettext("上限不能低于下限。"))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        own = {name: given[name] for name in self.OWN}
        own["minimum"] = own["minimum"] or Decimal(0)
        own["groups"] = {
            group.code: {side: given[f"{group.code}:{side}"] for side in self.SIDES}
            for group in self.groups
        }
        return own
