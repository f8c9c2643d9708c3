"""The four questions of the estimate."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import wan
from apps.reference.models import Industry

MOST_PEOPLE = 100_000


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
