"""What must hold of every round, whatever the pool and the agreement."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.pools.rules import WHOLE, Member, Remark, Terms, next_shares
from apps.pools.rules.bounds import box
from apps.pools.rules.webster import bounded_webster
from tests.pools.share_strategies import CODES, agreed, cuts, pools, ratios, scores

pytestmark = [pytest.mark.no_database, pytest.mark.slow]
thorough = settings(max_examples=1_000, deadline=None)


@thorough
@given(pools(), agreed)
def test_shares_sum_to_the_whole_and_every_step_is_told(members, terms):
    result = next_shares(members, terms)
    assert sum(result.shares.values()) == WHOLE
    assert set(result.shares) == {member.code for member in members}
    for row in result.worksheet:
        assert result.shares[row.code] == row.after
    for stage in ("structural", "performance", "after"):
        assert sum(getattr(row, stage) for row in result.worksheet) == WHOLE


@thorough
@given(pools(), agreed)
def test_no_share_moves_by_more_than_the_step_nor_leaves_the_box(members, terms):
    result = next_shares(members, terms)
    used = {note.remark: note.numbers.get("used") for note in result.notes}
    step = used.get(Remark.STEP_WIDENED, terms.step)
    floor = used.get(Remark.FLOOR_LOWERED, terms.floor)
    cap = used.get(Remark.CAP_RAISED, terms.cap)
    for row in result.worksheet:
        assert abs(row.after - row.structural) <= step
        if floor <= row.structural <= cap:
            assert floor <= row.after <= cap
        elif row.structural < floor:
            assert row.structural + min(step, floor - row.structural) <= row.after <= cap
        else:
            assert floor <= row.after <= row.structural - min(step, row.structural - cap)


@thorough
@given(pools(), agreed)
def test_bounds_give_way_only_when_they_must(members, terms):
    notes = {note.remark: note.numbers for note in next_shares(members, terms).notes}
    count = len(members)
    assert (Remark.FLOOR_LOWERED in notes) == (terms.floor * count > WHOLE)
    assert (Remark.CAP_RAISED in notes) == (terms.cap * count < WHOLE)
    if Remark.STEP_WIDENED in notes:
        baseline = {r.code: r.structural for r in next_shares(members, terms).worksheet}
        narrower = notes[Remark.STEP_WIDENED]["used"] - 1
        tried = box(baseline, replace(terms, step=narrower))
        assert any(note.remark is Remark.STEP_WIDENED for note in tried.notes)


@thorough
@given(pools(least=2), agreed, st.data())
def test_more_business_never_costs_a_basis_point(members, terms, data):
    place = data.draw(st.integers(0, len(members) - 1))
    more = data.draw(st.integers(1, 10**12).map(Fraction))
    mine = members[place]
    richer = [*members]
    richer[place] = replace(mine, business=mine.business + more)
    before, after = next_shares(members, terms), next_shares(richer, terms)
    assert after.shares[mine.code] >= before.shares[mine.code]


@thorough
@given(pools(least=2), agreed, st.data())
def test_a_better_score_never_costs_its_owner_and_gives_nobody_else(members, terms, data):
    place = data.draw(st.integers(0, len(members) - 1))
    mine = members[place]
    better = [*members]
    better[place] = replace(mine, score=mine.score + (100 - mine.score) * data.draw(ratios))
    before, after = next_shares(members, terms), next_shares(better, terms)
    # Where every weight was nought nothing could be compared, and shares stood as they were.
    assume(not any(note.remark is Remark.NO_WEIGHT for note in before.notes))
    assert after.shares[mine.code] >= before.shares[mine.code]
    for code, share in after.shares.items():
        assert code == mine.code or share <= before.shares[code]


@thorough
@given(st.integers(1, 20).flatmap(cuts), scores, agreed)
def test_business_as_the_shares_and_equal_scores_change_nothing(shares, score, terms):
    """Where the shares stand inside the box already."""
    members = [
        Member(code, share, Fraction(share), score)
        for code, share in zip(CODES, shares, strict=False)
    ]
    assert list(next_shares(members, around(shares, terms)).shares.values()) == shares


def around(shares, terms):
    """The terms, with the box drawn wide enough for shares that stand already."""
    return replace(terms, floor=min(terms.floor, *shares), cap=max(terms.cap, *shares))


@thorough
@given(pools(), agreed, st.randoms(use_true_random=False), st.integers(1, 10**9))
def test_neither_order_nor_the_unit_of_money_matters(members, terms, random, unit):
    scaled = [replace(m, business=m.business * unit / 7) for m in members]
    random.shuffle(scaled)
    first, second = next_shares(members, terms), next_shares(scaled, terms)
    assert first.shares == second.shares
    assert first.notes == second.notes


@thorough
@given(pools(changing=False), agreed)
def test_without_business_and_with_equal_scores_shares_stay_inside_the_box(members, terms):
    quiet = [replace(member, business=Fraction(0), score=Fraction(70)) for member in members]
    shares = [member.share for member in members]
    assert list(next_shares(quiet, around(shares, terms)).shares.values()) == shares


@thorough
@given(pools(least=2, changing=False), ratios, ratios)
def test_the_distance_to_the_business_share_shrinks_with_every_period(members, damping, weight):
    """By 1 - damping x weight, up to the rounding of a basis point; scores at the norm, no box."""
    assume(any(member.business for member in members))
    level = [replace(member, score=Fraction(80)) for member in members]
    terms = Terms(damping, weight, floor=0, cap=WHOLE, step=WHOLE)
    for row in next_shares(level, terms).worksheet:
        distance = abs(row.structural - row.business_share) * (1 - damping * weight)
        assert abs(abs(row.after - row.business_share) - distance) <= len(members) / 2 + 1


@thorough
@given(pools(), agreed)
def test_the_fast_start_finds_what_one_at_a_time_finds(members, terms):
    rows = next_shares(members, terms).worksheet
    weights = {row.code: row.weight for row in rows}
    assume(any(weights.values()))
    low, high = {r.code: r.low for r in rows}, {r.code: r.high for r in rows}
    # A slow pool of a hundredth: the same boxes, shrunk.
    low = {code: points // 100 for code, points in low.items()}
    high = {code: -(-points // 100) for code, points in high.items()}
    total = min(max(100, sum(low.values())), sum(high.values()))
    assert bounded_webster(weights, low, high, total) == one_at_a_time(weights, low, high, total)


def one_at_a_time(weights, low, high, total):
    """The definition, word for word."""
    given_out = {code: low[code] for code in sorted(weights)}
    for _unit in range(total - sum(low.values())):
        open_to = [code for code in given_out if given_out[code] < high[code]]
        taker = max(
            open_to, key=lambda code: (weights[code] / (2 * given_out[code] + 1), weights[code])
        )
        given_out[taker] += 1
    return given_out


@thorough
@given(pools(most=6, changing=False), agreed)
def test_members_who_leave_take_nothing_from_the_order_of_the_others(members, terms):
    assume(len(members) > 1)
    rows = next_shares(members[1:], terms).worksheet
    ranked = sorted(rows, key=lambda row: (row.before, row.structural))
    assert [row.structural for row in ranked] == sorted(row.structural for row in rows)
    for row in rows:
        assert row.structural >= row.before
