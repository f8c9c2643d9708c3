"""Endorse, cancel, reinstate, correct: each is planned, shown, and recorded as it was shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.models import CancellationGround
from apps.catalogue.rules.documents import digest
from apps.core import audit
from apps.core.dates import local_day
from apps.documents.services.uploads import keep_upload
from apps.policies.changes.models import PolicyTransaction
from apps.policies.errors import ChangeRefused
from apps.policies.models import Policy
from apps.policies.papers import CANCELLATION_PROOF
from apps.policies.registry import MONEY_MOVES
from apps.policies.reports import tell_of_change
from apps.policies.rules.amending import Amendment
from apps.policies.rules.stack import Act
from apps.policies.selectors.planning import Plan, Step, Wish, plan_of, plan_to_undo
from apps.policies.selectors.refusing import (
    refusal_of_endorsement,
    refusal_to_act,
    refusal_to_cancel,
    refusal_to_correct,
    refusal_to_reinstate,
)
from apps.policies.selectors.stack import Stack, choice_of, columns_of, stack_of
from apps.policies.services.cover import scope_of
from apps.policies.services.people import settle_days
from apps.policies.services.requests import settle_request
from apps.policies.services.slips import make_slips

EVENTS = {
    Act.ENDORSE: "policy.endorsed",
    Act.CANCEL: "policy.cancelled",
    Act.REINSTATE: "policy.reinstated",
    Act.REVERSE: "policy.corrected",
}


def plan_endorsement(
    *, policy: Policy, amendment: Amendment, effective_on: date, now: datetime
) -> Plan:
    """What an endorsement would record and charge; refuses what the terms do not allow."""
    stack = stack_of(policy)
    if refusal := refusal_of_endorsement(stack, amendment, effective_on, today=local_day(now)):
        raise ChangeRefused(refusal.text, field=refusal.field)
    plan = plan_of(stack, Wish(Act.ENDORSE, effective_on, amendment), now=now)
    if effective_on < local_day(now) and plan.difference < 0:
        text = _("过去的日子已经承保，减少保障只能从今天起；原来登记错了的，请用冲正。")
        raise ChangeRefused(text, field="effective_on")
    return plan


def plan_cancellation(*, policy: Policy, effective_on: date, now: datetime) -> Plan:
    stack, today = stack_of(policy), local_day(now)
    if refusal := refusal_to_cancel(stack, effective_on, today=today):
        raise ChangeRefused(refusal.text, field=refusal.field)
    # Before the premium came nothing was covered: all of it goes back.
    day = effective_on if policy.cover_from else stack.term.start
    return plan_of(stack, Wish(Act.CANCEL, day), now=now)


def plan_reinstatement(*, policy: Policy, now: datetime) -> Plan:
    """From the day of the cancellation, so that no day is left open and nothing is charged anew."""
    stack = stack_of(policy)
    if refusal := refusal_to_reinstate(stack, now):
        raise ChangeRefused(refusal.text)
    last = [row for row in stack.standing(now) if row.act == Act.CANCEL][-1]
    return plan_of(stack, Wish(Act.REINSTATE, last.effective_on), now=now)


def plan_correction(*, policy: Policy, target: PolicyTransaction, now: datetime) -> Plan:
    stack = stack_of(policy)
    target = next(row for row in stack.rows if row.pk == target.pk)
    if refusal := refusal_to_correct(target):
        raise ChangeRefused(refusal.text)
    return plan_to_undo(stack, target, now=now)


@transaction.atomic
def endorse(
    *,
    policy: Policy,
    amendment: Amendment,
    effective_on: date,
    reason: str,
    shown: str,
    now: datetime,
    by: User,
) -> PolicyTransaction:
    """Record an endorsement as it was shown (`shown` is the mark of the plan)."""
    policy = _held(policy, by)
    if effective_on < local_day(now) and not reason.strip():
        text = _("生效日早于今天的批改要说明原因。")
        raise ChangeRefused(text, field="reason")
    plan = plan_endorsement(policy=policy, amendment=amendment, effective_on=effective_on, now=now)
    lead = _recorded(plan, shown=shown, reason=reason, by=by)
    settle_request(policy, lead, now=now, by=by)
    return lead


@transaction.atomic
def cancel(
    *,
    policy: Policy,
    effective_on: date,
    ground: CancellationGround,
    proof: File[bytes],
    reason: str,
    shown: str,
    now: datetime,
    by: User,
) -> PolicyTransaction:
    """End the cover early on a lawful ground of its product, with the proof it asks for."""
    policy = _held(policy, by)
    if ground.version_id != policy.product_version_id:
        raise ChangeRefused(_("解除情形须出自本产品的清单。"), field="ground")
    plan = plan_cancellation(policy=policy, effective_on=effective_on, now=now)
    kept = keep_upload(
        proof, purpose=CANCELLATION_PROOF, scope=scope_of(policy), by=by, field="proof"
    )
    told = {"ground": ground, "proof": kept}
    return _recorded(plan, shown=shown, reason=reason, by=by, ended_on=effective_on, **told)


@transaction.atomic
def reinstate(
    *, policy: Policy, reason: str, shown: str, now: datetime, by: User
) -> PolicyTransaction:
    policy = _held(policy, by)
    if not reason.strip():
        raise ChangeRefused(_("请说明恢复的原因。"), field="reason")
    return _recorded(plan_reinstatement(policy=policy, now=now), shown=shown, reason=reason, by=by)


@transaction.atomic
def correct(
    *,
    policy: Policy,
    target: PolicyTransaction,
    reason: str,
    shown: str,
    now: datetime,
    by: User,
) -> PolicyTransaction:
    """Take an earlier act out by a reversal; the act itself stays on record."""
    policy = _held(policy, by)
    if not reason.strip():
        raise ChangeRefused(_("请说明冲正的原因。"), field="reason")
    plan = plan_correction(policy=policy, target=target, now=now)
    return _recorded(plan, shown=shown, reason=reason, by=by)


def _held(policy: Policy, by: User) -> Policy:
    """The row, locked until commit: of two clerks the second plans upon what the first recorded."""
    if refusal := refusal_to_act(policy, by=by):
        raise ChangeRefused(refusal)
    rows = Policy.objects.visible_to(by).select_for_update(of=("self",))
    along = ("limit_choice", "product_version__product", "tariff_version__product", "insurer")
    return rows.select_related(*along).get(pk=policy.pk)


def _recorded(
    plan: Plan, *, shown: str, reason: str, by: User, ended_on: date | None = None, **told: Any
) -> PolicyTransaction:
    if shown != plan.mark:
        raise ChangeRefused(_("保单在核对以后有了新的变化，金额可能不同；请重新核对后再确认。"))
    policy = plan.policy
    _root(policy)
    meant = PolicyTransaction()
    rows = [_row(plan, step, meant, reason=reason, by=by, told=told) for step in plan.steps]
    for row in rows:  # one by one: a row put on again stands after the one that undid it
        row.save(force_insert=True)
    lead = next(row for row, step in zip(rows, plan.steps, strict=True) if step.is_meant)
    _move_dates(stack_of(policy), ended_on)
    audit.record(EVENTS[plan.meant.act], by=by, on=policy, reason=reason, changes=_facts(plan))
    for book in MONEY_MOVES:
        book(lead, plan.difference, local_day(plan.now), by)
    make_slips(policy, lead, plan.difference, by=by)
    tell_of_change(policy, lead, plan.difference, by=by)
    return lead


def _root(policy: Policy) -> None:
    """A policy that was brought in without a stack gets the row of its issue first."""
    if not policy.transactions.exists():
        stack_of(policy).rows[0].save(force_insert=True)


def _row(
    plan: Plan, step: Step, lead: PolicyTransaction, *, reason: str, by: User, told: dict[str, Any]
) -> PolicyTransaction:
    after = step.after
    row = PolicyTransaction(
        policy=plan.policy,
        **columns_of(plan.policy),
        number=step.number,
        act=step.act,
        effective_on=step.effective_on,
        recorded_at=max(plan.now, plan.stack.last_moment),
        recorded_by=by.actor_key,
        recorded_by_name=by.actor_name,
        reason=reason.strip() if step.is_meant else "",
        changes=step.amendment.document(),
        terms_before=step.before.document(),
        terms_after=after.terms.document(),
        insured_count=after.terms.heads,
        limit_choice=choice_of(plan.policy, after.terms),
        deductible=after.terms.deductible,
        until=step.amendment.until,
        kept_rate=step.kept_rate,
        annual_premium=Decimal("0.00") if after.is_cancelled else after.annual,
        charged=step.charged,
        reverses=step.reverses,
        bundle=lead.public_id,
        is_late=step.effective_on < local_day(plan.now),
        is_cross_period=_is_cross_period(step, plan),
    )
    if step.act == Act.ENDORSE:
        row.worksheet, row.worksheet_hash = after.document, digest(after.document)
    if step.act == Act.CANCEL:
        source: Any = step.copied
        row.ground = source.ground if source else told["ground"]
        row.proof = source.proof if source else told["proof"]
    if step.is_meant:
        row.public_id = lead.public_id
    return row


def _is_cross_period(step: Step, plan: Plan) -> bool:
    """Whether it corrects what an earlier month's books have."""
    if step.reverses is None:
        return False
    then, today = local_day(step.reverses.recorded_at), local_day(plan.now)
    return (then.year, then.month) != (today.year, today.month)


