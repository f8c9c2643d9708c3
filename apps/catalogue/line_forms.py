"""The lists of a product, line by line: heads, limits, deductibles, grounds, clauses."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.catalogue.forms import FigureField
from apps.catalogue.models import CoverageHead
from apps.catalogue.rules.documents import text_of

SPARE = 2  # empty lines below those that are there
MOST_LINES = 60


class LineForm(forms.Form):
    """One line; `line` is what the service takes."""

    names: tuple[str, ...] = ()

    @property
    def line(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names}


class HeadLine(LineForm):
    names = ("kind", "per", "is_inside", "takes_deductible_choice", "terms", "terms_en")

    kind = forms.ChoiceField(label=_("保障项目"), choices=CoverageHead.Kind.choices)
    per = forms.ChoiceField(label=_("限额口径"), choices=CoverageHead.Per.choices)
    limit = forms.CharField(
        label=_("限额"), help_text=_("主险限额的比例，如 30%；或一个金额，如 50万。"), max_length=30
    )
    is_inside = forms.BooleanField(label=_("计入主险限额"), required=False)
    deductible = FigureField(label=_("免赔额"), required=False)
    takes_deductible_choice = forms.BooleanField(label=_("适用所选免赔额"), required=False)
    terms = forms.CharField(label=_("说明"), max_length=300, required=False)
    terms_en = forms.CharField(label=_("英文说明"), max_length=400, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = (cleaned.get("limit") or "").strip().replace("％", "%")
        is_share = text.endswith("%")
        field = FigureField(places=4 if is_share else 2)
        try:
            number = field.clean(text) if text else None
        except forms.ValidationError as wrong:
            self.add_error("limit", wrong)
            return cleaned
        if is_share and number is not None and not 0 < number <= 1:
            self.add_error("limit", gettext("比例须大于 0、不超过 100%。"))
        cleaned["share"], cleaned["amount"] = (number, None) if is_share else (None, number)
        return cleaned

    @property
    def line(self) -> dict[str, Any]:
        given = self.cleaned_data
        sums = {name: given[name] for name in ("share", "amount")}
        return {**super().line, **sums, "deductible": given["deductible"] or Decimal(0)}


class LimitLine(LineForm):
    names = ("per_person", "per_accident", "aggregate")

    per_person = FigureField(label=_("每人限额"), help_text=_("不必是整数，如 1453560.50。"))
    per_accident = FigureField(
        label=_("每次事故限额"), help_text=_("空着：每人限额 × 投保人数。"), required=False
    )
    aggregate = FigureField(
        label=_("累计限额"), help_text=_("空着：与每次事故限额相同。"), required=False
    )


class DeductibleLine(LineForm):
    names = ("amount",)

    amount = FigureField(label=_("免赔额"))


class GroundLine(LineForm):
    names = ("code", "text", "text_en", "evidence", "evidence_en", "source")

    code = forms.SlugField(label=_("代码"), max_length=40)
    text = forms.CharField(label=_("情形"), max_length=200)
    text_en = forms.CharField(label=_("英文"), max_length=300, required=False)
    evidence = forms.CharField(label=_("需要的证明"), max_length=200)
    evidence_en = forms.CharField(label=_("英文证明"), max_length=300, required=False)
    source = forms.CharField(label=_("依据"), max_length=200)


class ClauseLine(LineForm):
    names = ("heading", "text")

    heading = forms.CharField(label=_("标题"), max_length=80)
    text = forms.CharField(label=_("条文"), widget=forms.Textarea({"rows": 4}))


LINES: Mapping[str, tuple[type[LineForm], str | Promise]] = {
    "heads": (HeadLine, _("保障项目")),
    "limits": (LimitLine, _("限额档次")),
    "deductibles": (DeductibleLine, _("免赔额档次")),
    "refusal_reasons": (GroundLine, _("可以拒保的情形")),
    "cancellation_grounds": (GroundLine, _("可以解除的情形")),
    "clauses": (ClauseLine, _("保险条款")),
}


class LinesBase(forms.BaseFormSet[LineForm]):
    def add_fields(self, form: LineForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = gettext("删去这一行")
        form.fields["ORDER"].label = gettext("次序")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What is to stay, in the order of the numbers that were typed."""
        return [form.line for form in self.ordered_forms if form.has_changed() or form.initial]


def lines_form(name: str, rows: Iterable[Any], posted: Any = None) -> LinesBase:
    kind = LINES[name][0]
    made: Any = forms.formset_factory(
        kind,
        formset=LinesBase,
        can_delete=True,
        can_order=True,
        extra=SPARE,
        max_num=MOST_LINES,
        absolute_max=MOST_LINES + SPARE,
    )
    formset: LinesBase = made(
        posted, initial=[initial_of(name, row) for row in rows], prefix="line"
    )
    return formset


def initial_of(name: str, row: Any) -> dict[str, Any]:
    kind = LINES[name][0]
    initial = {field: getattr(row, field) for field in kind.base_fields if hasattr(row, field)}
    if name == "heads":
        share = row.share
        initial["limit"] = text_of(row.amount) if share is None else f"{text_of(share * 100)}%"
    return initial
