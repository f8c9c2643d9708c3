"""The conditions of the lists of statements and of their lines, the same for pages and API."""

from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.billing.models import StatementState
from apps.billing.monthly.selectors import late_on
from apps.enterprises.filters import ALL, InsurerFilter, KnownFilterSet
from apps.pools.models import Pool

LATE = "late"
MATTERS = (
    ("faults", _("有数据问题")),
    ("corrections", _("上期更正")),
    ("disputed", _("有差异")),
)


def in_month(rows: Any, name: str, value: str) -> Any:
    try:
        return rows.filter(month=date.fromisoformat(f"{value}-01"))
    except ValueError:
        return rows.none()


def about(rows: Any, name: str, value: str) -> Any:
    match value:
        case "faults":
            return rows.exclude(faults=[])
        case "corrections":
            return rows.exclude(corrects=None)
        case _:
            return rows.filter(differences__isnull=False).distinct()


def named(rows: Any, name: str, value: str) -> Any:
    text = value.strip()
    return rows.filter(Q(number__istartswith=text) | Q(insured__icontains=text))


class PagedFilter(KnownFilterSet):
    def __init__(self, *args: Any, user: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user: User = user or self.request.user

    @property
    def is_narrowed(self) -> bool:
        return any(value not in (None, "") for value in self.form.cleaned_data.values())

    def filter_queryset(self, queryset: Any) -> Any:
        self.form.is_valid()
        return super().filter_queryset(queryset)


class StatementFilter(PagedFilter):
    pool = filters.ModelChoiceFilter(
        label=_("共保体"),
        queryset=Pool.objects.order_by("district__order"),
        to_field_name="public_id",
        empty_label=ALL,
    )
    month = filters.CharFilter(label=_("月份（如 2026-03）"), max_length=7, method=in_month)
    state = filters.ChoiceFilter(
        label=_("状态"),
        choices=[*StatementState.choices, (LATE, _("逾期未确认"))],
        empty_label=ALL,
        method="in_state",
    )

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(late_on(self.today) if value == LATE else Q(standing=value))

    def __init__(self, *args: Any, today: date | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today or date.max


class LineFilter(PagedFilter):
    q = filters.CharFilter(label=_("保单号或被保险人"), max_length=60, method=named)
    insurer = InsurerFilter(label=_("出单机构"), field_name="seller")
    about = filters.ChoiceFilter(label=_("只看"), choices=MATTERS, empty_label=ALL, method=about)
