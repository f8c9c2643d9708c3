"""The four questions of the estimate, and what is asked before a site is quoted."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import ROLE_CHOICES, ROLES, Permission
from apps.core.templatetags.ui import wan
from apps.enterprises.fields import DayField
from apps.rating.referrals.selectors import Need
from apps.rating.referrals.services import Given
from apps.rating.selectors.facts import Declared
from apps.reference.models import Industry

MOST_PEOPLE = 100_000
BY_FORM = gettext_noop("询价时申报")
YES_OR_NO = [("no", _("没有")), ("yes", _("有"))]


class IndustryChoice(forms.ModelChoiceField[Industry]):
    """The divisions of the classification: few enough to be read through without a script."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.label}"


class EstimateForm(forms.Form):
    industry = IndustryChoice(
        label=_("行业大类"),
        queryset=Industry.objects.filter(level=Industry.Level.DIVISION).order_by("code"),
        to_field_name="code",
        help_text=_("营业执照上的主要行业"),
        error_messages={"required": _("请选择行业。")},
    )
    heads = forms.IntegerField(
        label=_("从业人数"),
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=_("含临时用工、被派遣劳动者和实习生"),
        widget=forms.NumberInput(
            attrs={"class": "chars-8", "inputmode": "numeric", "data-unit": _("人")}
        ),
        error_messages={"required": _("请填写人数。")},
    )
    limit = forms.TypedChoiceField(
        label=_("每人责任限额"),
        coerce=Decimal,
        error_messages={"required": _("请选择限额。")},
    )
    had_accident = forms.TypedChoiceField(
        label=_("近一年内发生过生产安全事故"),
        choices=[("no", _("没有")), ("yes", _("有"))],
        coerce=lambda text: text == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, limits: Iterable[Decimal], **options: Any) -> None:
        super().__init__(*args, **options)
        limit: Any = self.fields["limit"]
        limit.choices = [(str(amount), wan(amount)) for amount in limits]


class QuotingForm(forms.Form):
    """What the register does not know of a site; the prices follow from the tariff."""

    starts_on = DayField(
        label=_("起保日期"),
        help_text=_("从这一天零时起受保障，最早明天；按这一天适用的产品和费率版本报价"),
        error_messages={"required": _("请选择起保日期。")},
    )
    had_accident = forms.TypedChoiceField(
        label=_("近三年有无生产安全事故"),
        choices=YES_OR_NO,
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择有或者没有。")},
    )
    last_accident_on = DayField(
        label=_("最近一次事故日期"), required=False, help_text=_("上一题选“有”的才填")
    )
    is_listed = forms.TypedChoiceField(
        label=_("是否列入安全生产联合惩戒名单"),
        choices=[("no", _("没有列入")), ("yes", _("已列入"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择是否列入。")},
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("had_accident") and not given.get("last_accident_on"):
            self.add_error("last_accident_on", gettext("请填写最近一次事故的日期。"))
        return given

    def declared(self, today: date) -> Declared:
        given = self.cleaned_data
        return Declared(
            source=BY_FORM,
            on=today,
            had_accident=given["had_accident"],
            last_accident_on=given["last_accident_on"] if given["had_accident"] else None,
            is_listed=given["is_listed"],
        )


class CopyForm(forms.Form):
    starts_on = DayField(
        label=_("新的起保日期"), error_messages={"required": _("请选择起保日期。")}
    )


class AnswerForm(forms.Form):
    """A value and a reason for each open range."""

    def __init__(self, *args: Any, needs: Iterable[Need], **options: Any) -> None:
        super().__init__(*args, **options)
        self.needs = list(needs)
        for need in self.needs:
            span = {"lowest": need.lowest, "highest": need.highest}
            self.fields[need.code] = forms.DecimalField(
                label=need.name,
                max_digits=10,
                decimal_places=4,
                help_text=gettext("在 %(lowest)s 至 %(highest)s 之间") % span,
                error_messages={"required": gettext("请填写取值。")},
            )
            self.fields[f"{need.code}-reason"] = forms.CharField(
                label=gettext("“%(fact)s”取值的理由") % {"fact": need.name},
                max_length=200,
                error_messages={"required": gettext("请写明理由，企业会看到。")},
            )

    @property
    def given(self) -> dict[str, Given]:
        return {
            need.code: Given(self.cleaned_data[need.code], self.cleaned_data[f"{need.code}-reason"])
            for need in self.needs
        }


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("退回的理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明退回的理由。")},
    )


class AuthorityForm(forms.Form):
    """Which part of the ranges a role may choose in, from which day on."""

    role = forms.ChoiceField(
        label=_("角色"),
        choices=[
            (name, title)
            for name, title in ROLE_CHOICES
            if Permission.DECIDE_REFERRALS in ROLES[name].permissions
        ],
    )
    table = forms.SlugField(
        label=_("费率表代码"), required=False, help_text=_("不填就是全部可以选值的表")
    )
    lowest = forms.IntegerField(label=_("自区间的百分之"), min_value=0, max_value=100)
    highest = forms.IntegerField(label=_("至区间的百分之"), min_value=0, max_value=100)
    since = DayField(label=_("自哪一天起"), error_messages={"required": _("请选择日期。")})
    source = forms.CharField(
        label=_("依据"), max_length=200, error_messages={"required": _("请写明依据。")}
    )
