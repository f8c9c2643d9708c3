"""The conditions of the ledger, the same for page, export and API."""

from collections.abc import Callable
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.duty.models import DutyState, SiteDuty
from apps.duty.selectors.ledger import Terms, duties_fitting, in_view
from apps.enterprises.fields import DayField
from apps.enterprises.filters import (
    ALL,
    POINTLESS,
    DistrictFilter,
    IndustryFilter,
    KnownFilterSet,
    SectorFilter,
    TownFilter,
)
from apps.enterprises.selectors.areas import Choices, sectors_to_choose, towns_for, towns_to_choose
from apps.reference.models import District, Sector, Town

VIEWS = [("all", _("全部应保")), *DutyState.choices]


class DayFilter(filters.DateFilter):
    field_class = DayField


class DutyFilter(KnownFilterSet):
    q = filters.CharFilter(label=_("名称、曾用名或代码"), max_length=100)
    town = TownFilter(label=_("所在镇街"), queryset=Town.objects.all(), empty_label=ALL)
    sector = SectorFilter(label=_("行业主管领域"), queryset=Sector.objects.all(), empty_label=ALL)
    district = DistrictFilter(label=_("所在区"), queryset=District.objects.all(), empty_label=ALL)
    industry = IndustryFilter(label=_("行业"))
    since_from = DayFilter(label=_("状态起始不早于"))
    since_to = DayFilter(label=_("状态起始不晚于"))
    on = DayFilter(label=_("查看哪一天"))
    view = filters.ChoiceFilter(label=_("状态"), choices=VIEWS, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user: User = user or self.request.user
        for name in POINTLESS.get(self.user.organisation.kind, ()):
            if name in self.filters:
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
    def given(self) -> dict[str, Any]:
        """What of the conditions makes sense; nonsense narrows nothing and is pointed out."""
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        return {key: value for key, value in cleaned.items() if value not in (None, "")}

    @property
    def day(self) -> Any:
        return self.given.get("on") or timezone.localdate()

    @property
    def terms(self) -> Terms:
        return Terms(**{key: value for key, value in self.given.items() if key != "on"})

    def filter_queryset(self, queryset: QuerySet[SiteDuty]) -> QuerySet[SiteDuty]:
        return in_view(duties_fitting(self.user, self.day, self.terms), self.terms.view)
