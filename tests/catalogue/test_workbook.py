"""A tariff goes through Excel and comes back the same, or not at all and with every reason."""

import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings

from apps.catalogue.file_words import lines_of
from apps.catalogue.rules.checks import faults
from apps.catalogue.rules.documents import DocumentFault, digest, write
from apps.catalogue.rules.figures import NotAFigure, figure, shown
from apps.catalogue.rules.files import read_tariff_file
from apps.catalogue.rules.workbook import WorkbookRefused, read_workbook, write_workbook
from apps.catalogue.rules.workbook.opening import Sheet, Value, opened, values_of
from apps.catalogue.rules.workbook.reading import book_of
from apps.catalogue.rules.workbook_opener import sheets_of
from tests.catalogue.tariffs import sound_tariffs
from tests.rating.tariffs import foshan, small, zhongshan

pytestmark = pytest.mark.no_database

META = {
    "valid_from": "2027-01-01",
    "valid_to": "",
    "source": "佛应急〔2026〕9号",
    "certainty": "sample",
    "note": "一类费率上调",
    "rounding": "四舍五入到分",
    "rounding_en": "",
}


@pytest.mark.parametrize("tariff", [foshan(1), foshan(2), zhongshan(), small()])
def test_what_is_exported_is_imported_the_same(tariff):
    content = write_workbook(tariff, META)
    book = read_workbook(content)
    assert digest(write(book.tariff)) == digest(write(tariff))
    assert book.meta == META
    assert write_workbook(book.tariff, book.meta) == content


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(sound_tariffs())
def test_any_sound_tariff_survives_the_round_trip(tmp_path_factory, tariff):
    assume(not faults(tariff))
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    path.write_bytes(write_workbook(tariff, META))
    assert digest(write(book_of(sheets_in(path)).tariff)) == digest(write(tariff))


def sheets_in(path):
    """What the other process answers, read in this one."""
    return [
        Sheet(
            each["name"],
            each["visible"],
            values_of(each["rows"]),
            each["formulas"],
        )
        for each in sheets_of(path)
    ]


@cache
def sample():
    return opened(write_workbook(foshan(2), META))


class TestFaults:
    """The sheets of the sample, with some cells typed over."""

    @pytest.fixture
    def sheets(self):
        return sample()

    def refused(self, sheets, *changes):
        names = {sheet.name: at for at, sheet in enumerate(sheets)}
        changed = list(sheets)
        for name, row, column, value in changes:
            sheet = changed[names[name]]
            rows = [list(line) for line in sheet.rows]
            while len(rows) <= row:
                rows.append([])
            rows[row] += [Value()] * (column + 1 - len(rows[row]))
            rows[row][column] = value
            changed[names[name]] = replace(sheet, rows=rows)
        with pytest.raises(WorkbookRefused) as wrong:
            book_of(changed)
        return lines_of(wrong.value)

    def test_every_fault_is_told_with_its_cell(self, sheets):
        lines = self.refused(
            sheets,
            ("限额系数", 4, 2, Value("八五")),
            ("限额系数", 6, 2, Value("")),
            ("人数规模系数", 4, 2, Value("1.1234567", True)),
            ("总则", 3, 1, Value("二")),
            ("档次", 3, 3, Value("随便")),
        )
        assert "限额系数 C5：“八五”不是数值。" in lines
        assert "限额系数 C7：没有填写。" in lines
        assert "人数规模系数 C5：最多 12 位整数、6 位小数。" in lines
        assert "总则 B4：“二”不是数值。" in lines
        assert any(line.startswith("档次 D4：只能从这些里选：逐项") for line in lines)

    def test_a_row_for_a_step_that_is_not_there(self, sheets):
        lines = self.refused(
            sheets, ("免赔额系数", 4, 0, Value("3000")), ("免赔额系数", 5, 0, Value("2000"))
        )
        assert "免赔额系数 A5：“档次”里没有取值“3000”。" in lines
        assert any("重复" in line for line in lines)
        assert any("缺少“0”这一格" in line for line in lines)

    def test_what_is_readable_but_unsound_is_told_by_its_cell_too(self, sheets):
        lines = self.refused(sheets, ("限额系数", 5, 2, Value("0.80", True)))
        assert lines == ["限额系数 C6：limit：500000 违反单调性。"]

    def test_a_torn_tier_is_told_where_the_steps_are(self, sheets):
        at = next(sheet for sheet in sheets if sheet.name == "档次")
        steps = [(line[0].text, line[5].text) for line in at.rows]
        row = steps.index(("size", "51"))
        lines = self.refused(sheets, ("档次", row, 8, Value("100", True)))
        assert lines == [f"档次 F{row + 2}：size：101 一档与前一档不衔接。"]

    def test_a_name_changed_beside_the_value_is_not_lost_in_silence(self, sheets):
        lines = self.refused(sheets, ("限额系数", 4, 1, Value("40 万")))
        assert lines == ["限额系数 B5：“档次”里这一取值的名称是“40 万元”。请在“档次”里改名。"]

    def test_a_sheet_that_is_gone_or_strange(self, sheets):
        fewer = [sheet for sheet in sheets if sheet.name != "限额系数"]
        extra = Sheet("备份", True, [[Value("1")]], [])
        with pytest.raises(WorkbookRefused) as wrong:
            book_of([*fewer, extra])
        assert any("找不到工作表“限额系数”" in line for line in lines_of(wrong.value))
        assert any(
            line.startswith("备份：“表目录”里没有这个工作表") for line in lines_of(wrong.value)
        )


