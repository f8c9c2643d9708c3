"""Who is told of a round: the members' authorised people, the broker's desk, the bureaus."""

from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import ROLES, Permission
from apps.core import context
from apps.core.context import Actor
from apps.messaging.services import notify
from apps.pools.models import Member, Objection, ShareRound


def holding(permission: Permission) -> Q:
    return Q(role__in=[name for name, spec in ROLES.items() if permission in spec.permissions])


DESK = Q(organisation__kind=Kind.BROKER)


def members_of_round(row: ShareRound) -> Q:
    """Read with the eyes of whoever acts: the messenger knows people, not pools."""
    keys = row.member_keys or list(
        Member.objects.filter(pool=row.pool, valid_to=None).values_list("insurer_id", flat=True)
    )
    return Q(organisation__in=keys) & holding(Permission.ANSWER_SHARES)


def bureaus(row: ShareRound) -> Q:
    return Q(organisation__kind=Kind.CITY_BUREAU) | Q(
        organisation__kind=Kind.DISTRICT_BUREAU, organisation__district=row.district_id
    )


def tell(
    row: ShareRound, who: Q, title: Promise, text: Promise, what: str, by: Actor, **facts: object
) -> None:
    with context.entering(MESSENGER.context):
        people = User.objects.filter(who, is_active=True, organisation__is_active=True)
        keys = list(people.exclude(pk=getattr(by, "pk", None)).values_list("pk", flat=True))
    if keys:
        notify(
            receivers=keys,
            title=title,
            text=format_lazy(text, pool=row.pool.name, **facts),
            url=row.get_absolute_url(),
            once=f"round:{row.pk}:{what}",
            by=by,
        )


def tell_of_round(row: ShareRound, *, by: Actor) -> None:
    who = DESK & holding(Permission.MANAGE_POOLS)
    text = _("{pool}：{start} 至 {end}（不含）的业绩期已结束，请导入服务评分。")
    facts = {"start": row.valid_from, "end": row.valid_to}
    tell(row, who, _("份额调整已发起"), text, "opened", by, **facts)


def tell_members(row: ShareRound, *, by: Actor) -> None:
    text = _("{pool}下一期份额已算出，异议期到 {day}。请查看计算表，提出异议或表示同意。")
    title, what = _("请对下一期份额表示意见"), f"asked:{row.inputs_hash[:12]}"
    tell(row, members_of_round(row), title, text, what, by, day=row.objections_until)


def tell_of_objection(row: ShareRound, raised: Objection, *, by: Actor) -> None:
    who = members_of_round(row) | (DESK & holding(Permission.MANAGE_POOLS))
    text = _("{pool}：{insurer}对计算结果提出异议。")
    facts = {"insurer": raised.insurer.name}
    tell(row, who, _("份额异议"), text, f"objection:{raised.pk}", by, **facts)


def tell_of_answer(row: ShareRound, found: Objection, *, by: Actor) -> None:
    text = _("{pool}：{insurer}的异议已答复，{state}。")
    facts = {"insurer": found.insurer.name, "state": found.get_state_display()}
    tell(row, members_of_round(row), _("份额异议已答复"), text, f"answer:{found.pk}", by, **facts)


def tell_of_approval(row: ShareRound, *, by: Actor) -> None:
    text = _("{pool}的全体成员已同意下一期份额，可以公布。")
    who, what = DESK & holding(Permission.MANAGE_POOLS), f"approved:{row.inputs_hash[:12]}"
    tell(row, who, _("全体成员已同意"), text, what, by)


def tell_of_table(row: ShareRound, day: date, *, by: Actor) -> None:
    who = members_of_round(row) | (bureaus(row) & holding(Permission.VIEW_POOLS))
    text = _("{pool}自 {day} 起按新份额出单；以前的保单份额不变。")
    tell(row, who, _("新一期共保份额已公布"), text, "published", by, day=day)
