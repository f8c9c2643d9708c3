"""Members answer a round, each by its authorised person; then it is published."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import Organisation, User
from apps.core import audit, context
from apps.core.context import Actor
from apps.pools.actors import ROUNDS
from apps.pools.errors import RoundRefused
from apps.pools.models import Approval, Objection, ObjectionState, RoundState, ShareRound
from apps.pools.notices import tell_of_answer, tell_of_approval, tell_of_objection, tell_of_table
from apps.pools.services.rounds import locked, move_back
from apps.pools.services.shares import set_shares


@transaction.atomic
def object_to_round(*, share_round: ShareRound, text: str, today: date, by: User) -> Objection:
    """Say what is wrong, while the window is open; nothing is approved before it is answered."""
    row = locked(share_round)
    if refusal := refusal_to_object(row, today, by):
        raise RoundRefused(refusal)
    if not text.strip():
        raise RoundRefused(_("请写明对哪个数字有异议，依据是什么。"), field="text")
    raised = Objection.objects.create(
        share_round=row,
        pool=row.pool,
        district=row.district,
        insurer=by.organisation,
        inputs_hash=row.inputs_hash,
        text=text.strip(),
        raised_by_name=by.actor_name,
    )
    audit.record("round.objected", by=by, on=row, reason=raised.text[:500])
    tell_of_objection(row, raised, by=by)
    return raised


def refusal_to_object(row: ShareRound, today: date, by: User) -> str:
    if refusal := _refusal_to_answer(row, by):
        return refusal
    if row.objections_until and today > row.objections_until:
        return _("异议期到 %(day)s 为止，已经结束。") % {"day": row.objections_until}
    if row.objections.filter(insurer=by.organisation_id, state=ObjectionState.OPEN).exists():
        return _("贵机构已有一条异议等待答复。")
    return ""


@transaction.atomic
def answer_objection(
    *, objection: Objection, upheld: bool, answer: str, now: datetime, by: User
) -> Objection:
    """Dismiss it with reasons, or uphold it: then the round gathers its inputs anew."""
    row = locked(objection.share_round)
    found = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    Objection.transitions.check(found.state, state)
    if not answer.strip():
        raise RoundRefused(_("请写明答复，提出异议的成员会看到。"), field="answer")
    found.state, found.answer = state, answer.strip()
    found.answered_at, found.answered_by_name = now, by.actor_name
    found.save(update_fields=["state", "answer", "answered_at", "answered_by_name"])
    audit.record("round.objection_answered", by=by, on=row, reason=found.answer[:500])
    tell_of_answer(row, found, by=by)
    if upheld and row.state != RoundState.GATHERING:
        move_back(row, RoundState.GATHERING, found.answer[:500], "round.regathered", by)
    elif not upheld:
        _conclude(row, now, by)
    return found


@transaction.atomic
def approve_round(*, share_round: ShareRound, seen_hash: str, now: datetime, by: User) -> Approval:
    """Consent for one's own organisation to what was seen; the last one makes it approved."""
    row = locked(share_round)
    if refusal := refusal_to_approve(row, by):
        raise RoundRefused(refusal)
    if seen_hash != row.inputs_hash:
        raise RoundRefused(_("数据在您查看后重新计算过，请看过新的结果再表示同意。"))
    given = Approval.objects.create(
        share_round=row,
        pool=row.pool,
        district=row.district,
        insurer=by.organisation,
        inputs_hash=row.inputs_hash,
        given_at=now,
        given_by=by.actor_key,
        given_by_name=by.actor_name,
    )
    audit.record("round.agreed", by=by, on=row, changes={"hash": row.inputs_hash})
    _conclude(row, now, by)
    return given


def refusal_to_approve(row: ShareRound, by: User) -> str:
    if refusal := _refusal_to_answer(row, by):
        return refusal
    if consents(row).filter(insurer=by.organisation_id).exists():
        return _("贵机构已经表示同意。")
    return ""


def _refusal_to_answer(row: ShareRound, by: User) -> str:
    if row.state != RoundState.OBJECTION:
        return _("这一轮现在是“%(state)s”，不在征求意见。") % {"state": row.get_state_display()}
    if by.organisation_id not in row.member_keys:
        return _("贵机构不是这一轮份额的成员。")
    return ""


def consents(row: ShareRound) -> QuerySet[Approval]:
    """Those to the present figures; a round computed anew asks anew."""
    return row.approvals.filter(inputs_hash=row.inputs_hash)


def _conclude(row: ShareRound, now: datetime, by: Actor) -> None:
    """Approved once every member consented and no objection waits."""
    with context.entering(ROUNDS.context):
        agreed = set(consents(row).values_list("insurer_id", flat=True))
        waiting = row.objections.filter(state=ObjectionState.OPEN).exists()
        if row.state != RoundState.OBJECTION or waiting or not agreed >= set(row.member_keys):
            return
        row.state, row.approved_at = RoundState.APPROVED, now
        row.save(update_fields=["state", "approved_at"])
    audit.record("round.approved", by=by, on=row, changes={"hash": row.inputs_hash})
    tell_of_approval(row, by=by)


@transaction.atomic
def publish_round(
    *, share_round: ShareRound, effective_from: date, today: date, now: datetime, by: User
) -> ShareRound:
    """Write the next table of shares; policies sold before keep the vector they were sold with."""
    row = locked(share_round)
    field, refusal = refusal_to_publish(row, effective_from, today)
    if refusal:
        raise RoundRefused(refusal, field=field)
    insurers = Organisation.objects.in_bulk(row.member_keys)
    source = _("份额调整 %(start)s 至 %(end)s，全体成员 %(day)s 同意") % {
        "start": row.valid_from,
        "end": row.valid_to,
        "day": row.approved_at.date() if row.approved_at else "",
    }
    row.table = set_shares(
        pool=row.pool,
        shares={insurers[key]: points for key, points in row.shares.items()},
        valid_from=effective_from,
        source=source,
        by=by,
    )
    row.state, row.published_at = RoundState.PUBLISHED, now
    row.published_by, row.published_by_name = by.actor_key, by.actor_name
    row.save()
    facts = {"from": effective_from, "hash": row.inputs_hash}
    audit.record("round.published", by=by, on=row, changes=facts)
    tell_of_table(row, effective_from, by=by)
    return row


def refusal_to_publish(row: ShareRound, effective_from: date, today: date) -> tuple[str, str]:
    """The field at fault and why, or two empty strings."""
    if refusal := ShareRound.transitions.refusal_to_move(row.state, RoundState.PUBLISHED):
        return "", refusal
    if not row.agreement.rounds_on:
        return "", _("协议已关闭份额动态调整，不能公布。")
    if effective_from <= today:
        return "effective_from", _("新份额最早自明天起生效，只用于以后出具的保单。")
    return "", ""