def _facts(plan: Plan) -> dict[str, Any]:
    meant = plan.meant
    return {
        "effective_on": meant.effective_on,
        "premium_difference": plan.difference,
        "put_again": len(plan.again),
        **meant.amendment.document(),
    }


def _move_dates(stack: Stack, ended_on: date | None) -> None:
    """The policy's own dates follow the stack; the database refuses what overlaps another cover."""
    policy, moment = stack.policy, stack.last_moment
    ends = [row for row in stack.standing(moment) if row.act in {Act.CANCEL, Act.REINSTATE}]
    cancelled = ends[-1] if ends and ends[-1].act == Act.CANCEL else None
    day = cancelled.effective_on if cancelled else None
    if cancelled and policy.cover_from is None:
        day = ended_on or local_day(cancelled.recorded_at)
    before = (policy.cancelled_from, policy.cover_to)
    policy.cancelled_from = day
    if policy.cover_from:
        policy.cover_to = stack.end(moment)
    if before == (policy.cancelled_from, policy.cover_to):
        return
    try:
        with transaction.atomic():
            policy.save(update_fields=["cancelled_from", "cover_to"])
            settle_days(policy)
    except IntegrityError as overlapping:
        text = _("这段日子该场所或其中的人员已有别的有效保单，不能恢复或延长。")
        raise ChangeRefused(text) from overlapping
