"""Sites entered and put right: their insurer, facts and grades, and who shares them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core.dates import DAY
from apps.enterprises.fields import DayField, IndustryField, TownField
from apps.enterprises.forms.base import ReasonForm, VersionedForm
from apps.enterprises.forms.registration import SiteStep
from apps.enterprises.models import Grade, Site
from apps.enterprises.selectors.areas import towns_for
from apps.enterprises.selectors.authority import keeps_register
from apps.enterprises.selectors.people import assignable_people
from apps.enterprises.selectors.versions import SITE, version_of
from apps.enterprises.services.facts import COUNTED
from apps.reference.models import ActivityTag


class AddSiteForm(SiteStep):
    """Place and industry first; people and facts are entered on the site's own page."""


class CorrectSiteForm(ReasonForm, VersionedForm):
    """What decides duty and price is corrected by the register, the rest by the enterprise too."""

    name = forms.CharField(label=_("场所名称"), max_length=200)
    town = TownField()
    address = forms.CharField(label=_("详细地址"), max_length=300)
    industry = IndustryField()
    opened_on = DayField(label=_("投产日期"), required=False)

    field_order = ["name", "town", "address", "industry", "opened_on", "reason"]

    def __init__(self, *args: Any, site: Site, user: User, **options: Any) -> None:
        self.site = site
        initial = {
            "name": site.name,
            "town": site.town.code,
            "address": site.address,
            "industry": f"{site.industry.code} {site.industry.label}",
            "opened_on": site.opened_on,
            "version": version_of(site, SITE),
        }
        super().__init__(*args, **options | {"initial": initial})
        field: Any = self.fields["town"]
        field.queryset, field.empty_label = towns_for(user), None
        if not keeps_register(user):
            del self.fields["town"], self.fields["industry"]

    def entered(self, name: str) -> str:
        return self.site.town.label if name == "town" else super().entered(name)

    @property
    def facts(self) -> dict[str, Any]:
        return {"town": self.site.town, "industry": self.site.industry} | self.cleaned_data


class InsurerForm(ReasonForm, VersionedForm):
    insurer = forms.ModelChoiceField(
        label=_("服务的承保机构"),
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("暂不指定"),
    )

    field_order = ["insurer", "reason"]

    def __init__(self, *args: Any, site: Site, **options: Any) -> None:
        initial = {
            "insurer": site.insurer.public_id if site.insurer else None,
            "version": version_of(site, SITE),
        }
        super().__init__(*args, **options | {"initial": initial})
        self.site = site
        insurers = Organisation.objects.filter(kind=Kind.INSURER, is_active=True)
        field: Any = self.fields["insurer"]
        field.queryset = insurers.order_by("name")

    def entered(self, name: str) -> str:
        return (
            str(self.site.insurer or _("暂不指定")) if name == "insurer" else super().entered(name)
        )


class FactForm(forms.Form):
    tag = forms.ModelChoiceField(
        label=_("情形"),
        queryset=ActivityTag.objects.all(),
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一种情形。")},
    )
    quantity = forms.IntegerField(
        label=_("台（套）数"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("只有特种设备要填"),
        widget=forms.NumberInput(attrs={"class": "chars-8", "inputmode": "numeric"}),
    )
    valid_from = DayField(label=_("自哪天起"), error_messages={"required": _("请填写日期。")})
    source = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("例如 使用登记证号、职业病危害申报回执、现场核查记录"),
        error_messages={"required": _("请写明依据。")},
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        tag = data.get("tag")
        if tag and tag.code not in COUNTED:
            data["quantity"] = None
        return data


class GradeForm(forms.Form):
    grade = forms.ChoiceField(
        label=_("等级"),
        choices=[
            (kind.label, [(f"{kind.value}:{value}", label) for value, label in values])
            for kind, values in Grade.VALUES.items()
        ],
    )
    valid_from = DayField(label=_("自哪天起"), error_messages={"required": _("请填写日期。")})
    valid_to = DayField(
        label=_("有效期至"),
        required=False,
        help_text=_("标准化等级不填按3年算；信用等级不填则到下次评定为止"),
    )
    source = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("例如 证书编号、评定文件号"),
        error_messages={"required": _("请写明依据。")},
    )

    @property
    def facts(self) -> dict[str, Any]:
        kind, _colon, value = self.cleaned_data["grade"].partition(":")
        last_day = self.cleaned_data["valid_to"]
        return {
            "kind": int(kind),
            "value": value,
            "valid_from": self.cleaned_data["valid_from"],
            "valid_to": last_day + DAY if last_day else None,
            "source": self.cleaned_data["source"],
        }


class ShareForm(ReasonForm):
    person = forms.ChoiceField(
        label=_("共享给谁"), error_messages={"required": _("请选择一位专家或工程师。")}
    )

    field_order = ["person", "reason"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {person.public_id: person for person in assignable_people()}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, person in self.people.items():
            groups.setdefault(person.organisation.name, []).append((key, person.name))
        field: Any = self.fields["person"]
        field.choices = [("", _("请选择")), *groups.items()]

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["person"]]
