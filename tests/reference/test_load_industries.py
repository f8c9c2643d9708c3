from typing import Any

import pytest

from apps.reference.errors import TableRefused
from apps.reference.models import Industry
from apps.reference.selectors import search_industries
from apps.reference.services import load_industries

HEADER = ["代码", "名称"]


def lines_of(table: list[list[Any]]) -> list[str]:
    before = sorted(Industry.objects.values_list("code", "name"))
    with pytest.raises(TableRefused) as refused:
        load_industries(table)
    assert sorted(Industry.objects.values_list("code", "name")) == before
    return refused.value.lines


def test_new_groups_and_classes_find_their_place() -> None:
    changes = load_industries([HEADER, ["3911", "计算机整机制造"], ["391", "计算机制造"]])

    row = Industry.objects.get(code="3911")
    assert changes.added == ["391", "3911"]
    assert (row.level, row.section, row.parent.code) == ("class", "C", "391")  # type: ignore[union-attr]
    assert search_industries("整机")[0] == row


def test_a_new_name_replaces_the_old_and_is_found() -> None:
    changes = load_industries([HEADER, ["3311", "金属结构件制造"], ["3312", "金属门窗制造"]])

    assert (changes.added, changes.renamed, changes.same) == ([], ["3311"], 1)
    assert search_industries("结构件")[0].code == "3311"


def test_what_the_table_omits_stays() -> None:
    before = Industry.objects.count()

    load_industries([HEADER, ["33", "金属制品业"]])

    assert Industry.objects.count() == before


def test_a_dry_run_says_what_would_come_and_writes_nothing() -> None:
    table: list[list[Any]] = [HEADER, ["391", "计算机制造"], ["3311", "金属结构件制造"]]

    changes = load_industries(table, dry_run=True)

    assert (changes.added, changes.renamed) == (["391"], ["3311"])
    assert not Industry.objects.filter(code="391").exists()
    assert Industry.objects.get(code="3311").name == "金属结构制造"


def test_loading_the_same_table_twice_changes_nothing_more() -> None:
    table = [HEADER, ["391", "计算机制造"]]
    load_industries(table)

    changes = load_industries(table)

    assert (changes.added, changes.renamed, changes.same) == ([], [], 1)


def test_the_header_may_stand_below_titles_in_any_order_with_other_columns() -> None:
    table = [
        ["国民经济行业分类", None, None],
        [None, None, None],
        ["序号", "类别名称", "行业代码 "],
        [1.0, " 计算机制造 ", "391"],
        [None, None, None],
        [2.0, "计算机整机制造", 3911.0],
    ]

    assert load_industries(table).added == ["391", "3911"]


def test_a_table_without_the_columns_is_refused() -> None:
    assert lines_of([["编号", "行业"], ["391", "计算机制造"]]) == [
        "前 20 行中没有找到列名：代码、名称。"
    ]


@pytest.mark.parametrize("table", [[], [HEADER], [HEADER, [None, None]]])
def test_an_empty_table_is_refused(table: list[list[Any]]) -> None:
    assert len(lines_of(table)) == 1


@pytest.mark.parametrize("cell", [111, 111.0, 11, 1])
def test_a_code_typed_as_a_number_may_have_lost_its_zero(cell: Any) -> None:
    [line] = lines_of([HEADER, [cell, "稻谷种植"]])

    code = str(int(cell))
    assert line.startswith(f"第 2 行：代码 {code} 是数字格式，Excel 可能已去掉前导零（0{code}）。")


def test_the_same_digits_typed_as_text_are_a_code() -> None:
    assert load_industries([HEADER, ["111", "煤炭开采和洗选专业及辅助性活动"]]).same == 1


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["39111", "太长"], "第 2 行：代码“39111”应为一个字母（门类）或两至四位数字。"),
        (["3a", "字母"], "第 2 行：代码“3A”应为一个字母（门类）或两至四位数字。"),
        (["U", "没有的门类"], "第 2 行：代码“U”应为一个字母（门类）或两至四位数字。"),
        (["391", ""], "第 2 行：名称应为 1 至 120 个字。"),
        (["391", "长" * 121], "第 2 行：名称应为 1 至 120 个字。"),
        ([None, "注：本表"], "第 2 行：有名称而没有代码。"),
        (["3911", "上级不在"], "第 2 行：代码 3911 的上级 391 既不在表中，也不在系统中。"),
        (["98", "没有的大类"], "第 2 行：代码 98 不是国标中的门类或大类。"),
        ([3.9e10, "大数"], "第 2 行：代码“39000000000”应为一个字母（门类）或两至四位数字。"),
        ([True, "逻辑值"], "第 2 行：代码“TRUE”应为一个字母（门类）或两至四位数字。"),
    ],
)
def test_a_row_at_fault_is_named(row: list[Any], fault: str) -> None:
    assert lines_of([HEADER, row, ["3311", "金属结构件制造"]]) == [fault]


def test_a_code_given_twice_names_both_rows() -> None:
    table = [HEADER, ["391", "计算机制造"], ["３９１", "计算机制造业"]]

    assert lines_of(table) == ["第 3 行：代码 391 与第 2 行重复。"]


def test_many_faults_are_counted_after_the_first_twenty() -> None:
    lines = lines_of([HEADER, *([None, f"注 {number}"] for number in range(30))])

    assert len(lines) == 21
    assert lines[-1] == "另有 10 处问题。"
