"""Business by days on risk: what a rush, a cancellation, a cut or a transfer is worth."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.billing.earned.rules import (
    MOST_OF_POOL,
    Sold,
    business,
    by_insurer,
    earned,
    settled,
)

pytestmark = [pytest.mark.no_database, pytest.mark.slow]
thorough = settings(max_examples=1_000, deadline=None)

Q4 = (date(2025, 10, 1), date(2026, 1, 1))
FROZEN = date(2026, 1, 31)
PREMIUM = 365_000  # fen


def policy(start=date(2025, 1, 1), days=365, *, fen=PREMIUM, known=None, insurer=1, **facts):
    facts.setdefault("enterprise", insurer)
    received = ((known or start, fen),)
    return Sold(insurer, start=start, end=start + timedelta(days=days), received=received, **facts)


class TestOnePolicy:
    def test_a_quarter_counts_its_days(self):
        assert earned(policy(), Q4, FROZEN) == PREMIUM * Fraction(92, 365)

    def test_writing_on_the_last_day_is_worth_one_day(self):
        assert earned(policy(date(2025, 12, 31)), Q4, FROZEN) == Fraction(PREMIUM, 365)

    def test_money_that_came_after_the_freeze_does_not_count_yet(self):
        assert earned(policy(known=FROZEN), Q4, FROZEN) == 0
        assert earned(policy(known=date(2026, 1, 30)), Q4, FROZEN) > 0

    def test_cancelled_within_ninety_days_counts_nothing(self):
        start = date(2025, 10, 1)
        gone = policy(start, cancelled_from=start + timedelta(days=90))
        assert earned(gone, Q4, FROZEN) == 0
        later = policy(start, cancelled_from=start + timedelta(days=91))
        assert earned(later, Q4, FROZEN) == PREMIUM * Fraction(91, 365)

    def test_unless_the_enterprise_closed(self):
        start = date(2025, 10, 1)
        closed = policy(start, cancelled_from=date(2025, 11, 1), by_closure=True)
        assert earned(closed, Q4, FROZEN) == PREMIUM * Fraction(31, 365)

    def test_transferred_business_counts_half_for_its_first_year(self):
        start = date(2025, 10, 1)
        moved = policy(start, transferred_on=start)
        assert earned(moved, Q4, FROZEN) == earned(policy(start), Q4, FROZEN) / 2

    def test_and_whole_in_the_second(self):
        """A building site insured for two years."""
        start = date(2024, 11, 1)
        moved = policy(start, 730, transferred_on=start)
        assert earned(moved, Q4, FROZEN) == PREMIUM * (Fraction(31, 2) + 61) / 730


class TestThePool:
    def test_one_enterprise_counts_for_at_most_two_percent(self):
        crowd = [policy(insurer=1, enterprise=n) for n in range(99)]
        giant = policy(insurer=2, enterprise=1_000, fen=100 * PREMIUM)
        counted = by_insurer([*crowd, giant], Q4, FROZEN)
        total = sum(earned(one, Q4, FROZEN) for one in [*crowd, giant])
        assert counted[2] == MOST_OF_POOL * total

    def test_what_a_clawback_takes_beyond_nothing_waits(self):
        assert settled({1: Fraction(-5), 2: Fraction(7, 2)}, {2: -2}) == {1: (0, -5), 2: (2, 0)}

    def test_write_in_one_period_and_cancel_in_the_next_nets_nothing(self):
        """Within ninety days; the second round takes back what the first had counted."""
        start, cancelled = date(2025, 12, 1), date(2026, 2, 15)
        known = [policy(start, enterprise=n, cancelled_from=cancelled) for n in range(60)]
        q1 = (date(2026, 1, 1), date(2026, 4, 1))
        first, _ = business(known, Q4, FROZEN)
        second, corrections = business(known, q1, date(2026, 5, 1), earlier=[Q4], counted_by=FROZEN)
        assert first[1] > 0
        assert first[1] + second.get(1, 0) + corrections[1] == 0


days = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@st.composite
def solds(draw):
    start = draw(days)
    term = draw(st.integers(30, 800))
    cancelled = draw(st.none() | st.integers(0, term).map(lambda n: start + timedelta(days=n)))
    return Sold(
        insurer=draw(st.integers(1, 4)),
        enterprise=draw(st.integers(1, 80)),
        start=start,
        end=start + timedelta(days=term),
        received=tuple(
            draw(st.lists(st.tuples(days, st.integers(1, 10**9)), min_size=0, max_size=3))
        ),
        cancelled_from=cancelled,
        by_closure=draw(st.booleans()),
        transferred_on=draw(st.sampled_from([None, start])),
    )


portfolios = st.lists(solds(), min_size=1, max_size=25)


@st.composite
def calendars(draw):
    """Windows that follow each other, and how long after its end each is frozen."""
    start = date(2025, 1, 1)
    lengths = draw(st.lists(st.integers(28, 120), min_size=1, max_size=8))
    windows = []
    for length in lengths:
        windows.append((start, start + timedelta(days=length)))
        start = windows[-1][1]
    return windows, timedelta(days=draw(st.integers(0, 27)))


@thorough
@given(solds(), calendars())
def test_windows_add_up_to_one_long_window(sold, calendar):
    windows, _wait = calendar
    known_by = date(2030, 1, 1)
    whole = earned(sold, (windows[0][0], windows[-1][1]), known_by)
    assert sum(earned(sold, window, known_by) for window in windows) == whole


@thorough
@given(solds())
def test_a_whole_term_is_worth_what_was_received(sold):
    plain = replace(sold, cancelled_from=None, transferred_on=None)
    ever = (date(2024, 1, 1), date(2031, 1, 1))
    assert earned(plain, ever, date(2031, 1, 1)) == sum(fen for _day, fen in sold.received)


@thorough
@given(solds(), days)
def test_no_policy_is_worth_more_than_its_money_nor_less_than_nothing(sold, known_by):
    amount = earned(sold, Q4, known_by)
    assert 0 <= amount <= sum(fen for _day, fen in sold.received)


@thorough
@given(portfolios, calendars())
def test_whatever_is_known_late_is_counted_in_the_end_and_once(portfolio, calendar):
    """Each round adds its window and corrects those before: the sum is what is known last."""
    windows, wait = calendar
    added = {}
    for number, window in enumerate(windows):
        counted_by = windows[number - 1][1] + wait if number else None
        now, corrections = business(
            portfolio, window, window[1] + wait, earlier=windows[:number], counted_by=counted_by
        )
        for part in (now, corrections):
            for insurer, amount in part.items():
                added[insurer] = added.get(insurer, 0) + amount
    last = windows[-1][1] + wait
    expected = {}
    for window in windows:
        for insurer, amount in by_insurer(portfolio, window, last).items():
            expected[insurer] = expected.get(insurer, 0) + amount
    assert {k: v for k, v in added.items() if v} == {k: v for k, v in expected.items() if v}


@thorough
@given(portfolios, solds(), st.integers(0, 90), calendars())
def test_write_then_cancel_nets_nothing(portfolio, sold, after, calendar):
    """However the periods fall: with the bad policy and without it, all rounds add up alike."""
    windows, wait = calendar
    cancelled = sold.start + timedelta(days=after)
    assume(cancelled < windows[-1][1] + wait)
    bad = replace(sold, cancelled_from=cancelled, by_closure=False)
    sums = []
    for rows in (portfolio, [*portfolio, bad]):
        total = {}
        for number, window in enumerate(windows):
            counted_by = windows[number - 1][1] + wait if number else None
            for part in business(
                rows, window, window[1] + wait, earlier=windows[:number], counted_by=counted_by
            ):
                for insurer, amount in part.items():
                    total[insurer] = total.get(insurer, 0) + amount
        sums.append({insurer: amount for insurer, amount in total.items() if amount})
    assert sums[0] == sums[1]


@thorough
@given(portfolios, st.integers(2, 5), days)
def test_splitting_a_policy_gains_nothing(portfolio, pieces, known_by):
    """The same cover in pieces: premium and days are the same, and so is the cap by enterprise."""
    first, *others = portfolio
    cut = [
        replace(first, received=tuple((day, fen) for day, fen in first.received))
        for _piece in range(pieces)
    ]
    whole = replace(first, received=tuple((day, fen * pieces) for day, fen in first.received))
    assert by_insurer([*others, *cut], Q4, known_by) == by_insurer([*others, whole], Q4, known_by)


@thorough
@given(portfolios, days)
def test_no_enterprise_counts_for_more_than_its_part_of_the_pool(portfolio, known_by):
    total = sum(earned(one, Q4, known_by) for one in portfolio)
    counted = sum(by_insurer(portfolio, Q4, known_by).values())
    firms = {one.enterprise for one in portfolio if earned(one, Q4, known_by)}
    assert counted <= min(total, MOST_OF_POOL * total * len(firms))


@thorough
@given(portfolios, days, st.randoms(use_true_random=False))
def test_the_order_of_policies_does_not_matter(portfolio, known_by, random):
    shuffled = [*portfolio]
    random.shuffle(shuffled)
    assert by_insurer(shuffled, Q4, known_by) == by_insurer(portfolio, Q4, known_by)
