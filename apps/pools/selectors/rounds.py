"""What the page of a round shows: who answered, what may be done, and the effect of a change."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.pools.errors import RoundRefused
from apps.pools.models import Approval, Objection, ObjectionState, RoundState, ShareRound
from apps.pools.rounds import computed
from apps.pools.words import percent

S = RoundState
STEPS: Mapping[RoundState, Any] = {
    S.GATHERING: gettext_lazy("归集数据并计算份额"),
    S.COMPUTED: gettext_lazy("征求成员对份额的意见"),
    S.APPROVED: gettext_lazy("公布成员同意的份额"),
}


def rounds_for(user: User) -> QuerySet[ShareRound]:
    return ShareRound.objects.visible_to(user).select_related(
        "pool__district", "agreement", "table"
    )


def waiting_for(user: User, today: date) -> list[dict[str, Any]]:
    """Lines for a desk: what this person is to do about which round, and by when."""
    if can(user, Permission.MANAGE_POOLS):
        rows = rounds_for(user).filter(state__in=STEPS)
        return [_todo(row, str(STEPS[RoundState(row.state)])) for row in rows.order_by("pk")]
    if not can(user, Permission.ANSWER_SHARES):
        return []
    rows = rounds_for(user).filter(state=S.OBJECTION).prefetch_related("approvals")
    mine = user.organisation_id
    return [
        _todo(row, _("对下一期份额提出异议或表示同意"))
        for row in rows
        if mine in row.member_keys and not _has_agreed(row, mine)
    ]


def _todo(row: ShareRound, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "url": row.get_absolute_url(),
        "action": _("去办理"),
        "note": row.pool.name,
        "due": row.objections_until if row.state == S.OBJECTION else None,
    }


def _has_agreed(row: ShareRound, insurer: int) -> bool:
    return any(
        one.insurer_id == insurer and one.inputs_hash == row.inputs_hash
        for one in row.approvals.all()
    )


@dataclass(frozen=True)
class Voice:
    """One member's answer to the present figures."""

    name: str
    approval: Approval | None


def voices_of(row: ShareRound) -> list[Voice]:
    given = {
        one.insurer_id: one for one in row.approvals.all() if one.inputs_hash == row.inputs_hash
    }
    return [Voice(line["name"], given.get(line["insurer"])) for line in row.worksheet]


def objections_of(row: ShareRound) -> list[Objection]:
    return list(row.objections.select_related("insurer"))


@dataclass(frozen=True)
class Act:
    """A button of the page: a link to a form, or a step of its own."""

    label: str
    url: str
    is_post: bool = False
    is_primary: bool = False


def acts_of(row: ShareRound, user: User, today: date) -> list[Act]:
    """What this person may do now, the next step first."""
    if can(user, Permission.MANAGE_POOLS):
        return list(_desk(row))
    if can(user, Permission.ANSWER_SHARES) and row.state == S.OBJECTION:
        return list(_answers(row, user, today))
    return []


def _desk(row: ShareRound) -> Any:
    def url(name: str) -> str:
        return reverse(name, args=[row.public_id])

    match row.state:
        case S.GATHERING:
            scores = reverse("pools:scores", args=[row.pool.public_id])
            window = f"?valid_from={row.valid_from}&valid_to={row.valid_to}"
            yield Act(_("冻结数据并计算"), url("billing:compute_round"), True, True)
            yield Act(_("导入评分表"), scores + window)
        case S.COMPUTED:
            yield Act(_("征求成员意见"), url("pools:ask"), True, True)
        case S.APPROVED:
            yield Act(_("公布"), url("pools:publish"), is_primary=True)
    if row.state in {S.COMPUTED, S.OBJECTION, S.APPROVED}:
        yield Act(_("重新归集"), url("pools:regather"))
    if row.state not in {S.PUBLISHED, S.WITHDRAWN}:
        yield Act(_("终止"), url("pools:withdraw"))


def _answers(row: ShareRound, user: User, today: date) -> Any:
    mine = user.organisation_id
    if mine not in row.member_keys:
        return
    if not _has_agreed(row, mine):
        yield Act(_("同意"), reverse("pools:approve", args=[row.public_id]), is_primary=True)
    waiting = any(
        one.insurer_id == mine and one.state == ObjectionState.OPEN for one in row.objections.all()
    )
    if not waiting and row.objections_until and today <= row.objections_until:
        yield Act(_("提出异议"), reverse("pools:object", args=[row.public_id]))


@dataclass(frozen=True)
class Effect:
    """A member's share as it was computed, and as it would be."""

    name: str
    now: str
    then: str
    points: int


def what_if(row: ShareRound, changes: Mapping[str, Mapping[str, Any]]) -> list[Effect]:
    """The same arithmetic on changed figures; nothing is stored. `changes` are by member's code."""
    if not row.worksheet:
        raise RoundRefused(_("这一轮还没有计算，不能试算。"))
    inputs = deepcopy(row.inputs)
    known = {member["code"] for member in inputs["document"]["members"]}
    if strangers := sorted(set(changes) - known):
        raise RoundRefused(_("%(code)s 不是这一轮份额的成员。") % {"code": strangers[0]})
    for member in inputs["document"]["members"]:
        for name, value in changes.get(member["code"], {}).items():
            member[name] = str(value)
    shares = computed(inputs).shares
    return [
        Effect(
            name=line["name"],
            now=percent(line["after"]),
            then=percent(shares[line["code"]]),
            points=shares[line["code"]] - line["after"],
        )
        for line in row.worksheet
    ]
