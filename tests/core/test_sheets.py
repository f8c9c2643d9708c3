import csv
import random
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.core.sheets.reading import Row, SheetRefused, read_sheet
from apps.core.sheets.screen import column_name
from apps.core.sheets.writing import BOM, Column, csv_lines, write_xlsx
from tests.core.workbooks import (
    SHEET,
    amplified_workbook,
    cell,
    lying_workbook,
    plain_workbook,
    sheet_with,
    with_entry,
    workbook_with,
    zipped,
)

pytestmark = pytest.mark.no_database

PREFIXES = ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋"]
ATTACKS = [f"{prefix}1+1" for prefix in PREFIXES] + [
    '=HYPERLINK("http://example.com")',
    "=cmd|' /C calc'!A0",
    "http://example.com",
    "{=1+1}",
]
MARKUP = "<r><t>x</t></r></is></c><c r='B2'><f>1+1</f></c><c r='C2' t='inlineStr'><is><r></r>"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"))


def written(columns: list[Column], rows: list[list]) -> bytes:
    target = BytesIO()
    write_xlsx(target, columns, rows)
    return target.getvalue()


def read(content: bytes) -> list[Row]:
    return read_sheet(BytesIO(content))


def cells(content: bytes) -> list[list[str]]:
    return [row.cells for row in read(content)]


