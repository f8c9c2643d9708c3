from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.reference.errors import CalendarMissing
from apps.reference.models import StatutoryYear
from apps.reference.rules import (
    Calendar,
    OutsideCalendar,
    is_working_day,
    working_days_after,
    working_days_between,
)
from apps.reference.selectors import calendar_years, statutory_calendar, working_day_after

PLAIN = Calendar(
    years=frozenset({2026, 2027, 2028}),
    exceptions={
        date(2026, 2, 14): True,
        **{date(2026, 2, 15) + timedelta(days=step): False for step in range(9)},
        date(2026, 2, 28): True,
        date(2027, 1, 1): False,
    },
)
days = st.dates(date(2026, 1, 1), date(2027, 9, 30))
counts = st.integers(0, 120)


@pytest.mark.no_database
class TestCounting:
    @given(days, counts)
    def test_the_nth_working_day_is_n_working_days_away(self, day: date, n: int) -> None:
        assert working_days_between(day, working_days_after(day, n, PLAIN), PLAIN) == n

    @given(days, counts)
    def test_a_later_count_ends_later(self, day: date, n: int) -> None:
        assert working_days_after(day, n, PLAIN) < working_days_after(day, n + 1, PLAIN)

    @given(days, st.integers(1, 120))
    def test_a_later_start_never_ends_earlier(self, day: date, n: int) -> None:
        tomorrow = day + timedelta(days=1)
        assert working_days_after(day, n, PLAIN) <= working_days_after(tomorrow, n, PLAIN)

    @given(days, st.integers(1, 120))
    def test_a_deadline_is_itself_a_working_day(self, day: date, n: int) -> None:
        assert is_working_day(working_days_after(day, n, PLAIN), PLAIN)

    @given(days, st.integers(0, 60), st.integers(0, 60))
    def test_counting_on_is_counting_once(self, day: date, first: int, second: int) -> None:
        midway = working_days_after(day, first, PLAIN)
        assert working_days_after(midway, second, PLAIN) == working_days_after(
            day, first + second, PLAIN
        )

    @given(days, days)
    def test_backwards_is_the_same_number_below_zero(self, one: date, other: date) -> None:
        assert working_days_between(one, other, PLAIN) == -working_days_between(other, one, PLAIN)

    def test_the_day_itself_does_not_count(self) -> None:
        assert working_days_after(date(2026, 3, 2), 0, PLAIN) == date(2026, 3, 2)
        assert working_days_after(date(2026, 3, 2), 1, PLAIN) == date(2026, 3, 3)

    def test_nobody_counts_backwards(self) -> None:
        with pytest.raises(ValueError, match="forward"):
            working_days_after(date(2026, 3, 2), -1, PLAIN)

    def test_a_bare_calendar_says_which_year_it_lacks(self) -> None:
        with pytest.raises(OutsideCalendar, match="2029"):
            working_days_after(date(2028, 12, 29), 1, PLAIN)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 13), True),  # Friday
        (date(2026, 2, 14), True),  # Saturday, worked for Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 16), False),  # Monday of Spring Festival
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # Saturday, worked
        (date(2026, 3, 1), False),  # plain Sunday
        (date(2026, 1, 4), True),  # Sunday after New Year, worked
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2020, 1, 31), False),  # the holiday prolonged in 2020
    ],
)
def test_the_loaded_calendar_follows_the_notices(day: date, works: bool) -> None:
    assert is_working_day(day, statutory_calendar()) == works


def test_ten_working_days_across_spring_festival_2026() -> None:
    # 13 and 14 February, then 24 to 28, then 2 to 4 March.
    assert working_day_after(date(2026, 2, 12), 10) == date(2026, 3, 4)


def test_every_year_since_the_programme_began_is_loaded_with_its_notice() -> None:
    years = list(StatutoryYear.objects.values_list("year", flat=True))

    assert years == list(range(2018, 2027))
    assert (
        StatutoryYear.objects.get(year=2026).source == "国务院办公厅关于2026年部分节假日安排的通知"
    )


def test_outside_the_calendar_the_refusal_names_the_year_and_who_enters_it() -> None:
    with pytest.raises(CalendarMissing) as refused:
        working_day_after(date(2026, 12, 30), 10)

    assert str(refused.value) == (
        "2027 年的法定工作日年历尚未录入，涉及该年的工作日期限无法推算。"
        "请平台系统管理员按国务院办公厅当年的放假通知录入。"
    )
    assert refused.value.code == "calendar_missing"


def test_days_off_sum_to_what_the_law_gives() -> None:
    @cache
    def off(year: int) -> int:
        calendar = statutory_calendar()
        exceptions = [(day, on) for day, on in calendar.exceptions.items() if day.year == year]
        odd = [on for day, on in exceptions if on != (day.weekday() < 5)]
        return sum(-1 if on else 1 for on in odd)

    assert {year: off(year) for year in range(2018, 2027)} == {
        **dict.fromkeys(range(2018, 2025), 11),
        2020: 13,  # two days more before the return to work
        2025: 13,
        2026: 13,
    }


def test_the_calendar_page_joins_the_days_of_a_holiday() -> None:
    newest = calendar_years()[0]

    spring = next(stretch for stretch in newest.holidays if stretch.name == "春节")
    assert newest.year.year == 2026
    assert (spring.first, spring.last, spring.length) == (date(2026, 2, 15), date(2026, 2, 23), 9)
    assert [stretch.first for stretch in newest.working_weekends] == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]
