"""What a run is asked with, and where a slider stands."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.tariff import OTHERWISE, TableKind, Tariff
from apps.catalogue.selectors.words import cell_words, worded
from apps.enterprises.fields import DayField, IndustryPrefixField
from apps.rating.impact.reckoning import Change
from apps.rating.impact.rules import SIZES
from apps.rating.impact.selectors import size_words
from apps.rating.impact.services import LEAST, MOST
from apps.rating.impact.snapshot import Filter
from apps.reference.models import District

WHOLE = ""


class VersionChoice(forms.ModelChoiceField[TariffVersion]):
    def label_from_instance(self, obj: Any) -> str:
        words = {"version": obj, "state": obj.get_state_display(), "day": obj.valid_from}
        return gettext("%(version)s（%(state)s，自 %(day)s）") % words


class NarrowForm(forms.Form):
    """Part of the portfolio."""

    district = forms.ModelChoiceField(
        label=_("所在区"), queryset=District.objects.all(), required=False, empty_label=_("全部")
    )
    insurer = forms.ModelChoiceField(
        label=_("承保机构"),
        queryset=Organisation.objects.filter(kind=Kind.INSURER).order_by("name"),
        to_field_name="public_id",
        required=False,
        empty_label=_("全部"),
    )
    industry = IndustryPrefixField(
        label=_("行业"), required=False, help_text=_("代码的前几位，或名称中的两个字")
    )
    size = forms.TypedChoiceField(label=_("人数"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        size: Any = self.fields["size"]
        size.choices = [("", gettext("全部")), *((step, size_words(step)) for step in SIZES)]

    @property
    def chosen(self) -> Filter:
        given = self.cleaned_data
        return Filter(
            district=given["district"].pk if given.get("district") else None,
            insurer=given["insurer"].pk if given.get("insurer") else None,
            industry=given.get("industry") or "",
            size=given.get("size"),
        )


class RunForm(NarrowForm):
    """Two versions, a day, and which policies."""

    base = VersionChoice(label=_("现行版本"), queryset=None, to_field_name="public_id")
    draft = VersionChoice(label=_("要测算的版本"), queryset=None, to_field_name="public_id")
    as_of = DayField(label=_("保单截至"), help_text=_("这一天有效的保单"))

    field_order = ("base", "draft", "as_of", "district", "insurer", "industry", "size")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        versions = TariffVersion.objects.select_related("product")
        base: Any = self.fields["base"]
        draft: Any = self.fields["draft"]
        base.queryset = versions.published().order_by("-valid_from")
        draft.queryset = versions.order_by("-number")


class SliderForm(NarrowForm):
    """One table, or one cell of it, and by how many percent it moves."""

    table = forms.ChoiceField(label=_("费率表"))
    cell = forms.ChoiceField(label=_("其中一格"), required=False)
    percent = forms.IntegerField(
        label=_("调整百分之"),
        min_value=int((LEAST - 1) * 100),
        max_value=int((MOST - 1) * 100),
        initial=0,
        widget=forms.NumberInput(attrs={"class": "chars-4", "data-unit": "%", "step": 1}),
    )

    field_order = ("table", "cell", "percent", "district", "insurer", "industry", "size")

    def __init__(self, *args: Any, tariff: Tariff, **options: Any) -> None:
        super().__init__(*args, **options)
        tables = [table for table in tariff.tables if table.kind != TableKind.CLASS]
        choice: Any = self.fields["table"]
        choice.choices = [(table.code, worded(table)) for table in tables]
        asked = self.data.get("table") or tables[0].code
        self.moved = tariff.table.get(asked) or tables[0]
        cell: Any = self.fields["cell"]
        cell.choices = [
            (WHOLE, gettext("整张表")),
            *(("|".join(keys), cell_words(self.moved, keys) or OTHERWISE) for keys in self.keys),
        ]

    @property
    def keys(self) -> list[tuple[str, ...]]:
        return list(self.moved.cells) if self.moved.axes else []

    @property
    def change(self) -> Change:
        given = self.cleaned_data
        keys = tuple(given["cell"].split("|")) if given["cell"] else None
        times = 1 + Decimal(given["percent"]) / 100
        return Change(given["table"], times, keys)
