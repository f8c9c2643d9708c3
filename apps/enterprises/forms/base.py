"""What the forms of the register share: a version, a reason, towns of one's own area."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.enterprises.fields import DayField
from apps.reference.models import Town


class VersionedForm(forms.Form):
    """Carries which state of the row it was drawn from, so that nobody overwrites unseen."""

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def show_what_changed(self) -> None:
        """After somebody else saved: say at each field what it says now, and go on from there."""
        for name in self.changed_data:
            self[name].help_text = _("现在登记的是：%(value)s") % {"value": self.entered(name)}
        given: Any = self.data
        data = given.copy()
        data[self.add_prefix("version")] = self.initial["version"]
        self.data = data

    def entered(self, name: str) -> str:
        value = self.initial.get(name)
        return _("未填写") if value in (None, "") else str(value)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("原因或依据"),
        max_length=200,
        help_text=gettext_lazy("写明文件、证照或核实方式，会留在变更记录里"),
        error_messages={"required": gettext_lazy("请写明原因或依据。")},
    )


class DatedReasonForm(ReasonForm):
    on = DayField(
        label=gettext_lazy("日期"), error_messages={"required": gettext_lazy("请填写日期。")}
    )

    field_order = ["on", "reason"]


def only_choice(towns: QuerySet[Town]) -> Any:
    """The town, when there is no choice; then nobody has to make it."""
    found = list(towns[:2])
    return found[0].code if len(found) == 1 else None
