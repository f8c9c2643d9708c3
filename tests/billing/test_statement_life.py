"""A statement's life: a line disputed, answered, corrected in the next month; papers and files."""

import threading
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from apps.accounts.kinds import Kind
from apps.billing.books import failures
from apps.billing.models import Difference, Settlement, Statement, StatementLine, StatementMember
from apps.billing.monthly.checking import Facts, faults_of
from apps.billing.monthly.corrections import moved_to
from apps.billing.monthly.papers import verified_today
from apps.billing.monthly.services import StatementRefused, make_statement, settle
from apps.billing.sealing import seal_all
from apps.core import context
from apps.documents.actors import VERIFIER
from apps.documents.models import Paper
from apps.documents.outputs import printed
from tests.billing.test_statements import (
    APRIL,
    LATER,
    MARCH,
    broker,
    confirmed,
    disputed,
    line_of,
    partner,
    stated,
    statement,
)
from tests.conftest import ARRANGER
from tests.enrollment.test_at_once import acted, clerks, issued_by
from tests.factories import UserFactory, person
from tests.money import paid

__all__ = ["broker", "clerks", "partner", "statement"]
MAY = date(2026, 5, 20)

VECTORS = st.dictionaries(st.integers(1, 99), st.integers(1, 10_000), min_size=2, max_size=20)


@pytest.mark.no_database
@settings(max_examples=1_000, deadline=None)
@given(vector=VECTORS, fen=st.integers(-(10**9), 10**9), data=st.data())
def test_a_correction_moves_money_and_makes_none(vector, fen, data):
    insurer = data.draw(st.sampled_from(sorted(vector)))
    amount = Decimal(fen) / 100
    own = moved_to(insurer, amount, vector, key="dif")
    assert sum(own.values()) == 0
    assert own.get(insurer, Decimal(0)) == amount
    others = [part for who, part in own.items() if who != insurer]
    assert all(part * amount <= 0 for part in others)


@pytest.mark.no_database
def test_without_others_nothing_can_be_corrected():
    assert moved_to(1, Decimal("5.00"), {1: 10_000}, key="dif") == {}


GOOD = Facts(
    number="BD-NH-2026-000001",
    insured="佛山某厂",
    code="91440605MA4UJ8TJ7Q",
    cover_from=date(2026, 3, 9),
    cover_to=date(2027, 3, 9),
    cancelled_from=None,
    due=Decimal("100.00"),
    received=Decimal("100.00"),
    seller=1,
    shares={1: 4_000, 2: 6_000},
)
WRONG = [
    ({"number": "123"}, ("policy", "number")),
    ({"insured": " "}, ("insured", "name")),
    ({"code": "91440605MA4UJ8TJ50"}, ("insured", "code")),
    ({"cover_from": None, "cover_to": None}, ("period", "no_period")),
    ({"cover_to": date(2026, 3, 9)}, ("period", "order")),
    ({"cancelled_from": date(2027, 4, 1)}, ("period", "cancelled")),
    ({"due": Decimal("-1.00"), "received": Decimal(0)}, ("amount", "negative_due")),
    ({"received": Decimal("-0.01")}, ("amount", "negative")),
    ({"received": Decimal("100.01")}, ("amount", "too_much")),
    ({"shares": {1: 4_000, 2: 5_999}}, ("share", "sum")),
    ({"shares": {2: 10_000}}, ("share", "seller")),
]


@pytest.mark.no_database
@pytest.mark.parametrize(("changes", "fault"), WRONG)
def test_each_fault_names_its_field(changes, fault):
    good = GOOD.__dict__
    found = faults_of(Facts(**good | changes))
    assert fault in found
    assert len(found) - len(faults_of(GOOD)) == 1


@pytest.mark.no_database
@settings(max_examples=1_000, deadline=None)
@given(due=st.integers(0, 10**9), part=st.integers(0, 10**9))
def test_no_amount_between_nothing_and_all_is_a_fault(due, part):
    received = min(due, part)
    facts = GOOD.__dict__ | {"due": Decimal(due) / 100, "received": Decimal(received) / 100}
    assert not [field for field, _name in faults_of(Facts(**facts)) if field == "amount"]


