"""A factory's people come onto its policy whole or not at all, once each, and are seen by few."""

import json
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from apps.accounts.kinds import Kind
from apps.core.errors import DomainError
from apps.core.models import AuditEvent
from apps.core.sheets.writing import Column, write_xlsx
from apps.policies.models import Policy
from apps.policies.roster.models import InsuredPerson, RosterImport, RosterTerms, StagedPerson
from apps.policies.roster.persons import read_person
from apps.policies.roster.table import RosterRefused
from apps.policies.services import imports
from apps.policies.services.people import add_people, remove_people, reveal_person
from apps.policies.services.terms import prove_agency, tell_by
from tests.core.workbooks import sheet_with, workbook_with
from tests.enrollment.conftest import NOW, START, TODAY
from tests.factories import UserFactory, person
from tests.money import paid
from tests.policies.people import cells, id_number
from tests.policies.test_scope_policies import people as insiders

HEAD = ["姓名", "证件类型", "证件号码", "用工类型", "岗位", "加入日期"]
SEES = {Kind.ENTERPRISE, Kind.INSURER, Kind.TOWN_OFFICE, Kind.DISTRICT_BUREAU, Kind.CITY_BUREAU}


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def people(*numbers):
    return [read_person(cells(number), today=TODAY)[0] for number in numbers]


def workbook(*lines, head=HEAD):
    target = BytesIO()
    write_xlsx(target, [Column(text) for text in head], lines)
    return SimpleUploadedFile("名单.xlsx", target.getvalue())


def line(number, **changes):
    told = cells(number, **changes)
    keys = ("name", "document_kind", "document_number", "employment", "post")
    return [*(told[key] for key in keys), changes.get("joined_on", "")]


def staged(policy, file, user):
    batch = imports.take_in(policy=policy, file=file, today=TODAY, by=user)
    return imports.stage(batch=batch, file=file, today=TODAY)


def test_a_file_is_read_judged_mended_and_put_on_the_roster_whole(issued, owner, acting):
    with acting(owner):
        bad = line(2, document_number="440605199002290011")
        batch = staged(issued, workbook(line(1), bad, line(1)), owner)
        faults = {row.number: row.faults for row in batch.staged_rows.all()}
        assert faults[2] == []
        assert "出生日期不存在" in faults[3][0][1]
        assert "第2行" in faults[4][0][1]
        with pytest.raises(RosterRefused, match="还有2行有问题"):
            imports.commit(batch=batch, today=TODAY, by=owner)
        assert not InsuredPerson.objects.exists()
        fixed = {"document_number": id_number(2)}
        row = imports.mend_row(batch=batch, number=3, cells=fixed, today=TODAY, by=owner)
        assert not row.has_faults
        imports.drop_row(batch=batch, number=4, today=TODAY, by=owner)
        assert imports.commit(batch=batch, today=TODAY, by=owner) == 2
    assert InsuredPerson.objects.filter(policy=issued).count() == 2
    assert not StagedPerson.objects.exists()
    (row, _other) = InsuredPerson.objects.order_by("pk")
    assert (row.covered_from, row.covered_to) == (START, date(2027, 3, 9))


def test_only_the_bad_rows_are_uploaded_again(issued, owner, acting):
    with acting(owner):
        batch = staged(issued, workbook(line(1), line(2, name=""), line(3, employment="？")), owner)
        head = ["原表行号", *HEAD]
        mended = workbook(["3", *line(2)], ["4", *line(1)], head=head)
        assert imports.mend_by_file(batch=batch, file=mended, today=TODAY, by=owner) == 2
        faults = [row.has_faults for row in batch.staged_rows.all()]
        assert faults == [False, False, True]  # row 4 now names the person of row 2
        for wrong in (["2", *line(9)], ["x", *line(9)]):
            with pytest.raises(RosterRefused, match="原表行号"):
                imports.mend_by_file(
                    batch=batch, file=workbook(wrong, head=head), today=TODAY, by=owner
                )


def test_a_committed_import_cannot_be_committed_again(issued, owner, acting):
    with acting(owner):
        batch = staged(issued, workbook(line(1)), owner)
        imports.commit(batch=batch, today=TODAY, by=owner)
        with pytest.raises(RosterRefused, match="已入名单"):
            imports.commit(batch=batch, today=TODAY, by=owner)
    assert InsuredPerson.objects.count() == 1


