"""A pool's month, frozen: it adds up, nobody edits it, members answer it once."""

import json
import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.kinds import Kind
from apps.billing.books import failures
from apps.billing.models import (
    Confirmation,
    Difference,
    Settlement,
    Statement,
    StatementLine,
    StatementMember,
)
from apps.billing.monthly.lateness import remind_late
from apps.billing.monthly.services import (
    StatementRefused,
    confirm,
    dispute,
    make_statement,
    settle,
)
from apps.billing.rules import settling
from apps.billing.sealing import seal_all
from apps.core import context
from apps.core.models import Effect
from tests.conftest import ARRANGER
from tests.enrollment.test_at_once import acted, clerks, issued_by
from tests.factories import UserFactory, person
from tests.money import paid

__all__ = ["clerks"]
MARCH, APRIL, LATER = date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 20)


@pytest.fixture
def broker(db):
    return person(Kind.BROKER, "broker_admin")


def stated(policy, broker, *, month=MARCH, today=LATER):
    with context.entering(broker.context), transaction.atomic():
        return make_statement(pool=policy.pool, month=month, today=today, by=broker)


@pytest.fixture
def statement(issued, finance, acting, broker):
    paid(issued, finance, acting, amount=Decimal("1000.01"))
    return stated(issued, broker)


@pytest.fixture
def partner(insurers, seller):
    other = next(one for one in insurers if one != seller)
    return UserFactory(organisation=other, role="insurer_finance")


NETS = st.lists(st.integers(-(10**9), 10**9), max_size=20)


@pytest.mark.no_database
@settings(max_examples=1_000, deadline=None)
@given(fen=NETS)
def test_payments_settle_everyone_in_fewer_than_there_are_members(fen):
    net = {f"m{n}": Decimal(one) / 100 for n, one in enumerate([*fen, -sum(fen)])}
    payments = settling(net)
    left = dict(net)
    for payer, payee, amount in payments:
        assert amount > 0
        left[payer] += amount
        left[payee] -= amount
    assert set(left.values()) <= {Decimal(0)}
    assert len(payments) <= max(len([one for one in net.values() if one]) - 1, 0)


def test_it_says_what_moved_and_who_owes_whom(statement, issued, seller):
    assert (statement.due, statement.received) == (issued.premium, Decimal("1000.01"))
    members = list(StatementMember.objects.filter(statement=statement))
    assert sum(one.net for one in members) == 0
    assert sum(one.own for one in members) == Decimal("1000.01")
    own = {one.insurer_id: one for one in members}
    assert own[seller.pk].held == Decimal("1000.01")
    assert own[seller.pk].net < 0
    assert len(statement.payments) == 2
    assert {one["payer"] for one in statement.payments} == {seller.public_id}
    seal_all()
    assert failures() == []


def test_two_months_add_up_to_the_whole_split(issued, finance, acting, broker):
    paid(issued, finance, acting, amount=Decimal("33.33"))
    stated(issued, broker)
    with time_machine.travel("2026-04-08T10:00:00+08:00"):
        rest = issued.premium - Decimal("33.33")
        paid(issued, finance, acting, amount=rest, voucher="HD-2", today=date(2026, 4, 8))
    with time_machine.travel("2026-05-20T10:00:00+08:00"):
        stated(issued, broker, month=APRIL, today=date(2026, 5, 20))
    sums: dict[str, Decimal] = {}
    for line in StatementLine.objects.all():
        for insurer, part in line.shares.items():
            sums[insurer] = sums.get(insurer, Decimal(0)) + Decimal(part)
    due = {str(one.insurer_id): one.due for one in StatementMember.objects.filter(due__gt=0)}
    assert sums == due
    seal_all()
    assert failures() == []


@pytest.mark.parametrize(
    ("month", "today", "sentence"),
    [
        (MARCH, date(2026, 3, 31), "还没有结束"),
        (MARCH, date(2026, 4, 5), "还没有结账"),
        (APRIL, date(2026, 5, 20), "请先生成.*2026-03"),
        (date(2026, 2, 1), LATER, "没有账目"),
    ],
)
def test_what_cannot_be_stated(issued, finance, acting, broker, month, today, sentence):
    paid(issued, finance, acting)
    with pytest.raises(StatementRefused, match=sentence):
        stated(issued, broker, month=month, today=today)
    assert not Statement.objects.exists()


def test_a_month_is_stated_once_and_by_the_broker(statement, issued, broker, finance):
    for by, sentence in ((broker, "已经生成"), (finance, "由顾问机构生成")):
        with pytest.raises(StatementRefused, match=sentence):
            stated(issued, by)


@pytest.mark.parametrize(
    "table", ["statement", "statementmember", "statementline", "confirmation", "difference"]
)
@pytest.mark.parametrize("attack", ["update {} set id = id", "delete from {}", "truncate {}"])
def test_nobody_edits_a_frozen_statement(statement, broker, acting, table, attack):
    refused = pytest.raises(Exception, match="permission denied")
    with acting(broker), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(attack.format(f"billing_{table}"))


