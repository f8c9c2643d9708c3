"""What finance, broker and bureaus look at first: who pays whom by when, how full the fund is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.insurers import insurers
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.billing.models import AccountKind, DayTotal, Receipt, Statement
from apps.billing.rules import month_after
from apps.billing.selectors.balances import NOTHING
from apps.billing.selectors.ledger import floor_rate
from apps.core.money import at_least
from apps.policies.copies.models import CopiedReport
from apps.policies.models import Policy, PolicyState
from apps.pools.models import Agreement
from apps.reference.models import District

MONTHS_BACK = 6
SETTLE_DAYS = 15  # where no agreement says otherwise


@dataclass(frozen=True)
class Fund:
    """What was set aside for prevention of the premium received, against the law's floor (A3.3)."""

    name: str
    key: str
    received: Decimal
    accrued: Decimal
    due: Decimal

    @property
    def short(self) -> Decimal:
        return max(self.due - self.accrued, NOTHING)

    @property
    def percent(self) -> Decimal:
        """Of what is due; a little more than the whole, since each policy is rounded up."""
        return (100 * self.accrued / self.due).quantize(Decimal("0.1")) if self.due else NOTHING


@dataclass(frozen=True)
class Funds:
    by_district: list[Fund]
    by_insurer: list[Fund]


FUND_ACCOUNTS = (AccountKind.CASH, AccountKind.OVERPAID, AccountKind.PREVENTION_FUND)


def funds_of(user: User, today: date) -> Funds:
    """By district and by insurer, over the sealed books one sees."""
    totals = DayTotal.objects.visible_to(user).filter(account__in=FUND_ACCOUNTS)
    if user.organisation.kind == Kind.INSURER:
        totals = totals.filter(insurer=user.organisation_id)
    sums = totals.order_by().values("district", "insurer", "account")
    rows = list(sums.annotate(debit=Sum("debit"), credit=Sum("credit")))
    rate = floor_rate(today)
    districts = {one.pk: (one.name, one.code) for one in District.objects.all()}
    named = {pk: (one.short_name or one.name, one.public_id) for pk, one in insurers().items()}
    return Funds(_funds(rows, "district", districts, rate), _funds(rows, "insurer", named, rate))


def _funds(
    rows: Iterable[dict[str, Any]], by: str, names: dict[int, tuple[str, str]], rate: Decimal
) -> list[Fund]:
    sums: dict[int, list[Decimal]] = {}
    for row in rows:
        sum_ = sums.setdefault(row[by], [NOTHING, NOTHING])
        amount = row["debit"] - row["credit"]
        if row["account"] == AccountKind.PREVENTION_FUND:
            sum_[1] -= amount
        else:
            sum_[0] += amount
    return [
        Fund(*names[key], received, accrued, at_least(rate, received))
        for key, (received, accrued) in sorted(sums.items(), key=lambda one: names[one[0]][1])
    ]


@dataclass(frozen=True)
class Payment:
    """One payment that a month's statement proposes."""

    statement: Statement
    payer: str
    payee: str
    amount: Decimal
    due_on: date
    is_own: bool


def payments_of(user: User, today: date) -> list[Payment]:
    """Of the statements of the last months, soonest first; an insurer sees those it is part of."""
    since = month_after(today - timedelta(days=31 * (MONTHS_BACK + 1)))
    rows = Statement.objects.visible_to(user).filter(month__gte=since).select_related("pool")
    names = {one.public_id: one.name for one in insurers().values()}
    days = _settle_days(user)
    found = []
    for row in rows:
        due = month_after(row.month) + timedelta(days=days.get(row.pool_id, SETTLE_DAYS))
        for one in row.payments:
            own = user.organisation.public_id in {one["payer"], one["payee"]}
            if user.organisation.kind == Kind.INSURER and not own:
                continue
            payer, payee = names.get(one["payer"], ""), names.get(one["payee"], "")
            is_payer = user.organisation.public_id == one["payer"]
            found.append(Payment(row, payer, payee, Decimal(one["amount"]), due, is_payer))
    return sorted(found, key=lambda one: (one.due_on, one.statement.number, one.payer))


def _settle_days(user: User) -> dict[int, int]:
    agreements = Agreement.objects.visible_to(user).order_by("valid_from")
    return dict(agreements.values_list("pool_id", "settle_days"))


@dataclass(frozen=True)
class Oddity:
    label: str
    count: int
    url: str


def exceptions_of(user: User, today: date) -> list[Oddity]:
    """What in the data somebody has to look into, each leading to its rows."""
    receipts = Receipt.objects.visible_to(user).order_by()
    checks = Receipt.PayerCheck
    waiting = Policy.objects.visible_to(user).in_state(PolicyState.AWAITING_PREMIUM, today)
    copies: Any = CopiedReport.objects.visible_to(user)
    home = reverse("billing:receipts")
    found = [
        Oddity(str(check.label), receipts.filter(payer_check=check).count(), f"{home}?{query}")
        for check in (checks.PERSONAL, checks.OTHER_UNIT)
        for query in (urlencode({"check": check}),)
    ]
    late = waiting.filter(wanted_from__lt=today).order_by().count()
    url = f"{reverse('policies:list')}?{urlencode({'state': PolicyState.AWAITING_PREMIUM})}"
    found.append(Oddity(_("过了约定起保日仍未收保费的保单"), late, url))
    if user.organisation.kind == Kind.BROKER:
        sent = copies.sent_late().order_by().values("once").distinct().count()
        found.append(Oddity(_("迟报的抄报"), sent, reverse("policies:copies_lateness")))
    return found
