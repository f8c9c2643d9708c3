"""Cover is a whole year, never before the wanted day and never on the day of the money."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.policies.services.cover import period_of_cover

pytestmark = pytest.mark.no_database
DAYS = st.dates(min_value=date(2018, 1, 1), max_value=date(2090, 12, 31))


@given(wanted=DAYS, money=DAYS)
def test_a_whole_year_that_starts_when_both_are_there(wanted, money):
    period = period_of_cover(wanted, money)
    assert period.start == max(wanted, money + timedelta(days=1))
    assert period.start > money
    assert period.start >= wanted
    assert period.days in (365, 366)


@given(wanted=DAYS, money=DAYS)
def test_it_ends_on_the_same_day_of_the_next_year(wanted, money):
    period = period_of_cover(wanted, money)
    if (period.start.month, period.start.day) == (2, 29):
        assert period.end == date(period.start.year + 1, 3, 1)
    else:
        assert period.end == period.start.replace(year=period.start.year + 1)


def test_money_on_the_twenty_eighth_of_a_leap_february_starts_on_the_twenty_ninth():
    period = period_of_cover(date(2028, 2, 1), date(2028, 2, 28))
    assert (period.start, period.end, period.last_day) == (
        date(2028, 2, 29),
        date(2029, 3, 1),
        date(2029, 2, 28),
    )
