from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from apps.reference.models import Industry, StatutoryYear
from apps.reference.rules import is_working_day
from apps.reference.selectors import statutory_calendar
from tests.reference.test_load_working_days import notice


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    """As Excel writes it: numbers as numbers, dates as dates."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def run(command: str, *arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, **options)
    return out.getvalue().strip()


def test_the_official_table_comes_from_excel(tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "gb4754.xlsx",
        [
            ["国民经济行业分类"],
            [],
            ["代码", "名称"],
            ["391", "计算机制造"],
            [3911, "计算机整机制造"],
        ],
    )

    assert run("load_industries", file, dry_run=True) == (
        "dry run, nothing written: added 2, renamed 0, same 0"
    )
    assert not Industry.objects.filter(code="3911").exists()
    assert run("load_industries", file) == "added 2, renamed 0, same 0"
    assert Industry.objects.filter(code="3911").exists()


def test_a_number_in_excel_is_seen_to_have_lost_its_zero(tmp_path: Path) -> None:
    file = workbook(tmp_path / "gb4754.xlsx", [["代码", "名称"], [], [131, "棉花种植"]])

    with pytest.raises(CommandError) as refused:
        run("load_industries", file)

    assert str(refused.value).startswith("第 3 行：代码 131 是数字格式")
    assert not Industry.objects.filter(code="131").exists()


def test_a_csv_file_from_chinese_excel_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "gb4754.csv"
    file.write_bytes("代码,名称\r\n\r\n391,计算机制造\r\n".encode("gb18030"))

    assert run("load_industries", file) == "added 1, renamed 0, same 0"


def test_a_csv_file_that_lost_its_zeros_is_seen_by_its_names(tmp_path: Path) -> None:
    file = tmp_path / "gb4754.csv"
    file.write_text("代码,名称\n\n111,稻谷种植\n", encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        run("load_industries", file)

    assert str(refused.value) == (
        "第 3 行：代码 111 在系统中是“煤炭开采和洗选专业及辅助性活动”，与“稻谷种植”完全不同。"
        "若应为 0111，是 Excel 去掉了前导零，请把“代码”列设为文本格式后重新填写。"
    )


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gb4754.xlsx"
    file.write_bytes(b"PK\x03\x04 not a workbook")

    with pytest.raises(CommandError):
        run("load_industries", file)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="none"):
        run("load_industries", tmp_path / "none.xlsx")


def test_next_years_calendar_comes_from_excel(tmp_path: Path) -> None:
    file = workbook(tmp_path / "2027.xlsx", notice())

    said = run("load_working_days", 2027, file, source="通知", by="王科员")

    assert said == "2027: 29 days differ or have a name"
    assert [is_working_day(day, statutory_calendar()) for day, _word, _name in notice()[-2:]] == [
        True,
        True,
    ]


def test_a_calendar_with_a_hole_is_refused_whole(tmp_path: Path) -> None:
    file = workbook(tmp_path / "2027.xlsx", notice()[:-1])

    with pytest.raises(CommandError, match="应为 13 天"):
        run("load_working_days", 2027, file, source="通知", by="王科员")

    assert not StatutoryYear.objects.filter(year=2027).exists()


def test_reference_data_says_when_it_is_up_to_date() -> None:
    run("load_reference")

    assert run("load_reference") == "reference data is up to date"
