"""The conditions of the list, the same for page, export and API."""

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from apps.accounts.insurers import insurers
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.enterprises.fields import DistrictField, IndustryPrefixField, SectorField, TownField
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.selectors.areas import (
    Choices,
    districts_to_choose,
    sectors_to_choose,
    towns_for,
    towns_to_choose,
)
from apps.enterprises.selectors.register import VIEWS, Terms, enterprises_fitting
from apps.reference.models import District, Sector, Town

ALL = _("全部")
INSURERS = Organisation.objects.filter(kind=Kind.INSURER).order_by("name")

# Conditions that could not narrow anything for these kinds of organisation.
POINTLESS: dict[str, frozenset[str]] = {
    Kind.DISTRICT_BUREAU: frozenset({"district"}),
    Kind.DISTRICT_FINANCE: frozenset({"district"}),
    Kind.DISTRICT_DEPARTMENT: frozenset({"district", "sector"}),
    Kind.CITY_DEPARTMENT: frozenset({"sector"}),
    Kind.TOWN_OFFICE: frozenset({"district", "town"}),
}


@extend_schema_field(str)
class DistrictFilter(filters.ModelChoiceFilter):
    field_class = DistrictField


@extend_schema_field(str)
class TownFilter(filters.ModelChoiceFilter):
    field_class = TownField


@extend_schema_field(str)
class SectorFilter(filters.ModelChoiceFilter):
    field_class = SectorField


class IndustryFilter(filters.CharFilter):
    field_class = IndustryPrefixField


class PeopleFilter(filters.NumberFilter):
    field_class = forms.IntegerField


@extend_schema_field(str)
class InsurerFilter(filters.ModelChoiceFilter):
    """Insurers by their public id."""

    field_class = forms.ModelChoiceField  # which takes choices that are not rows

    def __init__(self, **options: Any) -> None:
        told = {"label": _("承保机构"), "empty_label": ALL, "to_field_name": "public_id"}
        super().__init__(queryset=INSURERS, **told | options)


class KnownFilterSet(filters.FilterSet):
    """Conditions whose form is cheap: its class is made once, its choices are in memory."""

    form_classes: ClassVar[dict[tuple[type, frozenset[str]], Any]] = {}

    def get_form_class(self) -> Any:
        """Made once for each set of conditions; every form copies the fields of its class."""
        asked = type(self), frozenset(self.filters)
        if asked not in self.form_classes:
            self.form_classes[asked] = super().get_form_class()
        return self.form_classes[asked]

    @property
    def form(self) -> Any:
        """With its places and insurers from memory: only a choice that was made is looked up."""
        form = super().form
        for name, choose in self.known_choices().items():
            if name in form.fields:
                form.fields[name].choices = [("", ALL), *choose()]
        return form

    def known_choices(self) -> dict[str, Callable[[], Choices]]:
        return {"district": districts_to_choose, "insurer": insurers_to_choose}


def insurers_to_choose() -> Choices:
    return [(one.public_id, one.name) for one in insurers().values()]


class EnterpriseFilter(KnownFilterSet):
    q = filters.CharFilter(label=_("名称、曾用名或代码"), max_length=100)
    district = DistrictFilter(
        label=_("所在区"),
        queryset=District.objects.all(),
        empty_label=ALL,
    )
    town = TownFilter(
        label=_("所在镇街"),
        queryset=Town.objects.select_related("district").order_by("district__order", "code"),
        empty_label=ALL,
    )
    industry = IndustryFilter(label=_("行业代码或名称"))
    sector = SectorFilter(
        label=_("行业主管领域"),
        queryset=Sector.objects.all(),
        empty_label=ALL,
    )
    state = filters.ChoiceFilter(
        label=_("企业状态"), choices=Enterprise.State.choices, empty_label=ALL
    )
    site_state = filters.ChoiceFilter(
        label=_("场所状态"), choices=Site.State.choices, empty_label=ALL
    )
    people_from = PeopleFilter(label=_("人数不少于"), min_value=0, max_value=10**6)
    people_to = PeopleFilter(label=_("人数不多于"), min_value=0, max_value=10**6)
    view = filters.ChoiceFilter(
        label=_("视图"), choices=list(VIEWS.items()), widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user: User = user or self.request.user
        for name in POINTLESS.get(self.user.organisation.kind, ()):
            del self.filters[name]

    @property
    def form(self) -> Any:
        form = super().form
        if "town" in form.fields:
            form.fields["town"].queryset = towns_for(self.user)
            form.fields["town"].choices = [("", ALL), *towns_to_choose(self.user)]
        return form

    def known_choices(self) -> dict[str, Callable[[], Choices]]:
        return {**super().known_choices(), "sector": sectors_to_choose}

    @cached_property
    def terms(self) -> Terms:
        """What of the conditions makes sense; nonsense narrows nothing and is pointed out."""
        self.form.is_valid()
        given = {key: value for key, value in self.form.cleaned_data.items() if value is not None}
        return Terms(**given)

    def filter_queryset(self, queryset: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
        return enterprises_fitting(self.user, self.terms)


class SiteFilter(filters.FilterSet):
    """For other systems; people look for sites by their enterprise."""

    enterprise = filters.CharFilter(label=_("企业"), field_name="enterprise__public_id")
    district = DistrictFilter(label=_("所在区"), queryset=District.objects.all())
    town = TownFilter(label=_("所在镇街"), queryset=Town.objects.all())
    sector = SectorFilter(label=_("行业主管领域"), queryset=Sector.objects.all())
    state = filters.ChoiceFilter(label=_("场所状态"), choices=Site.State.choices)
