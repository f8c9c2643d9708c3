"""A statement as a numbered paper: a copy for each member, and a final one when all confirmed.

A member's copy is its own: other insurers do not see it; the broker and the bureaus see them all.
"""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import Organisation, User
from apps.billing.actors import BOOKS
from apps.billing.models import (
    Confirmation,
    Difference,
    Settlement,
    Statement,
    StatementMember,
    StatementState,
)
from apps.core import context
from apps.core.dates import local_day
from apps.documents.models import Paper, Scope
from apps.documents.papers.kinds import POOL_STATEMENT
from apps.documents.papers.statement import (
    DifferenceLine,
    MemberLine,
    PaymentLine,
    StatementData,
)
from apps.documents.services.papers import make_paper
from apps.documents.verification import Tone, VerifiedState

SUBJECT = "billing.statement"


def subject_of(row: Statement) -> str:
    return f"{SUBJECT}:{row.pk}"


def papers_of(row: Statement, user: User) -> list[Paper]:
    papers = Paper.objects.visible_to(user).current().filter(kind=POOL_STATEMENT.code)
    return list(papers.about(subject_of(row)).order_by("number"))


def is_locked(row: Statement) -> bool:
    members = StatementMember.objects.filter(statement=row).count()
    return Confirmation.objects.filter(statement=row).count() >= members


def issue_papers(row: Statement, *, by: User) -> list[Paper]:
    """In the transaction of the act that made the statement, or locked it."""
    pool = row.pool.name
    with context.entering(BOOKS.context), translation.override(settings.LANGUAGE_CODE):
        members = list(StatementMember.objects.filter(statement=row).order_by("insurer_id"))
        keys = [one.insurer_id for one in members]
        names = Organisation.objects.in_bulk(keys)
        lines = _members(row, members, names)
        differences = _differences(row, names)
        former = {
            paper.insurer_id: paper for paper in Paper.objects.current().about(subject_of(row))
        }
        return [
            make_paper(
                POOL_STATEMENT,
                number=f"{row.number}-{place:02d}",
                data=_data(row, pool, names[one.insurer_id].name, lines, differences),
                subject=subject_of(row),
                holder=names[one.insurer_id].name,
                scope=Scope(insurer=one.insurer_id, district=row.district_id),
                supersedes=former.get(one.insurer_id),
                by=by,
            )
            for place, one in enumerate(members, start=1)
        ]


def _data(
    row: Statement,
    pool: str,
    member: str,
    lines: tuple[MemberLine, ...],
    differences: tuple[DifferenceLine, ...],
) -> StatementData:
    keys = {one[side] for one in row.payments for side in ("payer", "payee")}
    names = dict(Organisation.objects.filter(public_id__in=keys).values_list("public_id", "name"))
    return StatementData(
        number=row.number,
        pool=pool,
        month=row.month,
        member=member,
        policies=row.policies,
        faults=row.faults,
        due=row.due,
        received=row.received,
        answer_by=row.answer_by,
        digest=row.digest,
        ledger_link=row.ledger_link,
        is_locked=is_locked(row),
        members=lines,
        payments=tuple(
            PaymentLine(names[one["payer"]], names[one["payee"]], one["amount"])
            for one in row.payments
        ),
        differences=differences,
    )


def _members(
    row: Statement, members: list[StatementMember], names: dict[int, Organisation]
) -> tuple[MemberLine, ...]:
    given = {one.insurer_id: one for one in Confirmation.objects.filter(statement=row)}
    return tuple(
        MemberLine(
            names[one.insurer_id].name,
            one.due,
            one.own,
            one.held,
            one.net,
            given[one.insurer_id].confirmed_by_name if one.insurer_id in given else "",
            local_day(given[one.insurer_id].confirmed_at) if one.insurer_id in given else None,
        )
        for one in members
    )


def _differences(row: Statement, names: dict[int, Organisation]) -> tuple[DifferenceLine, ...]:
    settled = {one.difference_id: one for one in Settlement.objects.filter(statement=row)}
    rows = Difference.objects.filter(statement=row).select_related("line").order_by("pk")
    return tuple(_difference(one, names[one.insurer_id].name, settled.get(one.pk)) for one in rows)


def _difference(one: Difference, insurer: str, answer: Settlement | None) -> DifferenceLine:
    return DifferenceLine(
        insurer,
        one.line.line,
        one.line.number,
        one.get_reason_display(),
        one.text,
        answer.get_verdict_display() if answer else _("尚未答复"),
        answer.text if answer else "",
        answer.correction if answer else one.claimed - one.claimed,
    )


def verified_today(key: str, day: date) -> VerifiedState | None:
    """For the public page behind the QR code: how far it is, and no amounts."""
    row = Statement.objects.filter(pk=key).first()
    if row is None:
        return None
    members = StatementMember.objects.filter(statement=row).count()
    confirmed = Confirmation.objects.filter(statement=row).count()
    lines = (
        (_("月份"), f"{row.month:%Y-%m}"),
        (_("已确认成员"), f"{confirmed}/{members}"),
        (_("明细校验值"), row.digest),
    )
    if confirmed >= members:
        return VerifiedState(Tone.HOLDS, StatementState.LOCKED.label, lines)
    return VerifiedState(Tone.NOT_YET, StatementState.OPEN.label, lines)