CSV = "姓名,身份证号,用工类型\n张三,{number},生产\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_in_every_usual_encoding_are_read(issued, owner, acting, encoding):
    content = CSV.format(number=id_number(1)).encode(encoding)
    with acting(owner):
        batch = staged(issued, SimpleUploadedFile("名单.csv", content), owner)
        (row,) = batch.staged_rows.all()
    assert not row.has_faults


def test_pasted_cells_are_read(issued, owner, acting):
    text = CSV.format(number=id_number(1)).replace(",", "\t")
    with acting(owner):
        batch = staged(issued, imports.pasted(text), owner)
        assert [row.has_faults for row in batch.staged_rows.all()] == [False]


FLOAT = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
    '<row r="2"><c r="A2"><v>4.40604198501010E+17</v></c></row>'
)
HOSTILE = {
    "an identity number typed as a number": (sheet_with(FLOAT), "末几位已经丢失"),
    "a million empty rows": (sheet_with('<row r="1048576"/>'), "表格太长"),
    "a zip bomb": (workbook_with({"xl/pad.xml": b" " * 40_000_000}), "异常|压缩"),
    "macros": (workbook_with({"xl/vbaProject.bin": b"x"}), "宏"),
    "an old file": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "xls"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "图片"),
    "noise": (b"\0\1\2\3" * 50, "Excel"),
    "nothing": (b"", "空|没有内容"),
    "no heading": ("甲,乙\n1,2\n".encode(), "找不到表头"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_ends_in_a_sentence_and_leaves_nothing(issued, owner, acting, what):
    content, words = HOSTILE[what]
    with acting(owner), pytest.raises(DomainError, match=words), transaction.atomic():
        staged(issued, SimpleUploadedFile("名单.xlsx", content), owner)
    assert not RosterImport.objects.exists()


def test_more_people_than_the_premium_is_for_are_not_taken(issued, owner, acting):
    room = issued.insured_count
    with acting(owner):
        add_people(policy=issued, people=people(*range(room)), today=TODAY, by=owner)
        with pytest.raises(RosterRefused, match="还可加0人，这次要加1人"):
            add_people(policy=issued, people=people(room), today=TODAY, by=owner)


def test_one_leaves_and_another_takes_the_place(issued, owner, acting, finance):
    paid(issued, finance, acting)
    room = issued.insured_count
    day = START + timedelta(days=30)
    with time_machine.travel(f"{day}T10:00:00+08:00", tick=False), acting(owner):
        rows = add_people(policy=issued, people=people(*range(room)), today=day, by=owner)
        assert {row.covered_from for row in rows} == {day}  # never backwards
        gone = [rows[0].public_id]
        with pytest.raises(RosterRefused, match="倒签"):
            remove_people(policy=issued, people=gone, left_on=START, today=day, by=owner)
        next_day = day + timedelta(days=1)
        leave = {"policy": issued, "people": gone, "left_on": next_day, "today": day, "by": owner}
        assert remove_people(**leave) == 1
        (late,) = people(room)
        with pytest.raises(RosterRefused, match="增加人数的批改"):
            add_people(policy=issued, people=[late], today=day, by=owner)
        late = replace(late, joined_on=next_day)
        add_people(policy=issued, people=[late], today=day, by=owner)
        with pytest.raises(RosterRefused, match="已不在名单上"):
            remove_people(**leave)


def test_late_money_moves_the_days_of_everybody(issued, owner, finance, acting):
    with acting(owner):
        add_people(policy=issued, people=people(1), today=TODAY, by=owner)
    with time_machine.travel("2026-03-19T10:00:00+08:00", tick=False):
        paid(issued, finance, acting, today=date(2026, 3, 19))
    row = InsuredPerson.objects.get()
    assert (row.covered_from, row.covered_to) == (date(2026, 3, 20), date(2027, 3, 20))


def test_nobody_is_on_two_live_rosters_of_one_enterprise(issued, owner, acting):
    with acting(owner):
        add_people(policy=issued, people=people(1, 2), today=TODAY, by=owner)
        with pytest.raises(RosterRefused, match="已有名字"):
            add_people(policy=issued, people=people(3, 2), today=TODAY, by=owner)
        batch = staged(issued, workbook(line(2), line(3)), owner)
        faulty = [row.has_faults for row in batch.staged_rows.all()]
    assert faulty == [True, False]
    assert InsuredPerson.objects.count() == 2


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 200)), max_size=12))
def test_no_sequence_of_joins_and_leaves_covers_a_person_twice(issued, owner, acting, steps):
    """The database alone, without any service before it."""
    InsuredPerson.objects.filter(policy=issued).delete()
    start = START
    for joins, number, day in steps:
        (one,) = people(number)
        begin = start + timedelta(days=day)
        end = begin + timedelta(days=40) if joins else start + timedelta(days=365)
        try:
            with transaction.atomic():
                InsuredPerson.objects.create(
                    policy=issued, enterprise_id=issued.enterprise_id,
                    insurer_id=issued.insurer_id, district_id=issued.district_id,
                    town_id=issued.town_id, name=one.name, document_kind=one.document_kind,
                    document=one.document, employment=one.employment,
                    covered_from=begin, covered_to=end, added_by="test",
                )  # fmt: skip
        except IntegrityError:
            pass
    rows = list(InsuredPerson.objects.filter(policy=issued))
    for day in range(0, 365, 5):
        there = [row.document_index for row in rows if row.is_live_on(start + timedelta(days=day))]
        assert len(there) == len(set(there))


