from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.dates import DAY, Period, local_day, start_of_day, year_of_cover

pytestmark = pytest.mark.no_database

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
periods = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)), days, st.integers(1, 3_000)
)
moments = st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "last_day", "length"),
    [
        (date(2026, 3, 1), date(2027, 2, 28), 365),
        (date(2026, 3, 5), date(2027, 3, 4), 365),
        (date(2026, 1, 1), date(2026, 12, 31), 365),
        (date(2027, 3, 1), date(2028, 2, 29), 366),
        (date(2028, 2, 29), date(2029, 2, 28), 366),
        (date(2028, 2, 28), date(2029, 2, 27), 366),
    ],
)
def test_a_year_of_cover(start, last_day, length):
    year = year_of_cover(start)
    assert (year.start, year.last_day, year.days) == (start, last_day, length)


@given(days)
def test_a_renewal_begins_where_the_year_ends(start):
    year = year_of_cover(start)
    renewal = year_of_cover(year.end)
    assert renewal.starts_at == year.ends_at
    assert not year.overlaps(renewal)


@given(periods, days)
def test_a_period_contains_its_first_day_and_not_its_end(period, day):
    assert period.contains(period.start)
    assert period.contains(period.last_day)
    assert not period.contains(period.end)
    assert period.contains(day) == (0 <= (day - period.start).days < period.days)


@given(periods, periods)
def test_periods_overlap_when_they_share_a_day(one, other):
    shared = one.common(other)
    assert one.overlaps(other) == other.overlaps(one) == (shared is not None)
    if shared is not None:
        assert one.contains(shared.start)
        assert other.contains(shared.last_day)


@given(periods)
def test_a_period_of_days_lasts_as_many_times_24_hours(period):
    elapsed = period.ends_at.astimezone(UTC) - period.starts_at.astimezone(UTC)
    assert abs(elapsed - period.days * DAY) <= timedelta(hours=1)  # summer time, 1940 to 1991


@pytest.mark.parametrize("end", [date(2026, 3, 1), date(2026, 2, 28)])
def test_a_period_without_a_day_is_refused(end):
    with pytest.raises(ValueError, match="A period ends after it starts"):
        Period(date(2026, 3, 1), end)


@given(days)
def test_a_day_begins_at_midnight_in_foshan(day):
    assert local_day(start_of_day(day)) == day
    assert local_day(start_of_day(day) - timedelta(seconds=1)) == day - DAY


@given(moments)
def test_every_moment_lies_in_its_local_day(moment):
    day = local_day(moment)
    assert start_of_day(day) <= moment < start_of_day(day + DAY)


def test_late_evening_in_london_is_already_tomorrow_in_foshan():
    assert local_day(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 3, 1))  # noqa: DTZ001
