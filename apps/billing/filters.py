"""The conditions of the lists of receipts and entries, the same for pages and API."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.billing.models import AccountKind, EntryKind, Posting, Receipt
from apps.enterprises.filters import ALL, InsurerFilter, KnownFilterSet
from apps.policies.models import Policy, as_number

DAY = forms.DateInput({"type": "date"}, "%Y-%m-%d")
ONE_INSURER = frozenset({Kind.INSURER, Kind.ENTERPRISE})


def of_policy(rows: Any, name: str, value: str) -> Any:
    """By the beginning of the number; nonsense finds nothing."""
    number = as_number(value)
    found = Policy.objects.matching(number).order_by()
    return rows.filter(policy__in=found) if number else rows.none()


class MoneyFilter(KnownFilterSet):
    def __init__(self, *args: Any, user: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user: User = user or self.request.user
        if self.user.organisation.kind in ONE_INSURER:
            del self.filters["insurer"]

    @property
    def is_narrowed(self) -> bool:
        return any(value not in (None, "") for value in self.form.cleaned_data.values())

    def filter_queryset(self, queryset: Any) -> Any:
        """What of the conditions makes sense; nonsense narrows nothing and is pointed out."""
        self.form.is_valid()
        return super().filter_queryset(queryset)


class ReceiptFilter(MoneyFilter):
    q = filters.CharFilter(label=_("保单号"), max_length=60, method=of_policy)
    voucher = filters.CharFilter(label=_("银行回单号"), max_length=60)
    check = filters.ChoiceFilter(
        label=_("户名核对"),
        field_name="payer_check",
        choices=Receipt.PayerCheck.choices,
        empty_label=ALL,
    )
    insurer = InsurerFilter()


class EntryFilter(MoneyFilter):
    q = filters.CharFilter(label=_("保单号"), max_length=60, method=of_policy)
    kind = filters.ChoiceFilter(label=_("类别"), choices=EntryKind.choices, empty_label=ALL)
    insurer = InsurerFilter()
    account = filters.ChoiceFilter(
        label=_("科目"), choices=AccountKind.choices, empty_label=ALL, method="on_account"
    )
    since = filters.DateFilter(label=_("从"), field_name="day", lookup_expr="gte", widget=DAY)
    until = filters.DateFilter(label=_("到"), field_name="day", lookup_expr="lte", widget=DAY)

    def on_account(self, rows: Any, name: str, value: str) -> Any:
        lines = Posting.objects.filter(entry=OuterRef("pk"), account=value)
        return rows.filter(Exists(lines))
