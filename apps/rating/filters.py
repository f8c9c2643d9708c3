"""The conditions of the lists of quotes and referrals, the same for page and API."""

from typing import Any

import django_filters as filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.rating.models import Quote
from apps.rating.referrals.models import ReferralState

ALL = _("全部")
STATES = [("open", _("待接受")), ("accepted", _("已接受")), ("lapsed", _("已失效"))]


class QuoteFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("企业名称"), max_length=100, field_name="insured_name", lookup_expr="icontains"
    )
    state = filters.ChoiceFilter(
        label=_("今日状态"), choices=STATES, empty_label=ALL, method="filter_state"
    )

    class Meta:
        model = Quote
        fields: tuple[str, ...] = ()

    def filter_state(self, rows: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        found = {
            "open": rows.open_on(today),
            "accepted": rows.accepted(),
            "lapsed": rows.lapsed_on(today),
        }
        return found[value]


class ReferralFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("状态"), choices=ReferralState.choices, empty_label=ALL)
