"""The conditions of the list of copied reports, the same for page and API."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from apps.enterprises.filters import ALL, InsurerFilter, KnownFilterSet
from apps.policies.copies.models import ReportEvent
from apps.policies.models import Policy, as_number

WAITING = [("waiting", _("待签收")), ("done", _("已签收"))]


class CopyFilter(KnownFilterSet):
    q = filters.CharFilter(label=_("保单号"), max_length=60, method="of_policy")
    event = filters.ChoiceFilter(label=_("事项"), choices=ReportEvent.choices, empty_label=ALL)
    sender = InsurerFilter(label=_("报送单位"))

    waiting = filters.ChoiceFilter(
        label=_("签收"), choices=WAITING, empty_label=ALL, method="of_answer"
    )

    @property
    def is_narrowed(self) -> bool:
        return any(value not in (None, "") for value in self.form.cleaned_data.values())

    def of_policy(self, rows: Any, name: str, value: str) -> Any:
        """By the beginning of the number; nonsense finds nothing."""
        number = as_number(value)
        found = Policy.objects.matching(number).order_by()
        return rows.filter(policy__in=found) if number else rows.none()

    def of_answer(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(acknowledged_at__isnull=value == "waiting")

    def filter_queryset(self, queryset: Any) -> Any:
        """What of the conditions makes sense; nonsense narrows nothing and is pointed out."""
        self.form.is_valid()
        return super().filter_queryset(queryset)
