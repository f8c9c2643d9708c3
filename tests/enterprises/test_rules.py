from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.enterprises.rules import fingerprint, is_leap, months_before, years_after

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("before", "after", "leap"),
    [(42, 420, True), (420, 42, True), (42, 50, False), (3, 18, False), (0, 500, False)],
)
def test_a_leap_is_a_digit_too_many_or_too_few(before, after, leap):
    assert is_leap(before, after) is leap


@pytest.mark.parametrize(
    ("day", "years", "end"),
    [
        (date(2026, 3, 2), 3, date(2029, 3, 2)),
        (date(2024, 2, 29), 3, date(2027, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_years_go_by_whole(day, years, end):
    assert years_after(day, years) == end


@pytest.mark.parametrize(
    ("day", "earlier"),
    [
        (date(2026, 3, 2), date(2025, 3, 2)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2026, 12, 31), date(2025, 12, 31)),
    ],
)
def test_twelve_months_ago_is_the_same_day_or_the_last_there_is(day, earlier):
    assert months_before(day, 12) == earlier


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_ago_is_earlier_and_in_the_month_counted_back(day, months):
    earlier = months_before(day, months)

    apart = (day.year - earlier.year) * 12 + day.month - earlier.month
    assert apart == months
    assert earlier.day <= day.day


def test_a_fingerprint_tells_values_apart_and_not_their_order():
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1, "b": 2}) != fingerprint({"a": 12, "b": ""})
    assert fingerprint({"a": None}) != fingerprint({"a": ""})