def excel(*rows: list) -> bytes:
    """A workbook as Excel itself would write it: numbers as numbers."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


def test_text_stays_text_in_a_workbook():
    content = written([Column("内容")], [[text] for text in ATTACKS])

    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read(SHEET).decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert cells(content) == [["内容"], *([text] for text in ATTACKS)]


def test_markup_in_a_text_does_not_become_part_of_the_workbook():
    content = written([Column("内容"), Column("b"), Column("c")], [[MARKUP, "", ""]])
    assert cells(content)[1] == [f"{MARKUP} ", "", ""]


@settings(max_examples=15, deadline=None)
@given(st.lists(TEXT, min_size=5, max_size=50))
def test_any_text_comes_back_from_a_workbook(texts):
    rows = cells(written([Column("n", "integer"), Column("内容")], list(enumerate(texts, 1))))
    assert [row[1] for row in rows[1:]] == texts


@given(TEXT)
def test_no_text_begins_a_formula_in_a_text_file(text):
    line = list(csv_lines([Column("内容")], [[text]]))[1]
    (row,) = list(csv.reader(StringIO(line, newline="")))
    (shown,) = row or [""]
    assert shown in {text, f"'{text}"}
    assert not shown.startswith(tuple(PREFIXES))


def test_a_text_file_begins_with_the_mark_of_utf_8_and_numbers_stay_numbers():
    columns = [Column("姓名"), Column("差额", "money"), Column("日期", "date")]
    rows = [["=张三", Decimal("-5.00"), date(2026, 3, 2)], ["李四", None, None]]
    text = "".join(csv_lines(columns, rows))
    assert text == f"{BOM}姓名,差额,日期\r\n'=张三,-5.00,2026-03-02\r\n李四,,\r\n"


def test_values_keep_their_kind_and_their_digits():
    columns = [
        Column("证件号"),
        Column("金额", "money"),
        Column("人数", "integer"),
        Column("日期", "date"),
    ]
    late_in_london = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    rows = [
        ["440604198501010010", Decimal("999999999999.99"), 12, date(2026, 3, 2)],
        ["00123", Decimal("-0.10"), 10**18, late_in_london],
        ["", None, None, date(1899, 12, 31)],
    ]
    assert cells(written(columns, rows)) == [
        ["证件号", "金额", "人数", "日期"],
        ["440604198501010010", "999999999999.99", "12", "2026-03-02"],
        ["00123", "-0.1", "1000000000000000000", "2026-03-02"],
        ["", "", "", "1899-12-31"],
    ]


def test_a_text_too_long_for_a_cell_is_refused_rather_than_cut():
    with pytest.raises(DomainError, match="第3行有一格超过32767个字"):
        written([Column("内容")], [["x" * 32_767], ["x" * 32_768]])


def test_a_row_of_another_length_than_the_heading_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        written([Column("a"), Column("b")], [["only one"]])


def test_rows_have_the_numbers_that_excel_shows():
    content = sheet_with(cell("B3", "甲") + cell("A7", "乙"))
    assert read(content) == [Row(3, ["", "甲"]), Row(7, ["乙", ""])]


def test_numbers_and_dates_become_text_as_people_read_them():
    row = [1, 2.5, 0.1 + 0.2, -3, 1.5e-7, 123456789012345, True, datetime(2026, 3, 2, 13, 5)]  # noqa: DTZ001
    assert cells(excel(row)) == [
        ["1", "2.5", "0.3", "-3", "0.00000015", "123456789012345", "TRUE", "2026-03-02 13:05:00"]
    ]


def test_a_formula_gives_the_value_it_was_saved_with():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet().write_formula("A1", "=1+1", None, 2)
    assert cells(target.getvalue()) == [["2"]]


def test_the_first_visible_sheet_is_read():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        hidden, shown = book.add_worksheet("旧"), book.add_worksheet("新")
        hidden.write_string("A1", "旧")
        shown.write_string("A1", "新")
        hidden.hide()
        shown.activate()
        shown.set_first_sheet()
    assert cells(target.getvalue()) == [["新"]]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (excel(["x"], ["y", 440604198501010010]), "第2行B列"),
        ("姓名,证件号\n张三,4.40604E+17\n".encode(), "第2行B列"),
    ],
    ids=["xlsx", "csv"],
)
def test_a_long_number_that_lost_its_digits_is_refused_with_its_place(content, place):
    with pytest.raises(SheetRefused, match=f"{place}的长数字是按数值填写的"):
        read(content)


NAMES = "姓名,证件号\r\n张三,440604198501010010\r\n㛃𠮷,00123\r\n"
NAME_ROWS = [
    Row(1, ["姓名", "证件号"]),
    Row(2, ["张三", "440604198501010010"]),
    Row(3, ["㛃𠮷", "00123"]),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_in_the_encodings_excel_writes(encoding):
    assert read(NAMES.encode(encoding)) == NAME_ROWS


@pytest.mark.parametrize("separator", [";", "\t"])
def test_text_files_with_other_separators(separator):
    assert read(NAMES.replace(",", separator).encode()) == NAME_ROWS


def test_a_quoted_cell_may_hold_separators_and_lines():
    assert read('a,"b,1\n二"\n\nc,d\n'.encode()) == [Row(1, ["a", "b,1\n二"]), Row(3, ["c", "d"])]


@pytest.mark.parametrize(
    "content",
    [
        "佛山市南海區機械製造廠，負責人陳國華，聯絡電話".encode("big5"),
        "テスト株式会社、サンプル、カタカナ".encode("shift_jis"),
        b"abc,\xff\xfe\xfd\x80\n",
        b"\xef\xbb\xbfabc\xff\n",
    ],
    ids=["Big5", "Shift JIS", "broken", "broken after the mark"],
)
def test_an_unclear_encoding_is_asked_about(content):
    with pytest.raises(SheetRefused, match="看不出文字编码"):
        read(content)


RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" TargetMode="External" Target="file:///etc/passwd" Type="x/{}"/>'
    "</Relationships>"
)
MACROS = (
    b'<Types><Default Extension="xml" ContentType="application/x.macroEnabled.main+xml"/></Types>'
)
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
ENDLESS = "".join("<row><c/></row>" for _ in range(100_006))

HOSTILE = {
    "nothing": (b"", "没有内容"),
    "blank lines": (b"\n\n ,\n", None),
    "pdf": (b"%PDF-1.7\n\x00\x01\x02", "不是Excel或CSV"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "看不出文字编码"),
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版.xls"),
    "zip of something else": (zipped(**{"word/document.xml": b"<x/>"}), "不是Excel或CSV"),
    "binary workbook": (zipped(**{"xl/workbook.bin": b"x"}), "不是Excel或CSV"),
    "cut off": (plain_workbook()[:-300], "已损坏"),
    "cut off early": (plain_workbook()[:100], "已损坏"),
    "sheet missing": (workbook_with(without=SHEET), "已损坏"),
    "broken xml": (workbook_with({SHEET: b"<worksheet><row"}), "已损坏"),
    "no sheet data": (workbook_with({SHEET: b"<worksheet/>"}), "没有内容"),
    "one far cell": (sheet_with(cell("XFD1048576")), "表格太长：第1048576行"),
    "one wide cell": (sheet_with(cell("XFD1")), "表格太宽：XFD列"),
    "101 columns": (sheet_with(cell("CW1")), "表格太宽：CW列"),
    "101 columns without names": (sheet_with("<row>" + "<c/>" * 101 + "</row>"), "表格太宽：CW列"),
    "100006 rows": (sheet_with(cell("A100006")), "表格太长：第100006行"),
    "100006 rows without numbers": (sheet_with(ENDLESS, store=True), "表格太长：第100006行"),
    "row number absurd": (sheet_with('<row r="99999999999999"/>'), "已损坏"),
    "cell name absurd": (sheet_with('<row><c r="夊1"/></row>'), "已损坏"),
    "cell name in disguise": (sheet_with('<row><c r="&#88;FD&#49;"/></row>'), "表格太宽：XFD列"),
    "entity bomb": (sheet_with(cell("A1", "&b;"), BOMB), "内部结构异常"),
    "100006 lines": (b"x\n" * 100_006, "表格太长：第100006行"),
    "100 cells in a line and empty ones": (b"x," * 100 + b",,", None),
    "101 cells in a line": (b"x," * 101, "表格太宽：CW列"),
    "bomb by ratio": (workbook_with({"xl/media/a.bin": bytes(20_000_000)}), "压缩比例异常"),
    "bomb by size": (workbook_with({"xl/media/a.bin": bytes(201 * 1024**2)}), "超过200MB"),
    "lying about its size": (lying_workbook(900_000), "已损坏"),
    "2001 entries": (workbook_with({f"xl/media/{n}.png": b"" for n in range(2_001)}), "内部结构"),
    "same name twice": (with_entry("XL/workbook.XML"), "内部结构"),
    "name with a way up": (with_entry("xl/../../../etc/cron.d/x"), "内部结构"),
    "absolute name": (with_entry("/etc/cron.d/x"), "内部结构"),
    "windows name": (with_entry("..\\x"), "内部结构"),
    "symbolic link": (with_entry("xl/media/a.png", attributes=0o120777 << 16), "内部结构"),
    "archive inside": (workbook_with({"xl/media/a.png": plain_workbook()}), "嵌有别的文件"),
    "ole inside": (workbook_with({"xl/media/a.png": b"\xd0\xcf\x11\xe0..."}), "嵌有别的文件"),
    "embedded object": (workbook_with({"xl/embeddings/a.docx": b"x"}), "嵌有别的文件"),
    "macros": (workbook_with({"xl/vbaProject.bin": b"x"}), "带有宏"),
    "old macros": (workbook_with({"xl/macrosheets/sheet1.xml": b"<x/>"}), "带有宏"),
    "macros by content type": (workbook_with({"[Content_Types].xml": MACROS}), "带有宏"),
    "external workbook": (workbook_with({"xl/externalLinks/l.xml": b"<x/>"}), "数据连接"),
    "data connection": (workbook_with({"xl/connections.xml": b"<x/>"}), "数据连接"),
    "external template": (
        workbook_with({"xl/_rels/x.rels": RELATION.format("attachedTemplate").encode()}),
        "数据连接",
    ),
    "a link to a page": (
        workbook_with({"xl/worksheets/_rels/x.rels": RELATION.format("hyperlink").encode()}),
        None,
    ),
    "a long text in many cells": (amplified_workbook(), "超出了限度|超过200MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_their_cause(name):
    content, sentence = HOSTILE[name]
    if sentence is None:
        assert isinstance(read(content), list)
    else:
        with pytest.raises(SheetRefused, match=sentence):
            read(content)


def test_a_workbook_with_a_password_is_refused():
    content = bytearray(plain_workbook())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := content.find(mark, place + 1)) >= 0:
            content[place + flags] |= 1
    with pytest.raises(SheetRefused, match="加了密码"):
        read(bytes(content))


@pytest.mark.slow
def test_files_with_random_damage_are_read_or_refused_but_never_hurt():
    chance = random.Random(20260302)
    sound = plain_workbook()
    for _ in range(60):
        content = bytearray(sound)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        length = chance.choice([len(content), chance.randrange(4, 5000)])
        with suppress(SheetRefused):
            assert all(isinstance(row, Row) for row in read(bytes(content[:length])))


def test_a_file_over_the_limit_is_not_even_opened():
    class Endless(BytesIO):
        def read(self, size=-1):
            return bytes(max(size, 1))

    with pytest.raises(SheetRefused, match="超过200MB"):
        read_sheet(Endless())


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_in_excel(place, name):
    assert column_name(place) == name
