"""People at a site, by kind of employment."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.enterprises.fields import CountField, DayField
from apps.enterprises.forms.base import ReasonForm, VersionedForm
from apps.enterprises.models import Headcount
from apps.enterprises.rules import is_leap
from apps.enterprises.services.counting import refusal_of_counts


class CountsForm(forms.Form):
    """Six numbers; an empty one is nobody. At a registration they may not be known yet."""

    may_be_unknown = False

    production = CountField(
        label=_("生产作业岗位员工"), help_text=_("直接从事生产作业的本单位员工")
    )
    quality = CountField(label=_("质检员"))
    interns = CountField(label=_("实习生"))
    dispatched = CountField(label=_("被派遣劳动者"), help_text=_("直接从事生产作业的劳务派遣人员"))
    temporary = CountField(label=_("临时用工"))
    other = CountField(label=_("其他员工"), help_text=_("管理、销售、后勤等不在生产作业岗位的"))

    @property
    def counts(self) -> Mapping[str, int]:
        return {kind: self.cleaned_data.get(kind) or 0 for kind in Headcount.KINDS}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and (any(self.counts.values()) or not self.may_be_unknown):
            refusal = refusal_of_counts(self.counts)
            if refusal.text:
                self.add_error(refusal.field, refusal.text)
        return data


class HeadcountForm(CountsForm, VersionedForm):
    """A number from a day on. A leap away from the last one has to be confirmed."""

    valid_from = DayField(label=_("自哪天起"), error_messages={"required": _("请填写日期。")})
    confirmed = forms.BooleanField(label=_("我已核对，人数确实如此"), required=False)

    field_order = ["valid_from", *Headcount.KINDS, "confirmed"]

    def __init__(self, *args: Any, last: Headcount | None, **options: Any) -> None:
        self.last = last
        super().__init__(*args, **options)
        if not self.needs_confirming:
            del self.fields["confirmed"]

    @property
    def needs_confirming(self) -> bool:
        if not self.is_bound or self.last is None:
            return False
        typed = [self.data.get(self.add_prefix(kind)) or "0" for kind in Headcount.KINDS]
        numbers = [int(text) for text in typed if text.strip().isdecimal()]
        return is_leap(self.last.total, sum(numbers))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "confirmed" in self.fields and not data.get("confirmed") and not self.errors:
            text = _(
                "上次是 %(before)s 人，这次是 %(after)s 人，相差很大。如确实无误，请勾选确认。"
            )
            facts = {"before": self.last.total, "after": sum(self.counts.values())}  # type: ignore[union-attr]
            raise ValidationError({"confirmed": ValidationError(text, params=facts)})
        return data


class HeadcountCorrectionForm(CountsForm, ReasonForm, VersionedForm):
    valid_from = DayField(
        label=_("自哪天起"),
        help_text=_("要更正的那次登记的日期；漏登的，填实际开始的日期"),
        error_messages={"required": _("请填写日期。")},
    )

    field_order = ["valid_from", *Headcount.KINDS, "reason"]
