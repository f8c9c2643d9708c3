"""Whatever a factory types, a row becomes one person or a sentence; never half of either."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.sheets.reading import Row
from apps.policies.roster.completeness import (
    AgencyProof,
    Span,
    completeness,
    kinds_of,
    most_at_once,
    refusal_of_proof,
)
from apps.policies.roster.persons import document_key, read_day, read_person
from apps.policies.roster.table import RosterRefused, read_roster
from apps.policies.roster.words import DocumentKind, Employment
from apps.reference.codes import CoverageBasis
from tests.policies.people import cells, id_number

pytestmark = pytest.mark.no_database

TODAY = date(2026, 3, 2)
LIMIT = Decimal(800_000)
HEAD = ["姓名", "证件类型", "证件号码", "用工类型", "岗位", "加入日期", "退出日期"]


def faults_of(**changes):
    person, faults = read_person(cells(1, **changes), today=TODAY)
    assert (person is None) == bool(faults)
    return {fault.field: fault.text for fault in faults}


def read(*lines, head=HEAD, before=()):
    rows = [*before, head, *lines]
    return read_roster(
        [Row(at, list(row)) for at, row in enumerate(rows, 1)], today=TODAY, limit=LIMIT
    )


@given(st.integers(0, 9_999_999))
def test_every_valid_identity_number_is_taken_in_any_width_and_case(number):
    text = id_number(number % 5_000_000)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in text)
    for typed in (text.lower(), wide, f"'{text}", f" {text[:6]} {text[6:14]}-{text[14:]}\u200b"):
        person, faults = read_person(cells(0, document_number=typed), today=TODAY)
        assert faults == []
        assert person.document_number == text


@given(st.integers(0, 4_999_999), st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(number, place, digit):
    text = id_number(number)
    wrong = text[:place] + digit + text[place + 1 :]
    _person, faults = read_person(cells(0, document_number=wrong), today=TODAY)
    assert bool(faults) == (wrong != text)
    assert all(text not in fault.text and wrong not in fault.text for fault in faults)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "name",
                "document_kind",
                "document_number",
                "employment",
                "post",
                "joined_on",
                "left_on",
            ]
        ),
        st.text(max_size=40),
    )
)
def test_anything_at_all_ends_in_a_person_or_in_sentences(given_cells):
    person, faults = read_person(given_cells, today=TODAY)
    assert (person is None) == bool(faults)
    assert all(fault.text for fault in faults)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_however_it_is_written(day):
    serial = str((day - date(1899, 12, 30)).days)
    ways = [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        f"{day.isoformat()} 00:00:00",
    ]
    if len(serial) == 5:
        ways.append(serial)
    assert {read_day(text) for text in ways} == {(day, "")}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"document_number": "440605199002290011"}, "document_number", "出生日期不存在"),
        ({"document_number": "4.4E+17"}, "document_number", "科学计数"),
        ({"document_number": "=A1"}, "document_number", "公式"),
        ({"document_number": "440604850101001"}, "document_number", "15位的旧身份证号"),
        ({"document_number": ""}, "document_number", "合并"),
        ({"document_number": "440604201901010019"}, "document_number", "未满16周岁"),
        ({"document_kind": "军官证"}, "document_kind", "不认识"),
        ({"document_kind": "护照", "document_number": "12-"}, "document_number", "E12345678"),
        ({"document_kind": "回乡证", "document_number": "X1234"}, "document_number", "H12345678"),
        ({"document_kind": "居住证"}, "document_number", "81、82、83"),
        ({"name": ""}, "name", "取消合并"),
        ({"name": "=1+1"}, "name", "公式"),
        ({"name": "张3"}, "name", "不像姓名"),
        ({"employment": ""}, "employment", "请填写用工类型"),
        ({"employment": "老板娘"}, "employment", "不认识"),
        ({"joined_on": "2026-02-29"}, "joined_on", "不存在"),
        ({"joined_on": "下周"}, "joined_on", "2026-03-01"),
        ({"joined_on": "2026-03-10", "left_on": "2026-03-10"}, "left_on", "晚于加入日期"),
    ],
)
def test_each_trap_ends_in_its_sentence(changes, field, words):
    assert words in faults_of(**changes)[field]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("护照", "E12345678"),
        ("回乡证", "H1234567890"),
        ("台胞证", "12345678"),
        ("居住证", "810000199408230021"),
        ("外国人永久居留证", "USA123456789012"),
    ],
)
def test_other_papers_are_taken(kind, number):
    assert faults_of(document_kind=kind, document_number=number) == {}


def test_the_same_number_under_two_kinds_of_card_is_one_person():
    keys = {
        document_key(f"{kind}:{id_number(1)}")
        for kind in (DocumentKind.RESIDENT_ID, DocumentKind.RESIDENCE_PERMIT)
    }
    assert len(keys) == 1
    assert document_key("passport:H12345678") != document_key("hk_macao_permit:H12345678")


def line(number, **changes):
    told = cells(number, **changes)
    return [
        told["name"],
        told["document_kind"],
        told["document_number"],
        told["employment"],
        told["post"],
        changes.get("joined_on", ""),
        changes.get("left_on", ""),
    ]


def test_titles_blanks_and_a_column_beside_do_no_harm_and_rows_keep_their_numbers():
    rows = read(line(1), ["", "", "", "", "", "", "", "备注"], line(2), before=[["花名册"]])
    assert [row.number for row in rows] == [3, 5]
    assert all(row.person for row in rows)


def test_a_person_twice_in_the_file_is_told_with_the_first_row():
    first, second = read(line(1), line(1, name="李四"))
    assert first.person
    assert "第2行" in second.faults[0].text


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_no_person_passes_twice(numbers):
    passed = [row.key for row in read(*(line(number) for number in numbers)) if row.person]
    assert len(passed) == len(set(passed)) == len(set(numbers))


def test_a_file_with_another_limit_is_not_taken_row_by_row():
    head = [*HEAD, "每人限额"]
    rows = read([*line(1), "80万"], [*line(2), "1,000,000"], [*line(3), "800000.00元"], head=head)
    assert [bool(row.person) for row in rows] == [True, False, True]
    assert "所有人限额相同" in rows[1].faults[0].text


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (["员工", "号码"], "找不到表头"),
        (["姓名", "姓名", "证件号码"], "有两列都叫"),
        (HEAD, "表头下面没有人员"),
    ],
)
def test_a_sheet_that_is_no_roster_says_why(head, words):
    with pytest.raises(RosterRefused, match=words):
        read(head=head)


COUNTS = st.dictionaries(st.sampled_from(Employment), st.integers(0, 50))
START, END = date(2026, 3, 9), date(2027, 3, 9)
PROOF = AgencyProof("fil_1", 5, START, END)


@given(COUNTS, COUNTS, st.sampled_from(CoverageBasis))
def test_a_roster_is_whole_exactly_when_no_kind_is_short(declared, named, basis):
    found = completeness(basis=basis, declared=declared, named=named, start=START, end=END)
    short = [kind for kind in kinds_of(basis) if named.get(kind, 0) < declared.get(kind, 0)]
    assert found.is_whole == (not short)
    assert (found.percent == 100) == found.is_whole
    assert set(found.missing) == set(short)


def test_inspectors_and_interns_are_always_in_and_others_only_by_the_later_law():
    posts = set(kinds_of(CoverageBasis.PRODUCTION_POSTS))
    assert {Employment.QUALITY, Employment.INTERNS, Employment.DISPATCHED} <= posts
    assert Employment.OTHER not in posts
    assert set(kinds_of(CoverageBasis.ALL_EMPLOYEES)) == set(Employment)


@given(st.integers(0, 20), st.integers(-400, 400), st.integers(-400, 400))
def test_dispatched_workers_stay_out_only_for_proved_days_and_people(people, early, late):
    proof = AgencyProof("f", people, START + timedelta(early), END + timedelta(late))
    found = completeness(
        basis=CoverageBasis.PRODUCTION_POSTS, declared={Employment.DISPATCHED: 8}, named={},
        start=START, end=END, proof=proof,
    )  # fmt: skip
    proved = early <= 0 <= late
    assert found.excused == (min(people, 8) if proved else 0)
    assert found.needed_total == 8 - found.excused
    assert bool(refusal_of_proof(proof, start=START, end=END)) == (not proved or not people)


SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 9)).map(
        lambda told: Span(START + timedelta(told[0]), START + timedelta(told[1]), told[2])
    )
)


@given(SPANS)
def test_the_fullest_day_is_the_one_a_count_day_by_day_finds(spans):
    days = [START + timedelta(number) for number in range(31)]
    by_day = [sum(s.people for s in spans if s.start <= day < s.end) for day in days]
    assert most_at_once(spans) == max(by_day)
