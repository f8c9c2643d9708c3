"""A golden case as a form: one field per fact that the tariff asks for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.catalogue.forms import FigureField, RevisionForm
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.figures import NotAFigure, figure
from apps.catalogue.rules.tariff import OTHERWISE, AxisKind, Fact, FactKind, Tariff
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.selectors.words import code_words, worded

MOST_OPTIONS = 60


class CaseForm(RevisionForm):
    name = forms.CharField(label=_("算例名称"), max_length=120)

    def __init__(self, *args: Any, version: TariffVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("算例名称")
        self.tariff = tariff_of(version)
        for fact in self.tariff.asked:
            self.fields[f"fact:{fact.code}"] = field_for(self.tariff, fact)
            if fact.kind == FactKind.CHOSEN:
                label = _("%(fact)s的取值理由") % {"fact": worded(fact)}
                self.fields[f"why:{fact.code}"] = forms.CharField(label=label, required=False)
        self.fields["premium"] = FigureField(label=_("应得保费"))
        self.fields["source"] = forms.CharField(label=_("依据"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for fact in self.tariff.asked:
            name = f"fact:{fact.code}"
            if fact.kind == FactKind.NUMBER and (text := cleaned.get(name)):
                try:
                    cleaned[name] = plain_number(text)
                except NotAFigure:
                    self.add_error(
                        name, ValidationError(_("“%(text)s”不是数值。") % {"text": text})
                    )
        return cleaned

    @property
    def case(self) -> dict[str, Any]:
        given = self.cleaned_data
        facts: dict[str, Any] = {}
        for fact in self.tariff.asked:
            value = given.get(f"fact:{fact.code}")
            if fact.kind == FactKind.CODES:
                facts[fact.code] = list(value or [])
            elif value not in (None, ""):
                facts[fact.code] = value
            if fact.kind == FactKind.CHOSEN and value:
                facts[fact.code] = {"value": value, "reason": given.get(f"why:{fact.code}", "")}
        own = {name: given[name] for name in ("name", "premium", "source")}
        return {**own, "facts": facts}


def plain_number(text: str) -> int | str:
    """As documents keep it: a whole number as one, any other as its text."""
    number = figure(text)
    return int(number) if number == int(number) else text_of(number)


def initial_of(case: Mapping[str, Any]) -> dict[str, Any]:
    initial = {name: case[name] for name in ("name", "premium", "source")}
    for code, value in case["facts"].items():
        if isinstance(value, Mapping):
            initial |= {f"fact:{code}": value["value"], f"why:{code}": value["reason"]}
        else:
            initial[f"fact:{code}"] = value
    return initial


def field_for(tariff: Tariff, fact: Fact) -> forms.Field:
    label, options = worded(fact), options_of(tariff, fact)
    if fact.kind == FactKind.CODES:
        return forms.MultipleChoiceField(
            label=label,
            choices=options,
            required=False,
            widget=forms.CheckboxSelectMultiple(),
        )
    if fact.kind == FactKind.CODE and options:
        return forms.ChoiceField(label=label, choices=[("", "—"), *options], required=False)
    return forms.CharField(label=label, required=False, max_length=80)


def options_of(tariff: Tariff, fact: Fact) -> list[tuple[str, str]]:
    """The codes that the tables know, where they know all of them and they are not too many."""
    if fact.code == "addons":
        return [(table.code, worded(table)) for table in tariff.tables if table.kind == "addon"]
    axes = [axis for table in tariff.tables for axis in table.axes if axis.fact == fact.code]
    keys = [point.key for axis in axes for point in axis.points if point.key != OTHERWISE]
    if any(axis.kind == AxisKind.PREFIX for axis in axes) or len(keys) > MOST_OPTIONS:
        return []
    return [(key, code_words(tariff, fact.code, key)) for key in dict.fromkeys(keys)]
