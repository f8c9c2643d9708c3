"""Any sequence of acts costs what the terms of each day cost, and no answer of the past moves."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.money import whole_fen
from apps.policies.changes.models import PolicyTransaction
from apps.policies.errors import ChangeRefused
from apps.policies.models import Policy
from apps.policies.rules.amending import Amendment
from apps.policies.rules.stack import Act
from apps.policies.selectors.planning import Wish, amended, plan_of, plan_to_undo, standing_after
from apps.policies.selectors.stack import Stack, stack_of
from tests.enrollment.conftest import START, TODAY
from tests.policies.stacked import at, paid

LIMITS = [Decimal(1_500_000), Decimal(2_000_000)]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["heads", "limit", "both", "cancel", "reinstate", "undo"]),
        st.integers(0, 364),
        st.integers(-20, 40),
        st.sampled_from(LIMITS),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def covered(issued, finance, acting) -> Policy:
    policy = paid(issued, finance, acting, on=TODAY)
    along = ("limit_choice", "product_version__product", "tariff_version__product")
    return Policy.objects.select_related(*along).get(pk=policy.pk)


def grown(stack: Stack, plan) -> Stack:
    """The stack as if the plan were recorded."""
    rows = list(stack.rows)
    for step in plan.steps:
        annual = Decimal(0) if step.after.is_cancelled else step.after.annual
        row = PolicyTransaction(
            policy=stack.policy,
            number=step.number,
            act=step.act,
            effective_on=step.effective_on,
            recorded_at=plan.now,
            changes=step.amendment.document(),
            terms_before=step.before.document(),
            terms_after=step.after.terms.document(),
            annual_premium=annual,
            charged=step.charged,
            worksheet=step.after.document if step.act == Act.ENDORSE else None,
            reverses=step.reverses,
        )
        row.pk = step.number
        rows.append(row)
    return Stack(stack.policy, rows)


def acted(stack: Stack, told, number: int) -> Stack:
    what, day, heads, limit = told
    on, now = START + timedelta(days=day), at(TODAY) + timedelta(days=number + 1)
    part = stack.on(on, stack.last_moment)
    ends = [row for row in stack.standing(now) if row.act in {Act.CANCEL, Act.REINSTATE}]
    is_over = bool(ends) and ends[-1].act == Act.CANCEL
    if what == "undo":
        able = [row for row in stack.standing(now) if row.number > 1]
        return grown(stack, plan_to_undo(stack, able[day % len(able)], now=now)) if able else stack
    if what == "cancel":
        return stack if is_over else grown(stack, plan_of(stack, Wish(Act.CANCEL, on), now=now))
    if what == "reinstate":
        wish = Wish(Act.REINSTATE, ends[-1].effective_on) if is_over else None
        return grown(stack, plan_of(stack, wish, now=now)) if wish else stack
    if part is None or part.is_cancelled:
        return stack
    asked = Amendment(
        heads_by=heads if what != "limit" else 0, limit=limit if what != "heads" else None
    )
    return grown(stack, plan_of(stack, Wish(Act.ENDORSE, on, asked), now=now))


def from_scratch(stack: Stack) -> Decimal:
    """Every day by itself: what stands then, applied one by one to what was sold."""
    rows = stack.standing(stack.last_moment)
    exact, kept = Fraction(0), {}
    for day in range(365):
        on = START + timedelta(days=day)
        until = [row for row in rows if row.number == 1 or row.effective_on <= on]
        key = tuple(row.number for row in until)
        if key not in kept:
            held = standing_after(stack, until[:1])
            ended = False
            for row in until[1:]:
                if row.act == Act.ENDORSE:
                    held = amended(stack.policy, held, Amendment.of(row.changes), on=on)
                else:
                    ended = row.act == Act.CANCEL
            kept[key] = Decimal(0) if ended else held.annual
        exact += Fraction(kept[key])
    return Decimal(whole_fen(exact * 100 / 365)) / 100


FIXTURES = [HealthCheck.function_scoped_fixture]


@settings(max_examples=20, deadline=None, suppress_health_check=FIXTURES)
@given(acts=ACTS)
def test_any_acts_add_up_to_the_fen_and_leave_the_past_as_it_was_told(covered, acts):
    first = stack_of(covered)
    stack, told = first, []
    for number, act in enumerate(acts):
        with suppress(ChangeRefused):  # nobody left
            stack = acted(stack, act, number)
        moment = stack.last_moment
        told.append((moment, stack.parts(moment), stack.premium(moment)))
    assert sum(row.charged for row in stack.rows) == from_scratch(stack)
    for moment, parts, premium in told:
        assert stack.parts(moment) == parts
        assert stack.premium(moment) == premium == stack.charged(moment)


@settings(max_examples=10, deadline=None, suppress_health_check=FIXTURES)
@given(acts=ACTS, day=st.integers(0, 364))
def test_to_cancel_and_reinstate_is_neutral_after_anything(covered, acts, day):
    stack = stack_of(covered)
    for number, act in enumerate(acts):
        with suppress(ChangeRefused):
            stack = acted(stack, act, number) if act[0] != "cancel" else stack
    later = [c for c in stack.standing(stack.last_moment) if c.number > 1]
    on = max([START + timedelta(days=day), *(row.effective_on for row in later)])
    before, now = stack.premium(stack.last_moment), at(TODAY) + timedelta(days=30)
    stack = grown(stack, plan_of(stack, Wish(Act.CANCEL, on), now=now))
    stack = grown(stack, plan_of(stack, Wish(Act.REINSTATE, on), now=now))
    assert stack.premium(stack.last_moment) == before
    assert sum(row.charged for row in stack.rows) == before
