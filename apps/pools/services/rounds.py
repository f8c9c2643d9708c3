"""A share round from its opening to the frozen result."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit, context
from apps.core.context import Actor
from apps.pools import rounds
from apps.pools.actors import ROUNDS
from apps.pools.errors import RoundRefused
from apps.pools.models import Agreement, Pool, RoundState, ShareRound
from apps.pools.notices import tell_members, tell_of_round
from apps.pools.rounds import Figures
from apps.pools.rules.periods import last_finished


@transaction.atomic
def open_round(*, pool: Pool, today: date, by: Actor) -> ShareRound:
    """Begin the round of the newest period that is over."""
    agreement, window, refusal = round_to_open(pool, today)
    if refusal or agreement is None or window is None:
        raise RoundRefused(refusal)
    opened = ShareRound.objects.create(
        pool=pool,
        district=pool.district,
        agreement=agreement,
        valid_from=window[0],
        valid_to=window[1],
    )
    audit.record("round.opened", by=by, on=opened, changes={"from": window[0], "until": window[1]})
    tell_of_round(opened, by=by)
    return opened


def round_to_open(
    pool: Pool, today: date
) -> tuple[Agreement | None, tuple[date, date] | None, str]:
    """The agreement and window of the next round, or why there is none."""
    agreement = Agreement.objects.filter(pool=pool).on(today).first()
    if agreement is None:
        return None, None, _("今天没有生效的共保协议，不能发起份额调整。")
    if not agreement.rounds_on:
        return agreement, None, _("协议约定份额不作动态调整；需要时先在协议页开启。")
    window = last_finished(agreement.valid_from, agreement.period_months, today)
    if window is None:
        return agreement, None, _("合约期的第一个份额周期还没有结束。")
    alive = ShareRound.objects.alive().filter(pool=pool, valid_from__lt=window[1])
    if alive.filter(valid_to__gt=window[0]).exists():
        text = _("%(start)s 起的份额周期已经发起过调整。")
        return agreement, window, text % {"start": window[0]}
    return agreement, window, ""


@transaction.atomic
def compute_round(
    *,
    share_round: ShareRound,
    figures: Mapping[int, Figures],
    today: date,
    now: datetime,
    by: Actor,
    remarks: Sequence[str] = (),
) -> ShareRound:
    """Freeze the inputs under a hash and compute from them; `figures` come from the money's side.

    What arrives later counts in the next period; `remarks` say what was done to the figures.
    """
    row = locked(share_round)
    if refusal := refusal_to_compute(row, today):
        raise RoundRefused(refusal)
    window = (row.valid_from, row.valid_to)
    members = rounds.standings(row.pool, *window, today)
    inputs = rounds.inputs_of(row.agreement, members, figures, window=window, frozen_on=today)
    result = rounds.computed(inputs)
    row.inputs, row.inputs_hash, row.frozen_on = inputs, rounds.digest(inputs), today
    row.worksheet = rounds.lines_of(result, inputs)
    row.notes = [*remarks, *rounds.notes_of(result, inputs)]
    row.state, row.computed_at, row.objections_until = RoundState.COMPUTED, now, None
    row.save()
    audit.record("round.computed", by=by, on=row, changes={"hash": row.inputs_hash})
    return row


def refusal_to_compute(row: ShareRound, today: date) -> str:
    """Why the inputs cannot be frozen today, or ""."""
    if row.state != RoundState.GATHERING:
        return ShareRound.transitions.refusal_to_move(row.state, RoundState.COMPUTED)
    if not row.agreement.rounds_on:
        return _("协议已关闭份额动态调整，不能计算。")
    ready = freezes_on(row)
    if today < ready:
        return _("数据在期末后第 %(days)s 天（%(day)s）冻结，之前不能计算。") % {
            "days": row.agreement.freeze_days,
            "day": ready,
        }
    members = rounds.standings(row.pool, row.valid_from, row.valid_to, today)
    if not members:
        return _("共保体今天没有成员。")
    if without := [one.insurer.name for one in members if one.counts and one.score is None]:
        return _("缺少服务评分：%(names)s。请先导入本期评分表。") % {"names": "、".join(without)}
    return ""


def freezes_on(row: ShareRound) -> date:
    return row.valid_to + timedelta(days=row.agreement.freeze_days)


@transaction.atomic
def ask_members(*, share_round: ShareRound, today: date, by: User) -> ShareRound:
    """Open the window in which members may object, and ask each for its consent."""
    row = locked(share_round)
    ShareRound.transitions.check(row.state, RoundState.OBJECTION)
    row.state = RoundState.OBJECTION
    row.objections_until = today + timedelta(days=row.agreement.objection_days)
    row.save(update_fields=["state", "objections_until"])
    audit.record("round.asked", by=by, on=row, changes={"until": row.objections_until})
    tell_members(row, by=by)
    return row


@transaction.atomic
def gather_again(*, share_round: ShareRound, reason: str, by: User) -> ShareRound:
    """Back to the beginning, because an input was wrong; consents given so far lapse."""
    return move_back(locked(share_round), RoundState.GATHERING, reason, "round.regathered", by)


@transaction.atomic
def withdraw_round(*, share_round: ShareRound, reason: str, by: User) -> ShareRound:
    """End a round without a new table; the period may be opened anew."""
    return move_back(locked(share_round), RoundState.WITHDRAWN, reason, "round.withdrawn", by)


def move_back(row: ShareRound, state: RoundState, reason: str, act: str, by: User) -> ShareRound:
    ShareRound.transitions.check(row.state, state)
    if not reason.strip():
        raise RoundRefused(_("请写明理由，成员会看到。"), field="reason")
    row.state, row.reason = state, reason.strip()
    row.objections_until = row.approved_at = None
    row.save(update_fields=["state", "reason", "objections_until", "approved_at"])
    audit.record(act, by=by, on=row, reason=row.reason)
    return row


def locked(share_round: ShareRound) -> ShareRound:
    """Everything that moves a round takes its row first, and so one after the other."""
    with context.entering(ROUNDS.context):
        rows = ShareRound.objects.select_related("pool__district", "agreement")
        return rows.select_for_update(of=("self",)).get(pk=share_round.pk)
