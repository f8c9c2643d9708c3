"""Freezing a pool's month, and the answers of its members.

All members confirm, or name differences that the broker answers; a statement that all have
confirmed is locked. What was wrong in it is put right by entries of a later month.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.roles import Permission
from apps.billing.closing import CloseRefused, close_month
from apps.billing.ledger import open_from
from apps.billing.models import (
    Confirmation,
    Difference,
    Entry,
    EntrySeal,
    Settlement,
    Statement,
    StatementLine,
    StatementMember,
)
from apps.billing.monthly.corrections import moved_to, vector_of
from apps.billing.monthly.gathering import Moved, Position, digest_of, moved_in, positions
from apps.billing.monthly.papers import is_locked, issue_papers
from apps.billing.monthly.reports import (
    tell_of_difference,
    tell_of_settlement,
    tell_of_statement,
)
from apps.billing.rules import month_after, month_start, settling
from apps.core import audit
from apps.core.errors import DomainError
from apps.core.numbering import next_number
from apps.pools.models import Agreement, Pool

T = TypeVar("T")
ANSWER_LOCK = 7_301_103  # the one of the triggers on answers
MAKE_LOCK = 7_301_106  # with a pool's key: its statements are made one after the other
DAYS_TO_ANSWER = 15  # where the agreement says nothing
STORE_LINES = """
insert into billing_statementline
    (statement_id, pool_id, district_id, line, policy_id, seller_id, due, received, shares,
    number, insured, cover_from, cover_to, faults, corrects_id)
select %s, %s, %s, given.* from unnest(%s::int[], %s::bigint[], %s::bigint[], %s::numeric[],
    %s::numeric[], %s::jsonb[], %s::text[], %s::text[], %s::date[], %s::date[], %s::jsonb[],
    %s::bigint[]) given
"""


class StatementRefused(DomainError):
    code = "statement_refused"


def refusal_to_state(pool: Pool, month: date, today: date, by: User) -> str:
    """Month after month, once it is over, by the broker who keeps the pool's books."""
    if not can(by, Permission.MANAGE_POOLS):
        return _("结算单由顾问机构生成。")
    if today < month_after(month):
        return _("%(month)s还没有结束，不能生成结算单。") % {"month": f"{month:%Y-%m}"}
    if Statement.objects.filter(pool=pool, month=month).exists():
        return _("%(pool)s %(month)s的结算单已经生成。") % _named(pool, month)
    due = month_due(pool)
    if due is None or month < due:
        return _("%(pool)s在%(month)s没有账目。") % _named(pool, month)
    if month > due:
        return _("请先生成%(pool)s %(month)s的结算单。") % _named(pool, due)
    return ""


def month_due(pool: Pool) -> date | None:
    """The first month of the pool that has no statement yet."""
    last = Statement.objects.filter(pool=pool).order_by("-month").first()
    if last:
        return month_after(last.month)
    entries = Entry.objects.filter(policy__pool=pool)
    first: date | None = entries.aggregate(day=Min("day"))["day"]
    return month_start(first) if first else None


def _named(pool: Pool, month: date) -> dict[str, str]:
    return {"pool": pool.name, "month": f"{month:%Y-%m}"}


@transaction.atomic
def make_statement(*, pool: Pool, month: date, today: date, by: User) -> Statement:
    """Close the month's books, list what moved, and freeze who owes whom."""
    pool = Pool.objects.get(pk=pool.pk)
    month = month_start(month)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [MAKE_LOCK, pool.pk])
    if refusal := refusal_to_state(pool, month, today, by):
        raise StatementRefused(refusal)
    _close_books(pool, month, today, by)
    moved = moved_in(pool, month)
    members = positions(pool, month, moved)
    made = _frozen(pool, month, moved, members, by)
    _store(made, moved, members)
    facts = {"received": str(made.received), "due": str(made.due), "digest": made.digest}
    audit.record("statement.made", by=by, on=made, changes=facts)
    issue_papers(made, by=by)
    tell_of_statement(made, [one.insurer for one in members], by=by)
    return made


