from datetime import date, datetime, timedelta
from typing import Any

import pytest

from apps.reference.errors import TableRefused
from apps.reference.models import StatutoryDay, StatutoryYear
from apps.reference.rules import is_working_day
from apps.reference.selectors import statutory_calendar, working_day_after
from apps.reference.services import load_working_days

HEADER = ["日期", "是否工作日", "名称"]
# An invented notice: thirteen weekdays off net of the weekend days worked for them.
OFF = [
    ("元旦", date(2027, 1, 1), 1),
    ("春节", date(2027, 2, 6), 9),
    ("清明节", date(2027, 4, 5), 1),
    ("劳动节", date(2027, 5, 1), 5),
    ("端午节", date(2027, 6, 9), 1),
    ("中秋节", date(2027, 9, 15), 1),
    ("国庆节", date(2027, 10, 1), 7),
]
WORKED = {
    date(2027, 2, 20): "春节",
    date(2027, 5, 8): "劳动节",
    date(2027, 9, 26): "国庆节",
    date(2027, 10, 9): "国庆节",
}


def notice() -> list[list[Any]]:
    rows: list[list[Any]] = [HEADER]
    for name, first, length in OFF:
        rows += [[first + timedelta(days=step), "否", name] for step in range(length)]
    return rows + [[day, "是", name] for day, name in WORKED.items()]


def load(table: list[list[Any]], **changed: Any) -> StatutoryYear:
    values: dict[str, Any] = {
        "year": 2027,
        "table": table,
        "source": "国务院办公厅通知",
        "by": "王科员",
    }
    return load_working_days(**values | changed)


def lines_of(table: list[list[Any]]) -> list[str]:
    with pytest.raises(TableRefused) as refused:
        load(table)
    assert not StatutoryYear.objects.filter(year=2027).exists()
    return refused.value.lines


def test_next_years_notice_lets_deadlines_cross_the_new_year() -> None:
    year = load(notice())

    assert working_day_after(date(2026, 12, 30), 3) == date(2027, 1, 5)
    assert (year.loaded_by, year.source) == ("王科员", "国务院办公厅通知")


def test_worked_weekends_and_holidays_are_kept() -> None:
    load(notice())

    calendar = statutory_calendar()
    assert is_working_day(date(2027, 2, 20), calendar)
    assert not is_working_day(date(2027, 2, 8), calendar)
    assert is_working_day(date(2027, 2, 22), calendar)


def test_a_table_of_every_day_of_the_year_says_the_same() -> None:
    listed = {row[0]: row for row in notice()[1:]}
    every = [date(2027, 1, 1) + timedelta(days=step) for step in range(365)]
    plain = [[day, "是" if day.weekday() < 5 else "否", ""] for day in every]
    load([HEADER, *(listed.get(row[0], row) for row in plain)])

    assert StatutoryDay.objects.filter(year__year=2027).count() == len(listed)


def test_a_second_load_replaces_the_first() -> None:
    load(notice())
    moved = [row for row in notice() if row[0] != date(2027, 5, 8)]

    load([*moved, [date(2027, 5, 9), "是", "劳动节"]])

    assert not is_working_day(date(2027, 5, 8), statutory_calendar())
    assert is_working_day(date(2027, 5, 9), statutory_calendar())


@pytest.mark.parametrize(
    "cell",
    [
        "2027-01-01",
        "2027/1/1",
        "2027.1.1",
        "2027年1月1日",
        "20270101",
        20270101.0,
        "２０２７-０１-０１",
        46388,
        46388.0,
        datetime(2027, 1, 1),  # noqa: DTZ001 - what a reader of workbooks gives
    ],
)
def test_a_date_may_be_written_as_people_and_excel_write_it(cell: Any) -> None:
    table = notice()
    table[1][0] = cell

    load(table)

    assert not is_working_day(date(2027, 1, 1), statutory_calendar())


@pytest.mark.parametrize("word", ["休", "放假", 0, 0.0, False, "FALSE", "否 "])
def test_rest_may_be_said_in_several_ways(word: Any) -> None:
    table = notice()
    table[1][1] = word

    load(table)

    assert not is_working_day(date(2027, 1, 1), statutory_calendar())


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["元旦", "否", "元旦"], "第 2 行：“元旦”不是日期，请写成 2027-01-01。"),
        (["2027-02-30", "否", "春节"], "第 2 行：“2027-02-30”不是日期，请写成 2027-01-01。"),
        (["2026-12-31", "否", "元旦"], "第 2 行：2026-12-31 不在 2027 年。"),
        (["2027-01-01", "也许", "元旦"], "第 2 行：“是否工作日”应写“是”或“否”，不是“也许”。"),
        (["2027-01-01", "否", ""], "第 2 行：2027-01-01 与平常的周几不同，请填写名称。"),
        (["2027-02-06", "否", "春节"], "第 3 行：2027-02-06 出现了两次。"),
    ],
)
def test_a_row_at_fault_is_named(row: list[Any], fault: str) -> None:
    table = notice()
    table[1] = row

    assert lines_of(table) == [fault]


def test_a_forgotten_row_shows_in_the_sum() -> None:
    table = [row for row in notice() if row[0] != date(2027, 10, 9)]

    assert lines_of(table) == [
        "放假的工作日减去调休上班的周末为 14 天，应为 13 天，请核对有无漏行。"
    ]


def test_new_year_cannot_be_a_working_day() -> None:
    table = [row for row in notice() if row[0] != date(2027, 1, 1)]

    assert lines_of(table)[0] == "2027-01-01 是法定节日，应为休息日。"


def test_a_year_with_other_holidays_by_law_gives_its_own_sum() -> None:
    table = [row for row in notice() if row[0] != date(2027, 6, 9)]

    assert load(table, days_off=12).year == 2027
