"""Whatever happens to a policy, the sum of its movements is the premium worked out from scratch."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.policies.rules.stack import (
    Act,
    Change,
    OutOfTerm,
    Term,
    annual_on,
    movements,
    premium,
    segments,
)

pytestmark = pytest.mark.no_database

TERM = Term(date(2026, 3, 9), date(2027, 3, 9))
ZERO = datetime(2026, 3, 2, 10, tzinfo=UTC)
EVER = datetime(2099, 1, 1, tzinfo=UTC)
FEN = Decimal("0.01")
AMOUNTS = st.integers(1, 100_000_000).map(lambda fen: fen * FEN)


def at(number):
    return ZERO + timedelta(hours=number)


@st.composite
def stacks(draw):
    """An issue and any acts after it, on any days, with reversals of what is there."""
    found = [Change(1, Act.ISSUE, TERM.start, at(1), draw(AMOUNTS))]
    for number in range(2, draw(st.integers(2, 12))):
        act = draw(st.sampled_from([Act.ENDORSE, Act.CANCEL, Act.REINSTATE, Act.REVERSE]))
        day = TERM.start + timedelta(draw(st.integers(0, TERM.days - 1)))
        able = [c.number for c in found[1:] if c.act != Act.REVERSE]
        able = [one for one in able if one not in {c.reverses for c in found}]
        if act == Act.REVERSE and able:
            undone = draw(st.sampled_from(able))
            found.append(Change(number, act, day, at(number), reverses=undone))
        else:
            annual = draw(AMOUNTS) if act == Act.ENDORSE else Decimal(0)
            kind = Act.CANCEL if act == Act.REVERSE else act
            found.append(Change(number, kind, day, at(number), annual))
    return found


@given(stacks())
def test_the_movements_add_up_to_the_premium_from_scratch_to_the_fen(changes):
    assert sum(movements(changes, TERM)) == premium(changes, TERM, EVER)


@given(stacks())
def test_the_premium_is_that_of_a_count_day_by_day(changes):
    days = [TERM.start + timedelta(number) for number in range(TERM.days)]
    exact = sum(annual_on(changes, TERM, on=day, moment=EVER) for day in days)
    assert abs(premium(changes, TERM, EVER) - exact / TERM.days) <= FEN / 2
    assert sum(part.days for part in segments(changes, TERM, EVER)) == TERM.days


@given(stacks(), st.integers(0, 14), st.integers(0, 364))
def test_what_was_known_at_a_moment_never_changes_afterwards(changes, number, day):
    on, moment = TERM.start + timedelta(day), at(number)
    then = [change for change in changes if change.recorded <= moment]
    assert annual_on(changes, TERM, on=on, moment=moment) == annual_on(
        then, TERM, on=on, moment=moment
    )
    assert premium(changes, TERM, moment) == premium(then, TERM, moment)


@given(stacks(), st.integers(0, 364))
def test_to_cancel_and_reinstate_from_the_same_day_is_neutral(changes, day):
    on, last = TERM.start + timedelta(day), len(changes)
    before = premium(changes, TERM, EVER)
    later = [change for change in changes if change.effective > on]
    if later:
        return  # what comes after takes its own course
    more = [
        *changes,
        Change(last + 1, Act.CANCEL, on, at(last + 1)),
        Change(last + 2, Act.REINSTATE, on, at(last + 2)),
    ]
    assert premium(more, TERM, EVER) == before
    assert sum(movements(more, TERM)[last:]) == 0


@given(stacks(), AMOUNTS, st.integers(0, 364))
def test_a_change_and_its_reversal_charge_nothing_together(changes, annual, day):
    last, on = len(changes), TERM.start + timedelta(day)
    more = [
        *changes,
        Change(last + 1, Act.ENDORSE, on, at(last + 1), annual),
        Change(last + 2, Act.REVERSE, on, at(last + 2), reverses=last + 1),
    ]
    assert sum(movements(more, TERM)[last:]) == 0
    assert movements(more, TERM)[:last] == movements(changes, TERM)


def test_a_limit_raised_halfway_costs_the_difference_for_the_days_left():
    changes = [
        Change(1, Act.ISSUE, TERM.start, at(1), Decimal("3650.00")),
        Change(2, Act.ENDORSE, date(2026, 9, 7), at(2), Decimal("7300.00")),
    ]
    assert movements(changes, TERM) == [Decimal("3650.00"), Decimal("1830.00")]  # 183 days at 10


def test_a_late_change_moves_only_the_days_up_to_the_next_one():
    changes = [
        Change(1, Act.ISSUE, TERM.start, at(1), Decimal("3650.00")),
        Change(2, Act.ENDORSE, TERM.start + timedelta(100), at(2), Decimal("7300.00")),
        Change(3, Act.ENDORSE, TERM.start + timedelta(50), at(3), Decimal("10950.00")),
    ]
    assert movements(changes, TERM)[2] == Decimal("1000.00")  # 50 days at 20 more


def test_nothing_takes_effect_outside_the_term():
    outside = Change(1, Act.ISSUE, TERM.end, at(1), Decimal(100))
    with pytest.raises(OutOfTerm):
        premium([outside], TERM, EVER)
