"""What an act on a policy would record, row by row, before anybody confirms it.

Whatever takes effect after it is reversed and put on again upon the new terms; each movement is the
new total less what was charged so far.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.policies.changes.models import PolicyTransaction
from apps.policies.errors import ChangeRefused
from apps.policies.models import Policy
from apps.policies.rules import stack as rules
from apps.policies.rules.amending import Amendment, Terms
from apps.policies.rules.stack import Act, Change
from apps.policies.selectors.stack import Stack, Standing, as_change, first_terms
from apps.rating.selectors.facts import KnownFact
from apps.rating.selectors.repricing import repriced

ENDORSED = gettext_noop("批改")
AFTER_ALL = 10**6  # behind every row of the same day


@dataclass(frozen=True)
class Wish:
    """What is meant: one act from one day on."""

    act: Act
    effective_on: date
    amendment: Amendment = field(default_factory=Amendment)
    copied: PolicyTransaction | None = None  # put on again: ground and proof are its


@dataclass(frozen=True)
class Step:
    """One row as it would be recorded."""

    number: int
    act: Act
    effective_on: date
    before: Terms
    after: Standing
    charged: Decimal
    amendment: Amendment = field(default_factory=Amendment)
    reverses: PolicyTransaction | None = None
    copied: PolicyTransaction | None = None
    kept_rate: int | None = None
    is_meant: bool = False


@dataclass(frozen=True)
class Plan:
    stack: Stack
    steps: list[Step]
    now: datetime
    total_before: Decimal
    total_after: Decimal

    @property
    def policy(self) -> Policy:
        return self.stack.policy

    @property
    def meant(self) -> Step:
        return next(step for step in self.steps if step.is_meant)

    @property
    def difference(self) -> Decimal:
        return self.total_after - self.total_before

    @property
    def undone(self) -> list[Step]:
        return [step for step in self.steps if step.reverses and not step.is_meant]

    @property
    def again(self) -> list[Step]:
        return [step for step in self.steps if step.copied]

    @property
    def mark(self) -> str:
        """Names what was shown; a plan made on another stack or another price has another."""
        told = [
            (step.number, step.act, step.effective_on.isoformat(), str(step.charged))
            for step in self.steps
        ]
        return sha256(repr(told).encode()).hexdigest()[:24]


class _Planner:
    """Adds row after row to a copy of the stack and reads off what each would charge."""

    def __init__(self, stack: Stack, now: datetime) -> None:
        self.stack, self.now = stack, max(now, stack.last_moment)
        self.changes: list[Change] = list(stack.changes)
        self.steps: list[Step] = []

    @property
    def next_number(self) -> int:
        return self.changes[-1].number + 1

    def add(self, change: Change, **facts: Any) -> None:
        """Reckon on the stack with this change what it charges."""
        self.changes.append(change)
        charged = rules.movement(self.changes, self.stack.term, change)
        self.steps.append(
            Step(change.number, change.act, change.effective, charged=charged, **facts)
        )

    def reverse(self, row: PolicyTransaction, *, after: Standing, is_meant: bool = False) -> None:
        number, day = self.next_number, as_change(row, self.stack.term).effective
        change = Change(number, Act.REVERSE, day, self.now, after.annual, reverses=row.number)
        before = Terms.of(row.terms_after)
        self.add(change, before=before, after=after, reverses=row, is_meant=is_meant)

    def put(self, wish: Wish, at: Standing, *, is_meant: bool = False) -> Standing:
        """One act upon what holds before it; answers what holds from then on."""
        day, kept = wish.effective_on, None
        match wish.act:
            case Act.ENDORSE:
                after = amended(self.stack.policy, at, wish.amendment, on=day)
            case Act.CANCEL:
                after = replace(at, is_cancelled=True)
                kept = self._kept(day)
            case _:
                after = replace(at, is_cancelled=False)
        annual = Decimal("0.00") if after.is_cancelled else after.annual
        change = Change(
            self.next_number,
            wish.act,
            day,
            self.now,
            annual,
            until=wish.amendment.until,
            kept=kept,
        )
        self.add(
            change,
            before=at.terms,
            after=after,
            amendment=wish.amendment,
            copied=wish.copied,
            kept_rate=None if kept is None else int(kept * 10_000),
            is_meant=is_meant,
        )
        return after

    def _kept(self, day: date) -> Any:
        table = self.stack.policy.product_version.short_rates
        return rules.short_rate(table, self.stack.term.start, day) if table else None

    def plan(self) -> Plan:
        return Plan(
            self.stack,
            self.steps,
            self.now,
            rules.premium(self.stack.changes, self.stack.term, self.now),
            rules.premium(self.changes, self.stack.term, self.now),
        )


def amended(policy: Policy, at: Standing, amendment: Amendment, *, on: date) -> Standing:
    """The terms after a change, with the annual premium that the policy's tariff gives them."""
    terms = amendment.applied(at.terms)
    if terms.heads < 1:
        raise ChangeRefused(_("批改后至少要有1名被保险人员。"), field="heads")
    values = {
        "heads": (terms.heads, at.terms.heads),
        "limit": (terms.limit, at.terms.limit),
        "deductible": (terms.deductible, at.terms.deductible),
        "industry": (terms.industry.partition(" ")[0], at.terms.industry.partition(" ")[0]),
    }
    told = {code: KnownFact(new, ENDORSED, on) for code, (new, old) in values.items() if new != old}
    if not told:
        return replace(at, terms=terms)
    found = repriced(policy.tariff_version, at.document, told)
    return Standing(terms, found.premium, found.document)