def accepted(difference, broker, **facts):
    with context.entering(broker.context), transaction.atomic():
        verdict = Settlement.Verdict.ACCEPTED
        return settle(difference=difference, verdict=verdict, text="成立", by=broker, **facts)


def test_what_is_accepted_stands_in_the_next_statement_once(statement, issued, partner, broker):
    difference = disputed(statement, partner)
    made = accepted(difference, broker)
    before = line_of(statement).own_of(partner.organisation_id)
    assert made.correction == -before
    with time_machine.travel("2026-05-20T10:00:00+08:00"):
        april = stated(issued, broker, month=APRIL, today=MAY)
        seal_all()
        assert failures() == []
    line = StatementLine.objects.get(statement=april, corrects=difference)
    assert line.own_of(partner.organisation_id) == -before
    assert (line.due, line.received, sum(map(Decimal, line.shares.values()))) == (0, 0, 0)
    member = StatementMember.objects.get(statement=april, insurer=partner.organisation)
    assert (member.own, member.net) == (-before, -before)
    assert april.policies == 0
    with time_machine.travel("2026-06-20T10:00:00+08:00"):
        may = stated(issued, broker, month=date(2026, 5, 1), today=date(2026, 6, 20))
        assert may.lines.count() == 0


@pytest.mark.parametrize("facts", [{"correction": Decimal("0.00")}, {"verdict": "dismissed"}])
def test_what_the_books_or_nobody_owes_is_not_corrected(statement, issued, partner, broker, facts):
    difference = disputed(statement, partner)
    with context.entering(broker.context), transaction.atomic():
        given = {"verdict": "accepted", "text": "账簿已冲正", **facts}
        settle(difference=difference, by=broker, **given)
    with time_machine.travel("2026-05-20T10:00:00+08:00"):
        assert stated(issued, broker, month=APRIL, today=MAY).lines.count() == 0


def test_a_dismissed_difference_has_no_correction(statement, partner, broker):
    difference = disputed(statement, partner)
    with (
        context.entering(broker.context),
        pytest.raises(StatementRefused, match="应为 0"),
        transaction.atomic(),
    ):
        settle(
            difference=difference,
            verdict="dismissed",
            text="不成立",
            correction=Decimal("1.00"),
            by=broker,
        )


def test_a_settlement_cannot_be_edited_nor_corrected_twice(statement, partner, broker, acting):
    difference = disputed(statement, partner)
    accepted(difference, broker)
    refused = pytest.raises(Exception, match="permission denied")
    with acting(broker), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute("update billing_settlement set correction = 0")
    line = line_of(statement)
    for number in (98, 99):
        line.pk, line.line, line.corrects = None, number, difference
        if number == 98:
            with acting(broker), transaction.atomic():
                line.save(force_insert=True)
    with acting(broker), pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)


def test_each_member_has_a_paper_of_its_own(statement, acting, partner, broker, insurers, finance):
    for by, seen in ((partner, 1), (broker, 3), (person(Kind.INSURER, "insurer_finance"), 0)):
        with acting(by):
            assert Paper.objects.filter(kind="pool_statement").count() == seen
    paper = Paper.objects.get(kind="pool_statement", insurer=partner.organisation)
    assert paper.number == f"{statement.number}-{insurers.index(partner.organisation) + 1:02d}"
    assert printed(paper).startswith(b"%PDF")
    with context.entering(VERIFIER.context):
        assert "待确认" in str(verified_today(str(statement.pk), MAY).label)


def test_the_last_confirmation_locks_it_and_replaces_the_papers(statement, insurers, broker):
    for insurer in insurers:
        confirmed(statement, person_of(insurer))
    assert Paper.objects.current().filter(kind="pool_statement").count() == 3
    final = Paper.objects.current().filter(kind="pool_statement").first()
    assert final.supersedes is not None
    assert final.data["is_locked"]
    assert all(one["confirmed_by"] for one in final.data["members"])
    with context.entering(VERIFIER.context):
        assert "锁定" in str(verified_today(str(statement.pk), MAY).label)


def person_of(insurer):
    return UserFactory(organisation=insurer, role="insurer_finance")


