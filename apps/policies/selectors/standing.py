"""What a policy is on a day, in the words of the page."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.policies.models import Policy, PolicyState

RENEW_WITHIN = 30  # days before the end in which renewal is somebody's business

TONES = {
    PolicyState.AWAITING_PREMIUM: "waiting",
    PolicyState.NOT_YET: "active",
    PolicyState.IN_FORCE: "done",
    PolicyState.EXPIRED: "ended",
    PolicyState.CANCELLED: "ended",
}


def standing(policy: Policy, today: date) -> dict[str, Any]:
    """For components/status.html: dot, words, since when, and who is next."""
    state = policy.state_on(today)
    return {
        "tone": TONES[state],
        "label": label_of(policy, state, today),
        "since": _since(policy, state),
        "next": next_of(policy, state, today),
    }


def label_of(policy: Policy, state: PolicyState, today: date) -> str:
    if state == PolicyState.IN_FORCE and policy.cover_to:
        return _("有效 · 还剩 %(days)s 天") % {"days": (policy.cover_to - today).days}
    if state == PolicyState.NOT_YET and policy.cover_from:
        day = policy.cover_from.isoformat()
        return _("已到账 · %(day)s 零时起保") % {"day": day}
    return str(state.label)


def next_of(policy: Policy, state: PolicyState, today: date) -> str:
    """Who has to do what now, or "" when nobody has."""
    if state == PolicyState.AWAITING_PREMIUM:
        return _("企业缴费，承保机构登记到账")
    if state == PolicyState.IN_FORCE and policy.cover_to:
        return _("企业续保") if (policy.cover_to - today).days <= RENEW_WITHIN else ""
    return ""


def _since(policy: Policy, state: PolicyState) -> date | None:
    match state:
        case PolicyState.AWAITING_PREMIUM:
            return timezone.localtime(policy.issued_at).date()
        case PolicyState.IN_FORCE:
            return policy.cover_from
        case PolicyState.EXPIRED:
            return policy.cover_to
        case PolicyState.CANCELLED:
            return policy.cancelled_from
        case _:
            return None


def period_of(policy: Policy) -> str:
    """As contracts say it: from 00:00 of the first day to 24:00 of the last."""
    if policy.cover_from is None or policy.cover_to is None:
        return ""
    facts = {"start": policy.cover_from.isoformat(), "end": last_day(policy).isoformat()}
    return _("自 %(start)s 零时起至 %(end)s 二十四时止") % facts


def last_day(policy: Policy) -> date:
    return date.fromordinal(policy.cover_to.toordinal() - 1) if policy.cover_to else date.max


def states_of(policy: Policy, today: date) -> list[dict[str, Any]]:
    """Issue, money, cover, end: for components/states.html."""
    state = policy.state_on(today)
    issued: dict[str, Any] = {"label": _("出单"), "status": "done", "at": policy.issued_at}
    issued["by"] = policy.issued_by_name
    paid = policy.cover_from is not None
    cancelled = state == PolicyState.CANCELLED
    waits = "ended" if cancelled else "current"
    money: dict[str, Any] = {"label": _("保险费到账"), "status": "done" if paid else waits}
    if not paid:
        money["note"] = _("到账次日零时起保，不早于约定的起保日。")
    started = paid and policy.cover_from is not None and policy.cover_from <= today
    begin: dict[str, Any] = {"label": _("起保"), "status": "other", "at": policy.cover_from}
    end: dict[str, Any] = {"label": _("期满"), "status": "other", "at": policy.cover_to}
    if paid and not cancelled:
        begin["status"] = "done" if started else "current"
        if started:
            end["status"] = "done" if state == PolicyState.EXPIRED else "next"
    steps = [issued, money, begin, end]
    if policy.cancelled_from:
        status = "ended" if cancelled else "next"
        steps.append({"label": _("解除"), "status": status, "at": policy.cancelled_from})
    return steps
