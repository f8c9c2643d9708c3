"""What an actuary gets at the command line: premiums with their worksheet, reports, exit codes."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.catalogue.rules.documents import write
from apps.catalogue.services import shipped
from tests.rating.tariffs import foshan

FILE = str(shipped.DATA / "foshan-sli-tariff-2.toml")
HEADER = "编号,industry,投保人数,limit,deductible,standardisation,accidents,tags,credit,listed\n"
GOOD = "甲,3311,46,1500000,0,3,none_3,special_equipment,B,no\n"
NO_HEADS = "乙,3311,,1500000,0,3,none_3,dust;ammonia,B,no\n"
NO_LIMIT = "丙,3311,20,123,0,3,none_3,,B,no\n"


def run(command, *arguments):
    out = StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out, stderr=StringIO())
    except CommandError as refused:
        return out.getvalue(), refused.returncode, str(refused)
    return out.getvalue(), 0, ""


@pytest.fixture
def risks(tmp_path):
    def made(*lines, encoding="utf-8"):
        path = tmp_path / "risks.csv"
        path.write_text(HEADER + "".join(lines), encoding=encoding)
        return path

    return made


@pytest.mark.no_database
def test_a_risk_is_priced_with_a_tariff_that_is_in_no_database(risks):
    out, code, _text = run("price", FILE, risks(GOOD))
    (line,) = csv.DictReader(StringIO(out))
    assert (code, line["编号"], line["premium"], line["problem"]) == (0, "甲", "12006.66", "")
    assert "每人基础保费（限额 50 万元） 二类，120 元 × 46 人 = 5520" in line["worksheet"]


@pytest.mark.no_database
def test_a_line_without_a_premium_says_why_and_the_exit_code_tells_it(risks):
    out, code, text = run("price", FILE, risks(GOOD, NO_HEADS, NO_LIMIT))
    lines = list(csv.DictReader(StringIO(out)))
    assert [line["premium"] for line in lines] == ["12006.66", "", ""]
    assert [line["problem"] for line in lines] == [
        "",
        "缺少“投保人数”，不能计算保费。",
        "“每人责任限额”的取值“123”不在费率表内，不能计算保费。",
    ]
    assert (code, text) == (1, "3 行中有 2 行没有算出保费，原因见 problem 列。")


@pytest.mark.no_database
def test_a_table_saved_by_excel_in_its_own_encoding_is_read(risks):
    out, code, _text = run("price", FILE, risks(GOOD, encoding="gb18030"))
    assert code == 0
    assert out.splitlines()[1].startswith("甲,")


@pytest.mark.no_database
def test_what_cannot_be_read_has_another_exit_code(risks, tmp_path):
    nonsense = tmp_path / "nonsense.csv"
    nonsense.write_text("a,b\n1,2\n")
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({**write(foshan()), "minimum": "many"}))
    for arguments in (
        (FILE, tmp_path / "none.csv"),
        (FILE, nonsense),
        (tmp_path / "none.json", risks(GOOD)),
        (wrong, risks(GOOD)),
    ):
        _out, code, text = run("price", *arguments)
        assert code == 2
        assert text


@pytest.mark.no_database
def test_a_sound_file_passes_the_gate(tmp_path):
    path = tmp_path / "tariff.json"
    path.write_text(json.dumps(write(foshan(1)), ensure_ascii=False), encoding="utf-8")
    out, code, _text = run("check_tariff", path)
    assert code == 0
    assert [line[0] for line in out.splitlines()[1:] if line[0] != " "] == [*"✓✓✓✓✓", "通"]


@pytest.mark.no_database
def test_a_file_that_fails_is_told_with_its_fault(tmp_path):
    path = tmp_path / "unproved.json"
    path.write_text(json.dumps({**write(foshan(1)), "golden": []}), encoding="utf-8")
    out, code, text = run("check_tariff", path)
    assert (code, text) == (1, "没有通过检验。")
    assert "没有验证算例。请至少加一个已知保费的算例。" in out
    torn = Path(FILE).read_text("utf-8").replace('["2000", "0.95"]', '["2000", "0.98"]')
    path = tmp_path / "torn.toml"
    path.write_text(torn, encoding="utf-8")
    out, code, _text = run("check_tariff", path)
    assert code == 1
    assert "deductible：2000 违反单调性。" in out


def test_a_version_in_the_database_is_named_by_product_and_number(catalogue, risks):
    for name in ("foshan-sli@2", "foshan-sli"):
        out, code, _text = run("price", name, risks(GOOD))
        assert (code, out.splitlines()[1].split(",")[10]) == (0, "12006.66")
    for name in ("foshan-sli@9", "foshan-sli@x", "other"):
        _out, code, text = run("price", name, risks(GOOD))
        assert code == 2
        assert name in text
