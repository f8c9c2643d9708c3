"""The conditions of the list, the same for page and API."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.enterprises.filters import ALL, DistrictFilter, InsurerFilter, KnownFilterSet
from apps.enterprises.filters import POINTLESS as OF_PLACES
from apps.policies.models import Policy, PolicyState
from apps.reference.models import District

# Conditions that could not narrow anything for these kinds of organisation.
POINTLESS: dict[str, frozenset[str]] = {
    **{kind: names & {"district"} for kind, names in OF_PLACES.items()},
    Kind.ENTERPRISE: frozenset({"district", "insurer"}),
}
WITHIN = 366  # days ahead that may be asked for


class PolicyFilter(KnownFilterSet):
    q = filters.CharFilter(label=_("保单号、被保险人或代码"), max_length=100, method="filter_text")
    state = filters.ChoiceFilter(
        label=_("今日状态"), choices=PolicyState.choices, empty_label=ALL, method="filter_state"
    )
    district = DistrictFilter(label=_("所在区"), queryset=District.objects.all(), empty_label=ALL)
    insurer = InsurerFilter()
    ends_within = filters.NumberFilter(
        label=_("几天内到期"), min_value=0, max_value=WITHIN, method="filter_end"
    )

    def __init__(self, *args: Any, user: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user: User = user or self.request.user
        for name in POINTLESS.get(self.user.organisation.kind, ()):
            del self.filters[name]

    @property
    def is_narrowed(self) -> bool:
        return any(value not in (None, "") for value in self.form.cleaned_data.values())

    def filter_text(self, rows: Any, name: str, value: str) -> Any:
        return rows.matching(value)

    def filter_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.in_state(value, timezone.localdate())

    def filter_end(self, rows: Any, name: str, value: Any) -> Any:
        return rows.ending_within(int(value), timezone.localdate())

    def filter_queryset(self, queryset: QuerySet[Policy]) -> QuerySet[Policy]:
        """What of the conditions makes sense; nonsense narrows nothing and is pointed out."""
        self.form.is_valid()
        return super().filter_queryset(queryset)  # type: ignore[no-any-return]
