"""The trial balance of days, from the totals that are remembered of sealed lines."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, Sum

from apps.accounts.models import Organisation, User
from apps.billing.chart import CHART, Account
from apps.billing.models import DayTotal, Entry, EntrySeal
from apps.billing.sealing import LATE
from apps.billing.selectors.balances import NOTHING


@dataclass(frozen=True)
class TrialLine:
    """An account over the days asked for; debit is positive in both balances."""

    account: Account
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True)
class Trial:
    lines: list[TrialLine]
    unsealed: int

    def _sum(self, name: str) -> Decimal:
        return sum((getattr(line, name) for line in self.lines), NOTHING)

    @property
    def opening(self) -> Decimal:
        return self._sum("opening")

    @property
    def debit(self) -> Decimal:
        return self._sum("debit")

    @property
    def credit(self) -> Decimal:
        return self._sum("credit")

    @property
    def closing(self) -> Decimal:
        return self._sum("closing")

    @property
    def balances(self) -> bool:
        return not self.opening and self.debit == self.credit


def trial_balance(user: User, start: date, end: date, insurer: Organisation | None) -> Trial:
    """One insurer's books, or all one may see, from `start` until before `end`."""
    of_books = Q(insurer=insurer) if insurer else Q()
    rows = DayTotal.objects.visible_to(user).filter(of_books, day__lt=end).order_by()
    before, within = Q(day__lt=start), Q(day__gte=start)
    sums = rows.values("account").annotate(
        debit_before=Sum("debit", filter=before),
        credit_before=Sum("credit", filter=before),
        debit_within=Sum("debit", filter=within),
        credit_within=Sum("credit", filter=within),
    )
    found: dict[str, Any] = {row["account"]: row for row in sums}
    lines = [_line(account, found[account.kind]) for account in CHART if account.kind in found]
    return Trial(lines, unsealed(user, of_books))


def _line(account: Account, row: dict[str, Any]) -> TrialLine:
    opening = (row["debit_before"] or NOTHING) - (row["credit_before"] or NOTHING)
    return TrialLine(
        account, opening, row["debit_within"] or NOTHING, row["credit_within"] or NOTHING
    )


def unsealed(user: User, of_books: Q) -> int:
    """Entries that are entered and not chained yet: no total holds them so far."""
    newest = EntrySeal.objects.aggregate(newest=Max("entry_id"))["newest"] or 0
    rows = Entry.objects.visible_to(user).filter(of_books, pk__gt=newest - LATE)
    sealed = EntrySeal.objects.filter(entry_id=OuterRef("pk"))
    return rows.order_by().filter(~Exists(sealed)).count()
