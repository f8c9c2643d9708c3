"""Putting the entry of an enterprise right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.masks import mask_name, mask_phone
from apps.enterprises.fields import DayField, PhoneField, UsccField
from apps.enterprises.forms.base import ReasonForm, VersionedForm
from apps.enterprises.forms.registration import contact_name_field, name_field
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors.authority import keeps_register
from apps.enterprises.selectors.contacts import may_read_contact
from apps.enterprises.selectors.versions import ENTERPRISE, version_of

IDENTITY = ("uscc", "name", "renamed_on")


class CorrectEnterpriseForm(ReasonForm, VersionedForm):
    """An enterprise keeps its contact up to date itself; its identity is for the register."""

    uscc = UsccField(error_messages={"required": _("请填写统一社会信用代码。")})
    name = name_field()
    renamed_on = DayField(
        label=_("更名日期"),
        required=False,
        help_text=_("企业改了名称的，填核准变更的日期，旧名留作曾用名；只是更正录入错误的，不填"),
    )
    ownership = forms.ChoiceField(
        label=_("企业性质"),
        choices=Enterprise.Ownership.choices,
        widget=forms.Select(attrs={"class": "chars-20"}),
    )
    parent_name = forms.CharField(label=_("上级公司"), max_length=200, required=False)
    contact_name = contact_name_field()
    contact_phone = PhoneField(label=_("联系电话"), required=False)

    field_order = [
        *IDENTITY,
        "ownership",
        "parent_name",
        "contact_name",
        "contact_phone",
        "reason",
    ]

    def __init__(self, *args: Any, enterprise: Enterprise, user: User, **options: Any) -> None:
        self.enterprise, self.shows_contact = enterprise, may_read_contact(user, enterprise)
        super().__init__(*args, **options | {"initial": self._initial()})
        if not self.shows_contact:
            self._hint("contact_name", mask_name(enterprise.contact_name))
            self._hint("contact_phone", mask_phone(enterprise.contact_phone))
        if not keeps_register(user):
            for name in IDENTITY:
                del self.fields[name]

    def entered(self, name: str) -> str:
        if name == "ownership":
            return self.enterprise.get_ownership_display()
        if name.startswith("contact_") and not self.shows_contact:
            mask = mask_name if name == "contact_name" else mask_phone
            return mask(getattr(self.enterprise, name))
        return super().entered(name)

    def _initial(self) -> dict[str, Any]:
        row = self.enterprise
        values = {name: getattr(row, name) for name in ("uscc", "name", "ownership", "parent_name")}
        if self.shows_contact:
            values |= {"contact_name": row.contact_name, "contact_phone": row.contact_phone}
        return values | {"version": version_of(row, ENTERPRISE)}

    def _hint(self, field: str, masked: str) -> None:
        if masked:
            self.fields[field].help_text = _("现为 %(masked)s；不改就留空") % {"masked": masked}

    @property
    def facts(self) -> dict[str, Any]:
        """What the service is given; what this form leaves out stays as it is."""
        row, facts = self.enterprise, dict(self.cleaned_data)
        facts.setdefault("uscc", row.uscc)
        facts.setdefault("name", row.name)
        for name in ("contact_name", "contact_phone"):
            if not facts[name] and not self.shows_contact:
                facts[name] = None
        return facts