def test_numbers_are_sealed_and_shown_with_right_and_reason_alone(issued, owner, acting):
    with acting(owner):
        (row,) = add_people(policy=issued, people=people(1), today=TODAY, by=owner)
        with connection.cursor() as cursor:
            cursor.execute("select document from policies_insuredperson")
            assert id_number(1)[6:] not in cursor.fetchone()[0]
        assert reveal_person(person=row, reason="核对理赔", by=owner) == id_number(1)
        clerk = UserFactory(organisation=owner.organisation, role="enterprise_clerk")
        with pytest.raises(RosterRefused):
            reveal_person(person=row, reason="好奇", by=clerk)
    (event,) = AuditEvent.objects.filter(action="person.revealed")
    assert event.reason == "核对理赔"
    told = json.dumps([[e.changes, e.target_name] for e in AuditEvent.objects.all()], default=str)
    assert id_number(1) not in told
    assert "张三" not in told


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.AGENCY, Kind.EXPERT_PANEL}))
@pytest.mark.parametrize("model", [InsuredPerson, RosterImport, StagedPerson, RosterTerms])
def test_who_sees_people_by_filter_and_by_the_database(issued, owner, acting, kind, model):
    with acting(owner):
        add_people(policy=issued, people=people(1), today=TODAY, by=owner)
        staged(issued, workbook(line(2)), owner)
        tell_by(policy=issued, is_named=True, today=TODAY, by=owner)
    filtered, locked = [], []
    for user in insiders(kind, issued):
        filtered.append(model.objects.visible_to(user).exists())
        with acting(user):
            locked.append(model.objects.exists())
    expected = {Kind.CITY_BUREAU: [True, True]}.get(kind, [kind in SEES, False])
    assert filtered == locked == expected


def test_a_partner_of_the_pool_sees_the_policy_and_nobody_on_it(issued, owner, insurers, acting):
    with acting(owner):
        add_people(policy=issued, people=people(1), today=TODAY, by=owner)
    partner = UserFactory(organisation=insurers[0], role="underwriter")
    with acting(partner):
        assert Policy.objects.filter(pk=issued.pk).exists()
        assert not InsuredPerson.objects.exists()
        with pytest.raises(RosterRefused, match="只能查看"):
            add_people(policy=issued, people=people(2), today=TODAY, by=partner)


def test_a_bureau_looks_and_does_not_write(issued, owner, acting):
    with acting(owner):
        add_people(policy=issued, people=people(1), today=TODAY, by=owner)
    officer = person(Kind.CITY_BUREAU, "city_officer")
    with acting(officer):
        assert InsuredPerson.objects.update(name="改写") == 0


def test_an_agencys_proof_counts_for_all_the_days_or_not_at_all(issued, owner, acting):
    def proof(**changes):
        told = {"people": 5, "valid_from": START, "valid_to": date(2027, 3, 9)} | changes
        return prove_agency(policy=issued, file=scan(), today=TODAY, by=owner, **told)

    with acting(owner):
        for changes in ({"people": 0}, {"valid_to": date(2027, 3, 8)}):
            with pytest.raises(RosterRefused), transaction.atomic():
                proof(**changes)
        terms = proof()
        assert (terms.proof_people, terms.proof.purpose) == (5, "policies.agency_proof")
    assert RosterTerms.objects.count() == 1


def scan():
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    return SimpleUploadedFile("凭证.png", picture.getvalue())
