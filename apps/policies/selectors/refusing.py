"""Why an act on a policy cannot be done, or nothing when it can; the page and the service ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.catalogue.selectors.limits import minimum_limit
from apps.core.dates import DAY, Period
from apps.policies.changes.models import BEGINNINGS, PolicyTransaction
from apps.policies.models import MOST_EXTENSION, Policy
from apps.policies.roster.completeness import Span, most_at_once
from apps.policies.roster.models import InsuredPerson
from apps.policies.rules.amending import Amendment
from apps.policies.rules.stack import Act
from apps.policies.selectors.stack import Stack

CONSTRUCTION = ("47", "48", "49", "50")


@dataclass(frozen=True)
class Refusal:
    text: str
    field: str = ""


def refusal_to_act(policy: Policy, *, by: User) -> str:
    """Who may record anything at all: the insurer that sold it."""
    if can(by, Permission.UNDERWRITE) and policy.insurer_id == by.organisation_id:
        return ""
    return _("批改、解除、恢复和冲正由承保机构的出单员办理。")


def refusal_of_endorsement(
    stack: Stack, amendment: Amendment, effective_on: date, *, today: date
) -> Refusal | None:
    return next(_against(stack, amendment, effective_on, today), None)


def _against(
    stack: Stack, amendment: Amendment, effective_on: date, today: date
) -> Iterator[Refusal]:
    policy, moment = stack.policy, stack.last_moment
    if policy.cover_from is None:
        yield Refusal(_("保险费还没有全部到账，保单尚未起保，到账后才能批改。"))
        return
    end = stack.end(moment)
    if today >= end:
        yield Refusal(_("保单已期满，不能批改；登记错了的请用冲正。"))
    if not stack.term.start <= effective_on < end:
        facts = {"start": stack.term.start.isoformat(), "end": (end - DAY).isoformat()}
        text = _("生效日应在保险期间内：%(start)s至%(end)s。") % facts
        yield Refusal(text, "effective_on")
        return
    part, ended = stack.on(effective_on, moment), policy.cancelled_from
    if part is None or part.is_cancelled or (ended and ended <= effective_on):
        yield Refusal(_("保单在这一天已经解除，不能批改。"), "effective_on")
        return
    if not amendment.alters(part.terms):
        yield Refusal(_("没有要改的内容：各项都和现在一样。"))
    yield from _against_limit(policy, amendment, effective_on)
    yield from _against_heads(stack, amendment, effective_on)
    yield from _against_extension(stack, amendment)


def _against_limit(policy: Policy, amendment: Amendment, on: date) -> Iterator[Refusal]:
    if amendment.limit is None:
        return
    if not policy.product_version.limits.filter(per_person=amendment.limit).exists():
        yield Refusal(_("产品没有这一档责任限额。"), "limit")
    if reason := minimum_limit(on).refusal_to_choose(amendment.limit):
        yield Refusal(reason, "limit")


def _against_heads(stack: Stack, amendment: Amendment, on: date) -> Iterator[Refusal]:
    """Whoever is named stays paid for: people leave the roster before the number goes down."""
    if amendment.heads_by >= 0:
        return
    for part in stack.parts(stack.last_moment):
        if part.end <= on:
            continue
        named = most_named(stack.policy, Period(max(part.start, on), part.end))
        if (left := part.terms.heads + amendment.heads_by) < named:
            facts = {"named": named, "left": left}
            text = _("名单上还有%(named)s人，不能减到%(left)s人；请先登记退出的人员。")
            yield Refusal(text % facts, "heads")
            return


def most_named(policy: Policy, period: Period) -> int:
    """The most people the roster names on any day of the period."""
    rows = InsuredPerson.objects.filter(
        policy=policy, covered_from__lt=period.end, covered_to__gt=period.start
    )
    spans = rows.order_by().values_list("covered_from", "covered_to")
    return most_at_once([Span(max(a, period.start), min(b, period.end), 1) for a, b in spans])


def _against_extension(stack: Stack, amendment: Amendment) -> Iterator[Refusal]:
    if amendment.until is None:
        return
    if not stack.policy.industry_name.startswith(CONSTRUCTION):
        text = _("只有建筑施工项目可以延长保险期间；其他企业到期续保。")
        yield Refusal(text, "until")
    if amendment.until <= stack.end(stack.last_moment):
        yield Refusal(_("延长后的终保日应晚于现在的终保日。"), "until")
    last = stack.term.end + MOST_EXTENSION
    if amendment.until > last:
        facts = {"day": (last - DAY).isoformat()}
        text = _("最多延长180天，到%(day)s为止；仍未完工的请另行投保。")
        yield Refusal(text % facts, "until")


def refusal_to_cancel(stack: Stack, effective_on: date, *, today: date) -> Refusal | None:
    policy = stack.policy
    if policy.cancelled_from:
        return Refusal(_("保单已经解除。"))
    if policy.cover_to and today >= policy.cover_to:
        return Refusal(_("保单已期满，不需要解除。"))
    if effective_on < today:
        return Refusal(_("解除日不能早于今天：过去的日子已经承保。"), "effective_on")
    if policy.cover_from and not policy.cover_from <= effective_on < stack.end(stack.last_moment):
        return Refusal(_("解除日应在保险期间内。"), "effective_on")
    return None


def refusal_to_reinstate(stack: Stack, now: datetime) -> Refusal | None:
    policy = stack.policy
    if policy.cancelled_from is None:
        return Refusal(_("保单没有解除，不需要恢复。"))
    if not any(row.act == Act.CANCEL for row in stack.standing(now)):
        return Refusal(_("没有可以恢复的解除业务。"))
    if policy.cover_from is None:
        return Refusal(_("保险费没有到账就解除的保单不能恢复，请重新投保。"))
    return None


def refusal_to_correct(target: PolicyTransaction) -> Refusal | None:
    if target.act in BEGINNINGS:
        return Refusal(_("出单不能冲正；需要终止的请办理解除。"))
    if target.act == Act.REVERSE:
        return Refusal(_("冲正不能再冲正；请重新办理原来的业务。"))
    return None
