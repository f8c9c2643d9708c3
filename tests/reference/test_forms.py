from datetime import date

import pytest

from apps.reference.forms import IndustrySearchForm, ParameterDayForm, WorkingDaysForm

TODAY = date(2026, 3, 2)

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("day", "chosen"),
    [
        ("2025-03-28", date(2025, 3, 28)),
        ("", TODAY),
        ("2025-02-30", TODAY),
        ("昨天", TODAY),
    ],
)
def test_the_day_of_the_values_is_today_unless_a_day_is_asked(day: str, chosen: date) -> None:
    assert ParameterDayForm({"day": day}).chosen(TODAY) == chosen


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ("", "10"),
        ("9999-12-31", "1"),
        ("1999-12-31", "1"),
        ("2026-03-02", "0"),
        ("2026-03-02", "251"),
        ("2026-03-02", "十"),
    ],
)
def test_a_deadline_is_counted_from_a_sensible_day_only(start: str, count: str) -> None:
    assert not WorkingDaysForm({"start": start, "count": count}).is_valid()


def test_a_search_may_be_empty_but_not_endless() -> None:
    assert IndustrySearchForm({}).is_valid()
    assert not IndustrySearchForm({"q": "金" * 61}).is_valid()