def _close_books(pool: Pool, month: date, today: date, by: User) -> None:
    """Only what can no longer change is stated; the broker closes what is late by its right."""
    sellers = Entry.objects.filter(policy__pool=pool, day__lt=month_after(month))
    for insurer in Organisation.objects.filter(pk__in=sellers.values("insurer")).order_by("pk"):
        first = open_from(insurer.pk)
        if first and first >= month_after(month):
            continue
        try:
            close_month(insurer=insurer, month=month, today=today, by=by)
        except CloseRefused as refusal:
            text = _("%(insurer)s%(month)s还没有结账，不能生成结算单。%(why)s")
            facts = {"insurer": insurer.name, "month": f"{month:%Y-%m}", "why": refusal}
            raise StatementRefused(text % facts) from refusal


def _frozen(
    pool: Pool, month: date, moved: list[Moved], members: list[Position], by: User
) -> Statement:
    terms = Agreement.objects.on(month).filter(pool=pool).first()
    number = next_number("JS", on=month, district=pool.district.abbreviation)
    names = {one.pk: one.public_id for one in Organisation.objects.filter(pk__in=_keys(members))}
    payments = settling({str(one.insurer): one.net for one in members})
    days = terms.settle_days if terms else DAYS_TO_ANSWER
    last = EntrySeal.objects.order_by("-day", "-sequence").first()
    return Statement.objects.create(
        number=number,
        pool=pool,
        district_id=pool.district_id,
        month=month,
        policies=sum(1 for line in moved if line.corrects is None),
        faults=sum(1 for line in moved if line.faults),
        due=sum((line.due for line in moved), Decimal(0)),
        received=sum((line.received for line in moved), Decimal(0)),
        payments=[
            {"payer": names[int(payer)], "payee": names[int(payee)], "amount": str(amount)}
            for payer, payee, amount in payments
        ],
        digest=digest_of(number, moved, members),
        ledger_link=last.link if last else "",
        answer_by=max(month_after(month), timezone.localdate()) + timedelta(days=days),
        frozen_by=by.actor_key,
        frozen_by_name=by.actor_name,
    )


def _keys(members: list[Position]) -> list[int]:
    return [one.insurer for one in members]


def _store(made: Statement, moved: list[Moved], members: list[Position]) -> None:
    where = {"statement": made, "pool_id": made.pool_id, "district_id": made.district_id}
    StatementMember.objects.bulk_create(
        StatementMember(
            **where,
            insurer_id=one.insurer,
            due=one.due,
            own=one.own,
            held=one.held,
            net=one.net,
        )
        for one in members
    )
    shares = [json.dumps({str(k): str(v) for k, v in line.own.items()}) for line in moved]
    columns: list[list[Any]] = [
        list(range(1, len(moved) + 1)),
        [line.policy for line in moved],
        [line.seller for line in moved],
        [line.due for line in moved],
        [line.received for line in moved],
        shares,
        [line.number for line in moved],
        [line.insured for line in moved],
        [line.cover_from for line in moved],
        [line.cover_to for line in moved],
        [json.dumps(line.faults) for line in moved],
        [line.corrects for line in moved],
    ]
    with connection.cursor() as cursor:
        cursor.execute(STORE_LINES, [made.pk, made.pool_id, made.district_id, *columns])


def refusal_to_answer(statement: Statement, by: User) -> str:
    if by.organisation.kind != Kind.INSURER or not can(by, Permission.RECORD_RECEIPT):
        return _("结算单由成员机构的财务确认。")
    if not StatementMember.objects.filter(statement=statement, insurer=by.organisation).exists():
        return _("本机构在这份结算单里没有账目。")
    if Confirmation.objects.filter(statement=statement, insurer=by.organisation).exists():
        return _("本机构已经确认这份结算单，不能再更改。")
    return ""


