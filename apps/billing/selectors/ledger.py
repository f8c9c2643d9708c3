"""The ledger as pages read it: entries with their lines, and what the lines come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from apps.accounts.models import Organisation, User
from apps.billing.models import AccountKind, Entry, Posting
from apps.billing.selectors.balances import NOTHING
from apps.core.money import at_least
from apps.policies.models import Policy
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import decimal_on


@dataclass(frozen=True)
class LineShown:
    kind: str
    account: str
    owner: str
    debit: Decimal | None
    credit: Decimal | None


@dataclass(frozen=True)
class EntryShown:
    entry: Entry
    policy: Policy | None
    lines: list[LineShown]

    @property
    def total(self) -> Decimal:
        return sum((line.debit for line in self.lines if line.debit), NOTHING)


def entries_shown(entries: Iterable[Entry], user: User) -> list[EntryShown]:
    """Each with the lines its reader may see, in three queries for any number of entries."""
    found = list(entries)
    lines = Posting.objects.visible_to(user).filter(entry__in=found).order_by("entry_id", "line")
    by_entry: dict[int, list[Posting]] = {}
    for line in lines:
        by_entry.setdefault(line.entry_id, []).append(line)
    names = _names(found, by_entry)
    policies = _policies(found, user)
    return [
        EntryShown(
            entry=entry,
            policy=policies.get(entry.policy_id),
            lines=[_shown(line, names) for line in by_entry.get(entry.pk, [])],
        )
        for entry in found
    ]


def _shown(line: Posting, names: Mapping[int, str]) -> LineShown:
    debit = line.amount if line.amount > 0 else None
    credit = -line.amount if line.amount < 0 else None
    return LineShown(
        line.account, line.get_account_display(), names.get(line.owner_id, ""), debit, credit
    )


def _names(entries: list[Entry], lines: Mapping[int, list[Posting]]) -> dict[int, str]:
    """Insurers by the directory; an insured as its policy names it: few may see the register."""
    owners = {line.owner_id for rows in lines.values() for line in rows}
    names = dict(Organisation.objects.filter(pk__in=owners).values_list("pk", "name"))
    keys = {entry.policy_id for entry in entries}
    insured = Policy.objects.filter(pk__in=keys).values_list("enterprise_id", "insured_name")
    return dict(insured) | names


def _policies(entries: list[Entry], user: User) -> dict[int, Policy]:
    rows = Policy.objects.visible_to(user).for_list()
    return rows.in_bulk({entry.policy_id for entry in entries})


def entries_of(policy: Policy, user: User) -> list[EntryShown]:
    rows = Entry.objects.visible_to(user).filter(policy=policy).order_by("pk")
    return entries_shown(rows[:200], user)


@dataclass(frozen=True)
class AccountTotal:
    account: str
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        return self.debit - self.credit


def totals_of(user: User, condition: Q) -> list[AccountTotal]:
    """What each account moved and stands at, over the lines this person may see."""
    rows = Posting.objects.visible_to(user).filter(condition).order_by().values("account")
    sums = rows.annotate(
        debit=Sum("amount", filter=Q(amount__gt=0)),
        credit=Sum("amount", filter=Q(amount__lt=0)),
    )
    by_account = {row["account"]: row for row in sums}
    return [
        AccountTotal(
            account=str(account.label),
            debit=by_account[account]["debit"] or NOTHING,
            credit=-(by_account[account]["credit"] or NOTHING),
        )
        for account in AccountKind
        if account in by_account
    ]


@dataclass(frozen=True)
class FundLine:
    """The prevention fund of an insurer against what the law wants of its premium (A3.3)."""

    insurer: Organisation
    received: Decimal
    due: Decimal
    accrued: Decimal

    @property
    def short(self) -> Decimal:
        return max(self.due - self.accrued, NOTHING)


def floor_rate(day: date) -> Decimal:
    return decimal_on(ParameterCode.PREVENTION_FLOOR_RATE, day)


def fund_lines(user: User, condition: Q, day: date) -> list[FundLine]:
    """Per insurer: premium received, what must be set aside of it, what was."""
    accounts = (AccountKind.CASH, AccountKind.OVERPAID, AccountKind.PREVENTION_FUND)
    rows = Posting.objects.visible_to(user).filter(condition, account__in=accounts).order_by()
    sums = rows.values("insurer", "account").annotate(total=Sum("amount"))
    totals = {(row["insurer"], row["account"]): row["total"] for row in sums}
    # An enterprise sees what it paid too much, and nothing of any insurer's fund.
    holders = {key for key, account in totals if account == AccountKind.CASH}
    insurers = Organisation.objects.filter(pk__in=holders)
    rate = floor_rate(day)
    lines = []
    for insurer in insurers.order_by("name"):
        received = totals[insurer.pk, AccountKind.CASH]
        received += totals.get((insurer.pk, AccountKind.OVERPAID), NOTHING)
        accrued = -totals.get((insurer.pk, AccountKind.PREVENTION_FUND), NOTHING)
        lines.append(FundLine(insurer, received, at_least(rate, received), accrued))
    return lines
