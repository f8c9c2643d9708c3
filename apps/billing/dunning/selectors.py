"""What premium is still to come, how old each debt is, and how often somebody was reminded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Max

from apps.billing.dunning.rules import age_of, due_on
from apps.billing.models import Entry, EntryKind, Reminder
from apps.core.dates import local_day
from apps.policies.models import Policy
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import integer_on


@dataclass(frozen=True)
class Debt:
    policy: Policy
    owed: Decimal
    due: date
    days: int  # over the due date; negative: still to go
    reminded: int = 0
    reminded_on: date | None = None

    @property
    def age(self) -> str:
        return age_of(self.days)


def debts_of(owed: Mapping[int, Decimal], policies: Iterable[Policy], today: date) -> list[Debt]:
    """The oldest first; what was cancelled is nobody's to remind of."""
    rows = [one for one in policies if not one.cancelled_from or one.cancelled_from > today]
    charged = _charged_on([one.pk for one in rows if one.cover_from])
    told = _reminders(one.pk for one in rows)
    debts = []
    for one in rows:
        due = charged.get(one.pk) or due_on(local_day(one.issued_at), one.wanted_from)
        count, last = told.get(one.pk, (0, None))
        debts.append(Debt(one, owed[one.pk], due, (today - due).days, count, last))
    return sorted(debts, key=lambda debt: (debt.due, debt.policy.pk))


def _charged_on(keys: list[int]) -> dict[int, date]:
    """Of a cover that runs, what is owed was charged later: so many days after that it is due."""
    if not keys:
        return {}
    rows = Entry.objects.filter(policy__in=keys, kind=EntryKind.PREMIUM_DUE).order_by()
    last = rows.values("policy").annotate(day=Max("day")).values_list("policy", "day")
    return {
        key: day + timedelta(days=integer_on(ParameterCode.PREMIUM_PAYMENT_DAYS, day))
        for key, day in last
    }


def _reminders(keys: Iterable[int]) -> dict[int, tuple[int, date]]:
    rows = Reminder.objects.filter(policy__in=list(keys)).order_by().values("policy")
    counted = rows.annotate(count=Count("pk"), last=Max("sent_on"))
    return {row["policy"]: (row["count"], row["last"]) for row in counted}