@transaction.atomic
def confirm(*, statement: Statement, by: User) -> Confirmation:
    """Stand by the statement; refused while one's own differences are open."""
    _answering(statement, by)
    open_ones = Difference.objects.filter(
        statement=statement, insurer=by.organisation, settlement=None
    )
    if open_ones.exists():
        raise StatementRefused(_("本机构提出的差异还没有答复，答复后再确认。"))
    made = _once(
        lambda: Confirmation.objects.create(
            **_of(statement, by),
            digest=statement.digest,
            confirmed_by=by.actor_key,
            confirmed_by_name=by.actor_name,
        )
    )
    audit.record("statement.confirmed", by=by, on=statement, changes={"digest": statement.digest})
    if is_locked(statement):
        issue_papers(statement, by=by)
    return made


@transaction.atomic
def dispute(
    *, line: StatementLine, reason: str, text: str, claimed: Decimal, by: User
) -> Difference:
    """Name a difference in one line; the broker is told and answers."""
    statement = line.statement
    _answering(statement, by)
    if not text.strip():
        raise StatementRefused(_("请写明差异的情况和依据。"), field="text")
    made = _once(
        lambda: Difference.objects.create(
            **_of(statement, by),
            line=line,
            reason=reason,
            text=text.strip(),
            claimed=claimed,
            raised_by=by.actor_key,
            raised_by_name=by.actor_name,
        )
    )
    facts = {"line": line.line, "claimed": str(claimed)}
    audit.record("statement.disputed", by=by, on=statement, changes=facts, reason=text[:500])
    tell_of_difference(made, by=by)
    return made


@transaction.atomic
def settle(
    *, difference: Difference, verdict: str, text: str, by: User, correction: Decimal | None = None
) -> Settlement:
    """The broker answers a difference; nothing in the statement changes.

    What is accepted becomes a line of the pool's next statement. `correction` is what that line
    gives the member: by default all it claims, and nothing where the books were put right already.
    """
    if not can(by, Permission.MANAGE_POOLS):
        raise StatementRefused(_("差异由顾问机构答复。"))
    if not text.strip():
        raise StatementRefused(_("请写明答复的理由。"), field="text")
    _lock(difference.statement_id)
    amount = _correction(difference, verdict, correction)
    made = _once(
        lambda: Settlement.objects.create(
            difference=difference,
            statement_id=difference.statement_id,
            pool_id=difference.pool_id,
            district_id=difference.district_id,
            verdict=verdict,
            correction=amount,
            text=text.strip(),
            settled_by=by.actor_key,
            settled_by_name=by.actor_name,
        )
    )
    facts = {"line": difference.line.line, "verdict": verdict, "correction": str(amount)}
    on = difference.statement
    audit.record("statement.settled", by=by, on=on, changes=facts, reason=text[:500])
    tell_of_settlement(made, by=by)
    return made


def _correction(difference: Difference, verdict: str, wanted: Decimal | None) -> Decimal:
    claimed = difference.claimed - difference.line.own_of(difference.insurer_id)
    if verdict == Settlement.Verdict.DISMISSED:
        if wanted:
            raise StatementRefused(_("差异不成立的，更正金额应为 0。"), field="correction")
        return Decimal("0.00")
    amount = claimed if wanted is None else wanted
    if amount and not moved_to(
        difference.insurer_id, amount, vector_of(difference.line.policy_id), key=""
    ):
        text = _("这份保单没有其他成员承保，份额无从更正；请改记账簿，更正金额填 0。")
        raise StatementRefused(text, field="correction")
    return amount


def _answering(statement: Statement, by: User) -> None:
    """One answer at a time: what was looked at still holds when the answer is written."""
    _lock(statement.pk)
    if refusal := refusal_to_answer(statement, by):
        raise StatementRefused(refusal)


def _lock(statement_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [ANSWER_LOCK, statement_id])


def _of(statement: Statement, by: User) -> dict[str, Any]:
    return {
        "statement": statement,
        "pool_id": statement.pool_id,
        "district_id": statement.district_id,
        "insurer_id": by.organisation_id,
    }


def _once(create: Callable[[], T]) -> T:
    try:
        with transaction.atomic():
            return create()
    except IntegrityError as taken:
        raise StatementRefused(_("已经答复过，不能重复。")) from taken
