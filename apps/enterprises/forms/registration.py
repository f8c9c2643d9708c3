"""The three short steps of a registration."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.enterprises.fields import (
    DayField,
    IndustryField,
    PhoneField,
    TagsField,
    TownField,
    UsccField,
)
from apps.enterprises.forms.base import only_choice
from apps.enterprises.forms.counts import CountsForm
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors.areas import towns_for
from apps.enterprises.services.enterprises import refusal_to_use_uscc


def name_field(**options: Any) -> forms.CharField:
    return forms.CharField(
        label=_("企业名称"),
        max_length=200,
        help_text=_("与营业执照一致的全称"),
        error_messages={"required": _("请填写企业名称。")},
        **options,
    )


def contact_name_field() -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "chars-12", "autocomplete": "off"})
    return forms.CharField(label=_("联系人"), max_length=60, required=False, widget=widget)


class StepForm(forms.Form):
    """A step knows who takes it: the choices differ."""

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)

    def hint_at(self, names: list[str]) -> None:
        """Most steps have nothing to hint at."""


class EnterpriseFields(forms.Form):
    uscc = UsccField(error_messages={"required": _("请填写统一社会信用代码。")})
    name = name_field()
    ownership = forms.ChoiceField(
        label=_("企业性质"),
        choices=Enterprise.Ownership.choices,
        initial=Enterprise.Ownership.PRIVATE,
        widget=forms.Select(attrs={"class": "chars-20"}),
    )
    parent_name = forms.CharField(
        label=_("上级公司"),
        max_length=200,
        required=False,
        help_text=_("央企、省属企业由上级统一投保的，填上级公司全称"),
    )


class EnterpriseStep(EnterpriseFields, StepForm):
    contact_name = contact_name_field()
    contact_phone = PhoneField(label=_("联系电话"), required=False)

    def clean_uscc(self) -> str:
        code: str = self.cleaned_data["uscc"]
        if refusal := refusal_to_use_uscc(code, by=self.user).text:
            raise forms.ValidationError(refusal)
        return code


class SiteFields(forms.Form):
    name = forms.CharField(
        label=_("场所名称"),
        max_length=200,
        help_text=_("一个生产地点算一个场所，例如 主厂区、三水分厂"),
        error_messages={"required": _("请填写场所名称。")},
    )
    town = TownField(error_messages={"required": _("请选择所在镇街。")})
    address = forms.CharField(
        label=_("详细地址"),
        max_length=300,
        help_text=_("镇街以下的路名和门牌，例如 科技路8号2栋"),
        error_messages={"required": _("请填写详细地址。")},
    )
    industry = IndustryField(error_messages={"required": _("请填写行业。")})
    opened_on = DayField(label=_("投产日期"), required=False)


class SiteStep(SiteFields, StepForm):
    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, user=user, **options)
        towns = towns_for(user)
        field: Any = self.fields["town"]
        field.queryset = towns
        if only := only_choice(towns):
            field.initial, field.empty_label = only, None


class PeopleStep(CountsForm, StepForm):
    may_be_unknown = True

    tags = TagsField()

    def hint_at(self, names: list[str]) -> None:
        """Say what sites of this industry often have."""
        if names:
            facts = {"names": gettext("、").join(names)}
            self.fields["tags"].help_text = gettext("同行业常见：%(names)s。请核对。") % facts


STEPS: dict[str, type[StepForm]] = {
    "enterprise": EnterpriseStep,
    "site": SiteStep,
    "people": PeopleStep,
}
TITLES = {"enterprise": _("企业信息"), "site": _("生产场所"), "people": _("人数和情形")}
