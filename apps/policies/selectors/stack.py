"""A policy's stack as it was recorded: its terms and its premium, as of any day and any moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from apps.catalogue.models import LimitChoice
from apps.core.dates import year_of_cover
from apps.policies.changes.models import BEGINNINGS, PolicyTransaction
from apps.policies.models import Policy
from apps.policies.rules import stack as rules
from apps.policies.rules.amending import Terms
from apps.policies.rules.stack import Act, Change, Segment, Term


def first_terms(policy: Policy) -> Terms:
    """As it was sold."""
    return Terms(
        heads=policy.insured_count,
        limit=policy.limit_choice.per_person,
        deductible=policy.deductible,
        industry=policy.industry_name,
        address=policy.site_address,
    )


def choice_of(policy: Policy, terms: Terms) -> LimitChoice:
    """The step of the product that bears the limit of these terms."""
    if terms.limit == policy.limit_choice.per_person:
        return policy.limit_choice
    return policy.product_version.limits.get(per_person=terms.limit)


@dataclass(frozen=True)
class Standing:
    """What holds from a transaction on, until the next one."""

    terms: Terms
    annual: Decimal
    document: dict[str, Any]  # the worksheet of the annual premium
    is_cancelled: bool = False


@dataclass(frozen=True)
class Part:
    """Days on which the same was agreed."""

    start: date
    end: date
    row: PolicyTransaction
    terms: Terms
    annual: Decimal
    is_cancelled: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True)
class Stack:
    policy: Policy
    rows: list[PolicyTransaction]

    @cached_property
    def term(self) -> Term:
        """The year that the annual premium is for; until the premium came, as it was wanted."""
        year = year_of_cover(self.policy.cover_from or self.policy.wanted_from)
        return Term(year.start, year.end)

    @cached_property
    def changes(self) -> list[Change]:
        return [as_change(row, self.term) for row in self.rows]

    @cached_property
    def _row(self) -> dict[int, PolicyTransaction]:
        return {row.number: row for row in self.rows}

    @property
    def last_moment(self) -> datetime:
        return self.rows[-1].recorded_at

    def standing(self, moment: datetime) -> list[PolicyTransaction]:
        """Recorded by then and not undone by then, in the order of effect."""
        return [self._row[change.number] for change in rules.known_at(self.changes, moment)]

    def segments(self, moment: datetime) -> list[Segment]:
        return rules.segments(self.changes, self.term, moment)

    def premium(self, moment: datetime) -> Decimal:
        return rules.premium(self.changes, self.term, moment)

    def charged(self, moment: datetime) -> Decimal:
        amounts = (row.charged for row in self.rows if row.recorded_at <= moment)
        return sum(amounts, Decimal("0.00"))

    def end(self, moment: datetime) -> date:
        return rules.end_of(rules.known_at(self.changes, moment), self.term)

    def parts(self, moment: datetime) -> list[Part]:
        """The term cut where something changes, with what holds in between."""
        rows, end = self.standing(moment), self.end(moment)
        days = {change.number: change.effective for change in self.changes}
        found: list[Part] = []
        was = Decimal(0)
        for place, row in enumerate(rows):
            start = days[row.number]
            until = days[rows[place + 1].number] if place + 1 < len(rows) else end
            is_cancelled = row.act == Act.CANCEL
            annual = Decimal("0.00") if is_cancelled else row.annual_premium
            if row.act == Act.REINSTATE:
                annual = was
            was = annual or was
            if start < until:
                terms = Terms.of(row.terms_after)
                found.append(Part(start, until, row, terms, annual, is_cancelled))
        return found

    def on(self, day: date, moment: datetime) -> Part | None:
        return next((part for part in self.parts(moment) if part.start <= day < part.end), None)


def as_change(row: PolicyTransaction, term: Term) -> Change:
    """The beginning follows the cover: late money shifts both."""
    begins = row.act in BEGINNINGS
    return Change(
        number=row.number,
        act=Act(row.act),
        effective=term.start if begins else row.effective_on,
        recorded=row.recorded_at,
        annual=row.annual_premium,
        reverses=row.reverses.number if row.reverses else None,
        until=row.until,
        kept=None if row.kept_rate is None else Fraction(row.kept_rate, 10_000),
    )


ALONG = (
    "reverses",
    "ground",
)  # no others: the verifier sees no product, and a join would hide rows


def stack_of(policy: Policy) -> Stack:
    """Of one that was brought in without a stack, what it was sold on stands for the first row."""
    rows = policy.transactions.select_related(*ALONG).order_by("number")
    return Stack(policy, list(rows) or [issue_row(policy)])


def issue_row(policy: Policy, act: Act = Act.ISSUE) -> PolicyTransaction:
    """The first row of a stack, not stored yet; also for bulk loads."""
    row = PolicyTransaction(
        policy=policy,
        **columns_of(policy),
        number=1,
        act=act,
        effective_on=policy.wanted_from,
        recorded_at=policy.issued_at,
        recorded_by=policy.issued_by,
        recorded_by_name=policy.issued_by_name,
        terms_after=first_terms(policy).document(),
        insured_count=policy.insured_count,
        limit_choice_id=policy.limit_choice_id,
        deductible=policy.deductible,
        annual_premium=policy.premium,
        charged=policy.premium,
    )
    row.bundle = row.public_id
    return row


def columns_of(policy: Policy) -> dict[str, int]:
    return {
        f"{name}_id": getattr(policy, f"{name}_id")
        for name in ("enterprise", "insurer", "district", "town", "sector")
    }


def stacks_of(policies: Iterable[Policy]) -> dict[int, Stack]:
    """Those that were changed after issue; in one query for any number of policies."""
    found = {policy.pk: policy for policy in policies}
    rows = PolicyTransaction.objects.filter(policy__in=found).select_related(*ALONG)
    grouped: dict[int, list[PolicyTransaction]] = {}
    for row in rows.order_by("policy_id", "number"):
        grouped.setdefault(row.policy_id, []).append(row)
    return {key: Stack(found[key], some) for key, some in grouped.items() if len(some) > 1}


def terms_by_policy(policies: Iterable[Policy], day: date) -> dict[int, Terms]:
    """Of those that were changed after issue: what holds on the day, or first or last did."""
    found = {}
    for key, stack in stacks_of(policies).items():
        parts = stack.parts(stack.last_moment)
        part = stack.on(day, stack.last_moment) or parts[0 if day < parts[0].start else -1]
        found[key] = part.terms
    return found


def insured_by_days(stack: Stack) -> Sequence[tuple[date, date, int]]:
    """How many people the premium is for, day by day, as it is known now."""
    parts = stack.parts(stack.last_moment)
    return [(part.start, part.end, part.terms.heads) for part in parts if not part.is_cancelled]


def slip_number(stack: Stack, row: PolicyTransaction) -> str:
    """One slip for all rows of an act, by the number of the one that was meant."""
    lead = next((one for one in stack.rows if one.public_id == row.bundle), row)
    return f"{stack.policy.number}-P{lead.number:03d}"
