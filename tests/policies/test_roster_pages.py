"""The roster as people meet it: a messy file put right on the page, and nobody else looking on."""

from datetime import date

import pytest
import time_machine
from django.core.files.base import ContentFile

from apps.accounts.kinds import Kind
from apps.core.models import AuditEvent
from apps.policies.roster.models import InsuredPerson, RosterImport
from apps.policies.services.people import add_people
from tests.enrollment.conftest import NOW, TODAY
from tests.factories import UserFactory, person
from tests.policies.people import id_number
from tests.policies.test_roster import line, people, workbook


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def send(client, policy, file, act="1"):
    return client.post(f"/policies/{policy.public_id}/people/import/", {"file": file, "act": act})


def test_a_messy_file_is_put_right_on_the_page_and_committed(client, issued, owner):
    client.force_login(owner)
    sent = send(client, issued, workbook(line(1), line(2, name="李4"), line(3, employment="")))
    batch = RosterImport.objects.get()
    assert sent.url == f"/imports/{batch.public_id}/"
    text = client.get(sent.url).content.decode()
    assert "不像姓名" in text
    assert "请填写用工类型" in text
    assert id_number(2) not in text
    fixed = {"name": "李四", "document_kind": "resident_id", "document_number": id_number(2),
             "employment": "production", "act": "2"}  # fmt: skip
    assert client.post(f"{sent.url}rows/3/", fixed).status_code == 302
    wrong = fixed | {"document_number": id_number(1), "act": "3"}
    refused = client.post(f"{sent.url}rows/4/", wrong)
    assert refused.status_code == 422
    assert "与第2行是同一个证件号码" in refused.content.decode()
    client.post(f"{sent.url}decide/", {"wish": "drop", "act": "4"})
    client.post(f"{sent.url}decide/", {"wish": "commit", "act": "5"})
    assert [row.name for row in InsuredPerson.objects.all()] == ["张三", "李四"]
    text = client.get(f"/policies/{issued.public_id}/people/").content.decode()
    assert "李四" in text
    assert id_number(1)[6:14] not in text


def test_the_bad_rows_go_home_and_come_back(client, issued, owner):
    client.force_login(owner)
    url = send(client, issued, workbook(line(1), line(2, name="李4"))).url
    answer = client.get(f"{url}faults/")
    assert answer["Content-Type"].endswith("sheet")
    client.post(f"{url}again/", {"file": ContentFile(answer.content, name="x.xlsx"), "act": "2"})
    assert "不像姓名" in client.get(url).content.decode()


def test_pasted_cells_are_taken_and_both_or_neither_are_not(client, issued, owner):
    client.force_login(owner)
    url = f"/policies/{issued.public_id}/people/import/"
    assert client.post(url, {"act": "1"}).status_code == 422
    pasted = f"姓名\t证件号码\t用工类型\n张三\t{id_number(1)}\t生产\n"
    assert client.post(url, {"pasted": pasted, "act": "2"}).status_code == 302


def test_a_file_that_is_none_says_why_and_leaves_nothing(client, issued, owner):
    client.force_login(owner)
    refused = send(client, issued, ContentFile(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, name="x.xlsx"))
    assert refused.status_code == 422
    assert "读不出名单" in refused.content.decode()
    assert not RosterImport.objects.exists()
    refused = send(client, issued, ContentFile("甲,乙\n1,2\n".encode(), name="x.csv"), act="2")
    assert "找不到表头" in refused.content.decode()
    assert not RosterImport.objects.exists()


def test_one_person_is_added_and_leaves(client, issued, owner):
    client.force_login(owner)
    home = f"/policies/{issued.public_id}/people/"
    told = {"name": "张三", "document_kind": "passport", "document_number": "E12345678",
            "employment": "interns", "act": "1"}  # fmt: skip
    assert client.post(f"{home}add/", told | {"document_number": "?"}).status_code == 422
    assert client.post(f"{home}add/", told | {"act": "2"}).status_code == 302
    (row,) = InsuredPerson.objects.all()
    leave = {"left_on": "2026-06-01", "act": "3"}
    assert client.post(f"{home}{row.public_id}/leave/", leave).status_code == 302
    row.refresh_from_db()
    assert row.covered_to == date(2026, 6, 1)


def test_a_number_is_shown_for_a_reason_and_put_on_record(client, issued, owner, acting):
    with acting(owner):
        (row,) = add_people(policy=issued, people=people(1), today=TODAY, by=owner)
    client.force_login(owner)
    url = f"/people/{row.public_id}/number/"
    assert id_number(1) not in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert id_number(1) in client.post(url, {"reason": "核对投保名单"}).content.decode()
    assert AuditEvent.objects.filter(action="person.revealed").count() == 1


def test_partner_broker_and_stranger_find_no_roster_anywhere(
    client, issued, owner, insurers, acting
):
    with acting(owner):
        (row,) = add_people(policy=issued, people=people(1), today=TODAY, by=owner)
    client.force_login(owner)
    batch = send(client, issued, workbook(line(2))).url
    kept = RosterImport.objects.get().file
    readers = (
        UserFactory(organisation=insurers[0], role="underwriter"),
        person(Kind.BROKER, "broker_admin"),
        person(Kind.ENTERPRISE),
        UserFactory(organisation=issued.insurer, role="insurer_finance"),
    )
    for reader in readers:
        client.force_login(reader)
        urls = (f"/policies/{issued.public_id}/people/", batch, f"/people/{row.public_id}/number/")
        for url in (*urls, kept.get_absolute_url()):
            answer = client.get(url)
            assert answer.status_code in {403, 404}
            assert "张三" not in answer.content.decode()
        text = client.get(f"{issued.get_absolute_url()}?tab=people").content.decode()
        assert "张三" not in text
        assert "张三" not in client.get("/search/?q=张三").content.decode().replace(
            "q=张三", ""
        ).replace('value="张三"', "").replace("“张三”", "")
    client.logout()
    assert client.get(f"/policies/{issued.public_id}/people/").status_code == 302


def test_a_bureau_sees_masked_names_and_may_not_change(client, issued, owner, acting):
    with acting(owner):
        add_people(policy=issued, people=people(1), today=TODAY, by=owner)
    client.force_login(person(Kind.CITY_BUREAU, "city_officer"))
    text = client.get(f"/policies/{issued.public_id}/people/").content.decode()
    assert "张*" in text
    assert "张三" not in text
    assert "导入名单" not in text


def test_the_pages_ask_no_more_for_more_people(
    client, issued, owner, acting, django_assert_max_num_queries
):
    with acting(owner):
        add_people(policy=issued, people=people(*range(30)), today=TODAY, by=owner)
    client.force_login(owner)
    batch = send(client, issued, workbook(*(line(n, name="?") for n in range(40, 70)))).url
    for url in (
        f"/policies/{issued.public_id}/people/",
        f"{issued.get_absolute_url()}?tab=people",
        batch,
    ):
        with django_assert_max_num_queries(25):
            assert client.get(url).status_code == 200
