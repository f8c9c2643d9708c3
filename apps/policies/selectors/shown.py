"""What the pages of a policy's changes show: a plan, one transaction, the stack as of two dates."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.dates import DAY, start_of_day
from apps.core.idempotency import new_act
from apps.core.templatetags.ui import moment as moment_words
from apps.core.templatetags.ui import wan, yuan
from apps.documents.models import Paper
from apps.policies.changes.models import BEGINNINGS, ChangeRequest, PolicyTransaction
from apps.policies.models import Policy, PolicyState
from apps.policies.rules.amending import Amendment
from apps.policies.rules.stack import Act
from apps.policies.selectors.planning import Plan, Step
from apps.policies.selectors.stack import Part, Stack, slip_number, stack_of
from apps.policies.selectors.wording import (
    differences,
    differences_of,
    in_short,
    money_words,
    people,
    title_of,
)
from apps.rating.selectors.changes import Reason, reasons_between

WIDTH = 1000  # of the drawing; the page scales it


@dataclass(frozen=True)
class Drawn:
    """A stretch of the term as the timeline draws it."""

    part: Part
    x: int
    width: int
    shade: int
    is_shown: bool


def plan_page(plan: Plan) -> dict[str, Any]:
    meant = plan.meant
    until = meant.amendment.until
    return {
        "plan": plan,
        "policy": plan.policy,
        "effective_on": meant.effective_on,
        "terms": differences(meant.before, meant.after.terms, until=until),
        "moves": [(named(step), step) for step in plan.steps],
        "money": money_words(plan.difference),
        "is_late": bool(plan.again),
    }


def named(step: Step) -> str:
    """What a row that is not recorded yet will be called."""
    if step.reverses:
        return _("冲正第 %(number)s 笔") % {"number": step.reverses.number}
    label = PolicyTransaction.Act(step.act).label
    what = in_short(step.amendment)
    text = _("%(act)s：%(what)s") % {"act": label, "what": what} if what else str(label)
    return _("重新登记 %(what)s") % {"what": text} if step.copied else text


def transaction_page(row: PolicyTransaction, user: User) -> dict[str, Any]:
    policy = row.policy
    stack = stack_of(policy)
    rows = [one for one in stack.rows if one.bundle == row.bundle]
    undone = next((one for one in stack.rows if one.reverses_id == row.pk), None)
    own = policy.insurer_id == user.organisation_id and can(user, Permission.UNDERWRITE)
    return {
        "title": _("第 %(number)s 笔：%(what)s") % {"number": row.number, "what": title_of(row)},
        "row": row,
        "policy": policy,
        "facts": _facts(row, undone),
        "terms": differences_of(row),
        "reasons": _reasons(stack, row),
        "bundle": [(title_of(one), one) for one in rows] if len(rows) > 1 else [],
        "paper": slip_of(stack, row, user),
        "may_correct": own and undone is None and row.act not in {*BEGINNINGS, Act.REVERSE},
    }


def _facts(row: PolicyTransaction, undone: PolicyTransaction | None) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("业务"), "value": row.get_act_display()},
        {"label": _("生效日"), "value": row.effective_on.isoformat()},
        {"label": _("登记时间"), "value": moment_words(row.recorded_at)},
        {"label": _("登记人"), "value": row.recorded_by_name},
        {"label": _("年保险费"), "value": yuan(row.annual_premium)},
        {"label": _("收退保险费"), "value": yuan(row.charged)},
    ]
    if row.ground:
        facts.append({"label": _("解除情形"), "value": row.ground.label, "wide": True})
    if row.reason:
        facts.append({"label": _("原因"), "value": row.reason, "wide": True})
    if row.is_late:
        facts.append({"label": _("补办"), "value": _("生效日早于登记日")})
    if row.is_cross_period:
        facts.append({"label": _("跨期"), "value": _("冲正的是以前月份登记的业务")})
    if row.reverses:
        facts.append(_linked(_("冲正"), row.reverses))
    if undone:
        facts.append(_linked(_("已被冲正"), undone))
    return facts


def _linked(label: str, row: PolicyTransaction) -> dict[str, Any]:
    text = _("第 %(number)s 笔：%(what)s") % {"number": row.number, "what": row.get_act_display()}
    return {"label": label, "value": text, "url": row.get_absolute_url()}


def _reasons(stack: Stack, row: PolicyTransaction) -> list[Reason]:
    """Why the annual premium is another one, factor by factor."""
    if row.worksheet is None:
        return []
    earlier = [
        one.worksheet
        for one in stack.standing(row.recorded_at)
        if one.worksheet and (one.effective_on, one.number) < (row.effective_on, row.number)
    ]
    before = earlier[-1] if earlier else stack.policy.worksheet
    return reasons_between(before, row.worksheet, stack.policy.tariff_version)


def slip_of(stack: Stack, row: PolicyTransaction, user: User) -> Paper | None:
    papers = Paper.objects.visible_to(user)
    return papers.filter(number=slip_number(stack, row)).order_by("pk").first()


def as_of(stack: Stack, known_on: date, now: datetime) -> datetime:
    """The last moment of a day; of today, this one."""
    return min(start_of_day(known_on + DAY), now)


def changes_page(
    policy: Policy, user: User, *, on: date, known_on: date, now: datetime
) -> dict[str, Any]:
    """The stack as it was known on one day, and what held on another."""
    stack = stack_of(policy)
    moment = max(as_of(stack, known_on, now), stack.rows[0].recorded_at)
    rows = [row for row in stack.rows if row.recorded_at <= moment]
    standing = {row.number for row in stack.standing(moment)}
    parts = stack.parts(moment)
    shown = next((part for part in parts if part.start <= on < part.end), None)
    return {
        "on": on,
        "known_on": known_on,
        "is_past": moment < now,
        "lines": [
            (title_of(row), row, row.number in standing or row.act == Act.REVERSE) for row in rows
        ],
        "total": sum((row.charged for row in rows), Decimal("0.00")),
        "term_parts": parts,
        "drawn": drawn(parts, shown),
        "width": WIDTH,
        "shown": told(shown),
        "mark": _place(parts, on),
        "change_acts": acts_of(policy, user, on=on),
        "change_request": open_request(policy, user),
        "act": new_act(),
    }


def drawn(parts: list[Part], shown: Part | None) -> list[Drawn]:
    if not parts:
        return []
    start, days = parts[0].start, (parts[-1].end - parts[0].start).days
    most = max(part.annual for part in parts) or Decimal(1)
    found = []
    for part in parts:
        x = (part.start - start).days * WIDTH // days
        end = (part.end - start).days * WIDTH // days
        shade = 0 if part.is_cancelled else 1 + int(3 * part.annual / most)
        found.append(Drawn(part, x, max(end - x - 2, 2), min(shade, 4), part is shown))
    return found


def _place(parts: list[Part], on: date) -> int | None:
    if not parts or not parts[0].start <= on < parts[-1].end:
        return None
    days = (parts[-1].end - parts[0].start).days
    return (on - parts[0].start).days * WIDTH // days


def told(part: Part | None) -> list[dict[str, Any]]:
    if part is None:
        return []
    if part.is_cancelled:
        return [{"label": _("状态"), "value": _("已解除，没有保障")}]
    terms = part.terms
    return [
        {"label": _("被保险人数"), "value": people(terms.heads)},
        {"label": _("每人责任限额"), "value": wan(terms.limit)},
        {"label": _("每次事故免赔额"), "value": yuan(terms.deductible)},
        {"label": _("年保险费"), "value": yuan(part.annual)},
        {"label": _("行业"), "value": terms.industry},
        {"label": _("地址"), "value": terms.address},
    ]


def acts_of(policy: Policy, user: User, *, on: date) -> list[tuple[str, str, str]]:
    """Buttons of the tab: route, label, icon."""
    state = policy.state_on(on)
    if policy.insurer_id == user.organisation_id and can(user, Permission.UNDERWRITE):
        if policy.cancelled_from:
            return [("policies:reinstate", _("恢复保单"), "refresh")]
        found = []
        if state in {PolicyState.IN_FORCE, PolicyState.NOT_YET}:
            found.append(("policies:endorse", _("批改"), "pencil"))
        if state != PolicyState.EXPIRED:
            found.append(("policies:cancel", _("解除"), "x"))
        return found
    is_own = user.organisation.kind == Kind.ENTERPRISE and can(user, Permission.APPLY_FOR_COVER)
    may_ask = is_own and state in {PolicyState.IN_FORCE, PolicyState.NOT_YET}
    return [("policies:ask_change", _("申请批改"), "pencil")] if may_ask else []


def open_request(policy: Policy, user: User) -> dict[str, Any] | None:
    rows = ChangeRequest.objects.visible_to(user).filter(policy=policy)
    row = rows.order_by("-pk").first()
    if row is None or row.state in {ChangeRequest.State.DONE, ChangeRequest.State.WITHDRAWN}:
        return None
    waits = row.state == ChangeRequest.State.ASKED
    is_insurer = row.insurer_id == user.organisation_id and can(user, Permission.UNDERWRITE)
    is_own = row.enterprise_id == user.organisation_id and can(user, Permission.APPLY_FOR_COVER)
    return {
        "row": row,
        "what": in_short(Amendment.of(row.changes)),
        "may_answer": waits and is_insurer,
        "may_withdraw": waits and is_own,
        "do_url": f"{reverse('policies:endorse', args=[policy.public_id])}?asked",
    }


def asked_of(policy: Policy, user: User) -> ChangeRequest | None:
    rows = ChangeRequest.objects.visible_to(user).filter(policy=policy)
    return rows.filter(state=ChangeRequest.State.ASKED).first()