class TestHostileFiles:
    def refusal(self, content):
        with pytest.raises(WorkbookRefused) as wrong:
            read_workbook(content)
        return lines_of(wrong.value)

    def test_a_formula_is_no_value(self):
        target = io.BytesIO()
        original = write_workbook(small(), META)
        with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(target, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if b"<v>100</v>" in content:
                    content = content.replace(b"<v>100</v>", b"<f>50+50</f><v>100</v>")
                new.writestr(name, content, zipfile.ZIP_DEFLATED)
        assert self.refusal(target.getvalue()) == ["基础 A5：是公式。请改填算好的数值。"]

    def test_what_is_no_workbook(self):
        assert "这不是Excel工作簿" in self.refusal(b"%PDF-1.7")[0]
        assert "损坏" in self.refusal(b"PK\x03\x04 and nothing more")[0]

    def test_a_bomb_is_not_unpacked(self):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b" " * 60_000_000)
        assert "压缩比例异常" in self.refusal(target.getvalue())[0]

    def test_a_file_of_many_megabytes_is_not_opened(self):
        assert "超过 5 MB" in self.refusal(b"PK\x03\x04" + bytes(6 * 1024 * 1024))[0]

    def test_a_sheet_too_wide(self):
        target = io.BytesIO()
        with xlsxwriter.Workbook(target) as book:
            book.add_worksheet("总则").write(0, 200, "x")
        assert "表格太宽" in self.refusal(target.getvalue())[0]

    def test_macros_stay_outside(self):
        target = io.BytesIO(write_workbook(small(), META))
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"x")
        assert "宏" in self.refusal(target.getvalue())[0]

    def test_any_other_workbook_is_told_what_it_lacks(self):
        target = io.BytesIO()
        with xlsxwriter.Workbook(target) as book:
            book.add_worksheet("Sheet1").write(0, 0, "x")
        assert self.refusal(target.getvalue())[0].startswith("总则：找不到工作表“总则”")


class TestFigures:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("1,200.50", "1200.50"),
            ("１２０元", "120"),
            ("95%", "0.95"),
            ("９５％", "0.95"),
            ("0.65‰", "0.00065"),
            ("50万", "500000"),
            ("1.5 亿元", "150000000"),
            ("¥ 60", "60"),
            ("-5", "-5"),
            (".5", "0.5"),
        ],
    )
    def test_numbers_as_people_write_them(self, text, number):
        assert figure(text) == Decimal(number)

    @pytest.mark.parametrize("text", ["", "1,5", "1.2.3", "1e5", "12 34x", "一百", "NaN", "0x10"])
    def test_what_could_be_two_numbers_is_none(self, text):
        with pytest.raises(NotAFigure):
            figure(text)

    def test_a_number_is_what_the_reader_saw(self):
        assert shown(0.1 + 0.2) == "0.3"
        assert shown(315295.92) == "315295.92"


class TestFiles:
    def test_three_kinds_of_file_say_the_same(self, tmp_path):
        tariff = foshan(2)
        (tmp_path / "a.json").write_text(json.dumps(write(tariff)), encoding="utf-8")
        (tmp_path / "b.XLSX").write_bytes(write_workbook(tariff, META))
        for name in ("a.json", "b.XLSX"):
            assert write(read_tariff_file(tmp_path / name)) == write(tariff)

    @pytest.mark.parametrize(
        ("name", "text"),
        [("a.csv", ""), ("a.json", "{"), ("a.json", "[]"), ("a.toml", "x = "), ("a.json", "{}")],
    )
    def test_what_is_no_tariff_is_said_in_a_sentence(self, name, text, tmp_path):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(DocumentFault) as wrong:
            read_tariff_file(tmp_path / name)
        assert len(lines_of(wrong.value)) == 1
