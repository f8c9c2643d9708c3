"""What may be asked of the books: whose, of which days, in which form; which month to close."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import PeriodForm
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.enterprises.filters import ALL, INSURERS

ONE_BOOK = frozenset({Kind.INSURER, Kind.ENTERPRISE})


class BooksForm(PeriodForm):
    """An insurer asks of its own books alone; an enterprise of its own entries."""

    insurer = forms.ModelChoiceField(
        label=_("承保机构"),
        queryset=INSURERS,
        to_field_name="public_id",
        empty_label=ALL,
        required=False,
    )

    field_order: tuple[str, ...] = ("insurer", "since", "until")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.own = user.organisation if user.organisation.kind == Kind.INSURER else None
        if user.organisation.kind in ONE_BOOK:
            del self.fields["insurer"]

    @property
    def chosen(self) -> Organisation | None:
        """Whose books; None for all one may see."""
        if self.own or not self.is_bound or not self.is_valid():
            return self.own
        return self.cleaned_data.get("insurer")

    def terms(self, start: date, end: date) -> str:
        """The same question put to the list of entries."""
        asked = {"since": start, "until": end - timedelta(days=1)}
        whose = {"insurer": self.chosen.public_id} if self.chosen and not self.own else {}
        return urlencode(asked | whose)


class ExportForm(BooksForm):
    form = forms.ChoiceField(
        label=_("格式"),
        choices=[
            ("csv", _("CSV（一行分录一行，Excel可直接打开）")),
            ("beancount", _("Beancount（纯文本账簿，自带余额断言）")),
        ],
        widget=forms.RadioSelect,
    )

    field_order = ("insurer", "since", "until", "form")


class MonthForm(forms.Form):
    insurer = forms.ModelChoiceField(queryset=INSURERS, to_field_name="public_id")
    month = forms.DateField()