def test_a_member_cannot_be_added_later(statement, broker, acting, seller):
    late = StatementMember(
        statement=statement,
        pool_id=statement.pool_id,
        district_id=statement.district_id,
        insurer=broker.organisation,
        due=0,
        own=5,
        held=0,
        net=5,
    )
    refused = pytest.raises(IntegrityError, match="net to zero")
    with acting(broker), refused, transaction.atomic():
        late.save()


def line_of(statement):
    return StatementLine.objects.select_related("statement").get(statement=statement)


def disputed(statement, by):
    with context.entering(by.context), transaction.atomic():
        return dispute(
            line=line_of(statement),
            reason=Difference.Reason.OTHER_SIDE,
            text="到账应为四月",
            claimed=Decimal("0.00"),
            by=by,
        )


def confirmed(statement, by):
    with context.entering(by.context), transaction.atomic():
        return confirm(statement=statement, by=by)


def test_a_difference_is_answered_before_its_member_confirms(statement, partner, broker):
    difference = disputed(statement, partner)
    with pytest.raises(StatementRefused, match="还没有答复"):
        confirmed(statement, partner)
    with context.entering(broker.context):
        verdict = Settlement.Verdict.ACCEPTED
        settle(difference=difference, verdict=verdict, text="下期冲正", by=broker)
        with pytest.raises(StatementRefused, match="不能重复"):
            settle(difference=difference, verdict=verdict, text="再答", by=broker)
    confirmed(statement, partner)
    with pytest.raises(StatementRefused, match="已经确认"):
        disputed(statement, partner)
    with pytest.raises(StatementRefused, match="已经确认"):
        confirmed(statement, partner)


def test_only_members_finance_answers(statement, underwriter, broker):
    for by in (underwriter, broker, person(Kind.INSURER, "insurer_finance")):
        with pytest.raises(StatementRefused):
            confirmed(statement, by)
    assert not Confirmation.objects.exists()


def test_strangers_see_nothing_of_it(statement, acting, partner):
    stranger = person(Kind.INSURER, "insurer_finance")
    for by, seen in ((partner, 1), (stranger, 0), (person(Kind.DISTRICT_BUREAU), 1)):
        with acting(by):
            assert Statement.objects.count() == seen
            assert Statement.objects.visible_to(by).count() == seen
            assert StatementLine.objects.count() == seen


ROUNDS = 6
Act = Callable[[Any], Any]


def test_of_confirming_and_disputing_at_once_one_wins(own_database, clerks):
    """The two can never both stand, whichever of them comes first."""
    policy, finance = acted(clerks[0], issued_by), clerks[2]
    paid(policy, finance, lambda user: context.entering(user.context))
    with context.entering(ARRANGER), transaction.atomic():
        broker = person(Kind.BROKER, "broker_admin")
    statement = stated(policy, broker)
    told: list[str] = []

    def answer(act: Act) -> None:
        for _ in range(ROUNDS):
            try:
                act(statement, finance)
                told.append("")
            except StatementRefused as refusal:
                told.append(str(refusal))
        connection.close()

    threads = [threading.Thread(target=answer, args=(act,)) for act in (confirmed, disputed_by) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with context.entering(ARRANGER), transaction.atomic():
        stands = (Confirmation.objects.count(), Difference.objects.count())
    assert stands in {(1, 0), (0, 1)}
    assert told.count("") == 1
    seal_all()
    assert failures() == []


def disputed_by(statement: Statement, by: Any) -> Any:
    def act(user: Any) -> Any:
        return dispute(
            line=line_of(statement),
            reason=Difference.Reason.COMPUTED,
            text="金额不符",
            claimed=Decimal("1.00"),
            by=user,
        )

    return acted(by, act)


def test_who_does_not_answer_in_time_is_told_with_the_broker(statement, partner, broker, finance):
    confirmed(statement, finance)
    assert remind_late(statement.answer_by) == 0
    assert remind_late(statement.answer_by + timedelta(days=1)) == 1
    told = Effect.objects.get(payload__title="结算单逾期未确认").payload
    assert {partner.pk, broker.pk} <= set(told["receivers"])
    assert finance.pk not in told["receivers"]


def test_lines_are_kept_as_they_were_hashed(statement):
    line = line_of(statement)
    assert json.loads(json.dumps(line.shares)) == line.shares
    assert len(statement.digest) == 64


def test_a_member_reads_and_confirms_it_on_its_page(client, statement, partner):
    client.force_login(partner)
    assert statement.number in client.get("/statements/").content.decode()
    url = statement.get_absolute_url()
    assert "确认结算单" in client.get(url).content.decode()
    assert client.post(f"{url}confirm/").status_code == 302
    assert "已确认" in client.get(url).content.decode()
    assert Confirmation.objects.get().insurer == partner.organisation
