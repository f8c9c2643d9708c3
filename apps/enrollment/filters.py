"""The conditions of the list, the same for page and API."""

from dataclasses import replace
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.enrollment.models import Application
from apps.enrollment.selectors.listing import ALL as EVERY
from apps.enrollment.selectors.listing import VIEWS, Terms, applications_fitting
from apps.enterprises.filters import (
    ALL,
    POINTLESS,
    DistrictFilter,
    InsurerFilter,
    KnownFilterSet,
)
from apps.reference.models import District

# An insurer's applications are all addressed to itself; an enterprise has a handful.
NEEDLESS: dict[str, frozenset[str]] = POINTLESS | {
    Kind.INSURER: frozenset({"insurer"}),
    Kind.ENTERPRISE: frozenset({"q", "district", "insurer"}),
}


class ApplicationFilter(KnownFilterSet):
    q = filters.CharFilter(label=_("投保单号或企业名称"), max_length=100)
    district = DistrictFilter(label=_("所在区"), queryset=District.objects.all(), empty_label=ALL)
    insurer = InsurerFilter()
    state = filters.ChoiceFilter(
        label=_("状态"), choices=list(VIEWS.items()), widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user: User = user or self.request.user
        for name in NEEDLESS.get(self.user.organisation.kind, ()):
            self.filters.pop(name, None)

    @cached_property
    def terms(self) -> Terms:
        """What of the conditions makes sense; nonsense narrows nothing and is pointed out."""
        self.form.is_valid()
        given = {key: value for key, value in self.form.cleaned_data.items() if value}
        return Terms(**given)

    def filter_queryset(self, queryset: QuerySet[Application]) -> QuerySet[Application]:
        """For other systems, which ask for what they want: nothing is left out unasked."""
        terms = replace(self.terms, state=self.terms.state or EVERY)
        return applications_fitting(self.user, terms)
