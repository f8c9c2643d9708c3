"""How statements stand: what they wait for, what is late, and what pages and files show of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.accounts.models import Organisation, User
from apps.billing.models import (
    Confirmation,
    Difference,
    Statement,
    StatementLine,
    StatementMember,
    StatementState,
)

TONES = {
    StatementState.OPEN: "waiting",
    StatementState.DISPUTED: "problem",
    StatementState.LOCKED: "done",
}


def statements_for(user: User) -> QuerySet[Statement]:
    """Those one may see, each with how far its members are: `members`, `confirmed`, `open_ones`."""
    rows = Statement.objects.visible_to(user).select_related("pool")
    open_ones = Difference.objects.filter(settlement=None)
    rows = rows.annotate(
        asked_of=_count(StatementMember.objects.all()),
        confirmed=_count(Confirmation.objects.all()),
        open_ones=_count(open_ones),
    )
    return rows.annotate(
        standing=Case(
            When(open_ones__gt=0, then=Value(StatementState.DISPUTED)),
            When(confirmed__gte=F("asked_of"), then=Value(StatementState.LOCKED)),
            default=Value(StatementState.OPEN),
            output_field=CharField(),
        )
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.filter(statement=OuterRef("pk")).order_by().values("statement")
    number = Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Coalesce(number, 0)


def late_on(day: date) -> Q:
    return Q(answer_by__lt=day) & ~Q(standing=StatementState.LOCKED)


@dataclass(frozen=True)
class Standing:
    """What the list and the page say of one statement."""

    state: StatementState
    confirmed: int
    members: int
    is_late: bool
    days: int

    @property
    def tone(self) -> str:
        if not self.members:
            return "ended"
        return "problem" if self.is_late else TONES[self.state]

    @property
    def label(self) -> str:
        facts = {"state": self.state.label, "done": self.confirmed, "all": self.members}
        if self.is_late:
            late = {**facts, "days": self.days}
            return _("%(state)s（%(done)s/%(all)s），逾期%(days)s天") % late
        if not self.members:
            return _("本月没有账目")
        if self.state == StatementState.LOCKED:
            return str(self.state.label)
        return _("%(state)s（%(done)s/%(all)s）") % facts


def standing_of(row: Statement, today: date) -> Standing:
    shown: Any = row
    state = StatementState(shown.standing)
    late = (today - row.answer_by).days
    is_late = late > 0 and state != StatementState.LOCKED
    return Standing(state, shown.confirmed, shown.asked_of, is_late, max(late, 0))


@dataclass(frozen=True)
class MemberShown:
    """One member's position, its bar (in hundredths, from the middle), and its answer."""

    insurer: Organisation
    due: Decimal
    own: Decimal
    held: Decimal
    net: Decimal
    width: int
    confirmation: Confirmation | None

    @property
    def start(self) -> int:
        return 100 if self.net >= 0 else 100 - self.width


def members_shown(row: Statement) -> list[MemberShown]:
    found = list(row.members.select_related("insurer"))
    most = max((abs(one.net) for one in found), default=Decimal(0))
    given = {one.insurer_id: one for one in row.confirmations.all()}
    return [
        MemberShown(
            one.insurer,
            one.due,
            one.own,
            one.held,
            one.net,
            int(abs(one.net) * 100 / most) if most else 0,
            given.get(one.insurer_id),
        )
        for one in found
    ]


def payments_shown(row: Statement) -> list[dict[str, Any]]:
    keys = {one[side] for one in row.payments for side in ("payer", "payee")}
    names = dict(Organisation.objects.filter(public_id__in=keys).values_list("public_id", "name"))
    return [
        {
            "payer": names.get(one["payer"], ""),
            "payee": names.get(one["payee"], ""),
            "amount": Decimal(one["amount"]),
        }
        for one in row.payments
    ]


def lines_for(user: User, row: Statement) -> QuerySet[StatementLine]:
    rows = StatementLine.objects.visible_to(user).filter(statement=row)
    return rows.select_related("seller")


def faults_by_field(row: Statement) -> list[tuple[str, str, int]]:
    """Field, what is wrong with it, and in how many lines."""
    counted: dict[tuple[str, str], int] = {}
    faulty = row.lines.exclude(faults=[]).values_list("faults", flat=True)
    for faults in faulty[:10_000]:
        for field, name in faults:
            counted[field, name] = counted.get((field, name), 0) + 1
    return [(field, name, number) for (field, name), number in sorted(counted.items())]


def parts_of(line: StatementLine, names: Iterable[Organisation]) -> list[tuple[str, Decimal]]:
    """Whose the money of a line is, by name."""
    found = [(str(one), line.own_of(one.pk)) for one in names]
    return [(name, part) for name, part in found if part]


def differences_of(row: Statement) -> QuerySet[Difference]:
    rows = row.differences.select_related("insurer", "line", "settlement")
    return cast(QuerySet[Difference], rows.select_related("correction_line__statement"))