def standing_after(stack: Stack, rows: list[PolicyTransaction]) -> Standing:
    """What holds after these rows, from the first one on."""
    policy = stack.policy
    at = Standing(first_terms(policy), policy.premium, policy.worksheet)
    for row in rows:
        if row.act == Act.ENDORSE:
            document = row.worksheet or at.document
            at = Standing(Terms.of(row.terms_after), row.annual_premium, document, at.is_cancelled)
        elif row.act in {Act.CANCEL, Act.REINSTATE}:
            at = replace(at, is_cancelled=row.act == Act.CANCEL)
    return at


def plan_of(stack: Stack, wish: Wish, *, now: datetime) -> Plan:
    """The act with all that must be undone before and put on again after it."""
    planner = _Planner(stack, now)
    earlier, later = _parted(stack, planner.now, (wish.effective_on, AFTER_ALL))
    at = standing_after(stack, earlier)
    for row in reversed(later):
        earlier_than = [*earlier, *later[: later.index(row)]]
        planner.reverse(row, after=standing_after(stack, earlier_than))
    at = planner.put(wish, at, is_meant=True)
    if wish.act != Act.CANCEL:  # nothing is left to be changed after the end
        _put_again(planner, later, at)
    return planner.plan()


def plan_to_undo(stack: Stack, target: PolicyTransaction, *, now: datetime) -> Plan:
    """One earlier act taken out; what came after it is put on again without it."""
    planner = _Planner(stack, now)
    place = (as_change(target, stack.term).effective, target.number)
    earlier, later = _parted(stack, planner.now, place)
    if target not in earlier:
        raise ChangeRefused(_("这笔业务已经冲正。"))
    earlier.remove(target)
    for row in reversed(later):
        before = [*earlier, target, *later[: later.index(row)]]
        planner.reverse(row, after=standing_after(stack, before))
    at = standing_after(stack, earlier)
    planner.reverse(target, after=at, is_meant=True)
    _put_again(planner, later, at)
    return planner.plan()


def _parted(
    stack: Stack, now: datetime, place: tuple[date, int]
) -> tuple[list[PolicyTransaction], list[PolicyTransaction]]:
    rows = stack.standing(now)
    places = {change.number: (change.effective, change.number) for change in stack.changes}
    earlier = [row for row in rows if places[row.number] <= place]
    return earlier, [row for row in rows if places[row.number] > place]


def _put_again(planner: _Planner, later: list[PolicyTransaction], at: Standing) -> None:
    for row in later:
        amendment = Amendment.of(row.changes)
        wish = Wish(Act(row.act), row.effective_on, amendment, copied=row)
        at = planner.put(wish, at)