def test_the_pages_carry_it_from_dispute_to_correction(
    client, statement, issued, partner, broker, seller
):
    url = statement.get_absolute_url()
    client.force_login(partner)
    assert "确认月度结算单" in client.get("/home/").content.decode()
    page = client.get(f"{url}lines/").content.decode()
    assert issued.number in page
    assert issued.insured_name in page
    assert "提出差异" in client.get(f"{url}lines/1/").content.decode()
    assert client.post(f"{url}lines/1/dispute/", {"claimed": "x"}).status_code == 422
    facts = {"reason": "special", "claimed": "1.00", "text": "按补充协议"}
    assert client.post(f"{url}lines/1/dispute/", facts).status_code == 302
    assert "按补充协议" in client.get(url).content.decode()
    client.force_login(broker)
    difference = Difference.objects.get()
    assert "答复结算单差异" in client.get("/home/").content.decode()
    answer = f"/statement-differences/{difference.public_id}/settle/"
    assert client.post(answer, {"verdict": "accepted", "text": "同意"}).status_code == 302
    assert "将列入下一期结算单" in client.get(url).content.decode()
    assert "赔案号" in client.get(f"{url}claims/").content.decode()
    with time_machine.travel("2026-06-20T10:00:00+08:00"):
        client.force_login(broker)
        assert "1 份逾期" in client.get("/statements/?state=late").content.decode()


def test_the_workbook_holds_both_bordereaux_and_the_positions(client, statement, partner):
    client.force_login(partner)
    answer = client.get(f"{statement.get_absolute_url()}workbook/")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == ["成员净额", "清算建议", "保费明细", "赔款明细", "差异"]
    net = book.get_sheet_by_name("成员净额").to_python()
    assert sum(round(row[4] * 100) for row in net[1:]) == 0
    assert len(book.get_sheet_by_name("保费明细").to_python()) == 2


def test_the_api_tells_disputes_and_settles(client, statement, partner, broker):
    base = f"/api/v1/statements/{statement.public_id}/"
    client.force_login(partner)
    whole = client.get(base).json()
    assert (whole["state"], len(whole["positions"])) == ("open", 3)
    (line,) = client.get(f"{base}lines/").json()["results"]
    assert sum(Decimal(part) for part in line["shares"].values()) == statement.received
    facts = {"reason": "missing", "claimed": "2.00", "text": "重列"}
    made = post(client, f"{base}lines/1/differences/", facts, key="a" * 20)
    assert made.status_code == 201
    assert post(client, f"{base}confirmation/", {}, key="b" * 20).status_code in {400, 409, 422}
    client.force_login(broker)
    answer = {"verdict": "accepted", "correction": "1.50", "text": "部分成立"}
    where = f"/api/v1/statement-differences/{made.json()['id']}/settlement/"
    settled = post(client, where, answer, key="c" * 20)
    assert settled.json()["correction"] == "1.50"
    client.force_login(partner)
    confirmed_now = post(client, f"{base}confirmation/", {}, key="d" * 20)
    assert confirmed_now.json()["confirmed"] == 1


def post(client, url, facts, *, key):
    headers = {"Idempotency-Key": key}
    return client.post(url, facts, content_type="application/json", headers=headers)


def test_of_two_who_make_the_same_month_one_does(own_database, clerks):
    policy, finance = acted(clerks[0], issued_by), clerks[2]
    paid(policy, finance, lambda user: context.entering(user.context))
    with context.entering(ARRANGER), transaction.atomic():
        broker = person(Kind.BROKER, "broker_admin")
    told, barrier = [], threading.Barrier(3)

    def make():
        barrier.wait()
        try:
            with context.entering(broker.context), transaction.atomic():
                make_statement(pool=policy.pool, month=MARCH, today=LATER, by=broker)
            told.append("")
        except StatementRefused as refusal:
            told.append(str(refusal))
        connection.close()

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("") == 1
    assert all("已经生成" in text for text in told if text)
    with context.entering(ARRANGER), transaction.atomic():
        assert (Statement.objects.count(), Paper.objects.filter(kind="pool_statement").count()) == (
            1,
            3,
        )
