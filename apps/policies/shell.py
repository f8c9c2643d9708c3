"""What policies add to the shell: navigation, desks, search, names of acts, verification."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.shell import DESK_CARDS, NAVIGATION, SEARCHES, Desk, Entry, Hits
from apps.core.templatetags.ui import count, wan, yuan
from apps.documents.verification import VERIFIERS
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.tabs.shared import RELATED, RelatedCard
from apps.policies.certificate import verified_today
from apps.policies.changes.models import ChangeRequest
from apps.policies.models import Policy, PolicyState
from apps.policies.portfolio import Policies
from apps.policies.registry import MORE_TABS, PolicyTab
from apps.policies.rules.amending import Amendment, Terms
from apps.policies.selectors.desk import figures_of, live_of, to_collect
from apps.policies.selectors.people import (
    line_of,
    may_edit,
    open_imports,
    people_of,
    proposal_of,
    standing_of,
)
from apps.policies.selectors.stack import terms_by_policy
from apps.policies.selectors.standing import RENEW_WITHIN, last_day, standing
from apps.policies.selectors.wording import in_short
from apps.policies.tabs import cards_of
from apps.rating.impact import portfolio

MOST_HITS = 8
MOST_SHOWN = 20

NAVIGATION += [
    Entry(
        20,
        gettext_lazy("保单"),
        "policies:list",
        "file-certificate",
        Permission.VIEW_POLICIES,
        short=gettext_lazy("保单"),
    )
]
ACTIONS |= {
    "policy.issued": gettext_lazy("出具保单"),
    "policy.cover_started": gettext_lazy("保险费到账，起保"),
    "policy.endorsed": gettext_lazy("批改保单"),
    "policy.cancelled": gettext_lazy("解除保单"),
    "policy.reinstated": gettext_lazy("恢复保单"),
    "policy.corrected": gettext_lazy("冲正保单业务"),
    "change.asked": gettext_lazy("申请批改"),
    "change.refused": gettext_lazy("不同意批改申请"),
    "change.withdrawn": gettext_lazy("撤回批改申请"),
    "roster.uploaded": gettext_lazy("上传人员名单"),
    "roster.discarded": gettext_lazy("放弃人员名单"),
    "roster.people_added": gettext_lazy("人员加入名单"),
    "roster.people_removed": gettext_lazy("人员退出名单"),
    "roster.kind_changed": gettext_lazy("改变名单方式"),
    "roster.agency_proved": gettext_lazy("提交劳务派遣单位保险凭证"),
    "person.revealed": gettext_lazy("查看被保险人员证件号码"),
}
FACTS |= {
    "wanted_from": gettext_lazy("约定起保日"),
    "cover_from": gettext_lazy("起保日"),
    "cover_to": gettext_lazy("终保次日"),
    "gap_days": gettext_lazy("晚于约定起保的天数"),
    "effective_on": gettext_lazy("生效日"),
    "premium_difference": gettext_lazy("收退保险费"),
    "put_again": gettext_lazy("重新登记的业务数"),
    "heads_by": gettext_lazy("增减人数"),
    "limit": gettext_lazy("每人责任限额"),
    "deductible": gettext_lazy("每次事故免赔额"),
    "industry": gettext_lazy("行业"),
    "address": gettext_lazy("地址"),
    "until": gettext_lazy("延长至"),
    "batch": gettext_lazy("名单编号"),
    "added": gettext_lazy("加入人数"),
    "removed": gettext_lazy("退出人数"),
    "is_named": gettext_lazy("记名"),
    "people": gettext_lazy("人数"),
    "left_on": gettext_lazy("退出日期"),
}
VERIFIERS["policies.policy"] = verified_today
portfolio.register(Policies())


def list_url(**terms: object) -> str:
    home = reverse("policies:list")
    return f"{home}?{urlencode(terms)}" if terms else home


def cover_card(user: User, today: date) -> Desk:
    """For an enterprise: a lamp per policy that covers it, and the premiums it owes."""
    if user.organisation.kind != Kind.ENTERPRISE or not can(user, Permission.VIEW_POLICIES):
        return Desk()
    live = live_of(user, today)
    covering = [row for row in live if row.state_on(today) != PolicyState.AWAITING_PREMIUM]
    waiting = [row for row in live if row.cover_from is None]
    changed = terms_by_policy(covering, today)
    return Desk(
        todos=[_to_pay(row) for row in waiting],
        lamps=[_lamp(row, today, changed.get(row.pk)) for row in covering]
        or [_dark_lamp(is_waiting=bool(waiting))],
    )


def _to_pay(policy: Policy) -> dict[str, Any]:
    facts = {"number": policy.number, "premium": yuan(policy.premium)}
    how = {"insurer": policy.insurer.name, "number": policy.number}
    note = _("从本企业账户付给 %(insurer)s，附言写 %(number)s；到账次日零时起保。") % how
    return {
        "title": _("缴纳保险费 %(premium)s（%(number)s）") % facts,
        "url": policy.get_absolute_url(),
        "action": _("去查看"),
        "due": policy.wanted_from,
        "subject": policy.site_name,
        "note": note,
    }


def _lamp(policy: Policy, today: date, terms: Terms | None) -> dict[str, Any]:
    if policy.cover_from is None or policy.cover_to is None:
        return _dark_lamp(is_waiting=True)
    is_on = policy.cover_from <= today
    left = (policy.cover_to - max(today, policy.cover_from)).days
    whole = (policy.cover_to - policy.cover_from).days
    lines = [
        _("每人责任限额 %(limit)s")
        % {"limit": wan(terms.limit if terms else policy.limit_choice.per_person)},
        _("承保 %(count)s 人") % {"count": count(terms.heads if terms else policy.insured_count)},
        _("保到 %(day)s 二十四时") % {"day": last_day(policy).isoformat()},
    ]
    if not is_on:
        lines.append(standing(policy, today)["label"])
    soon = left <= RENEW_WITHIN
    return {
        "tone": "waiting" if soon or not is_on else "done",
        "title": _("保障状态：%(site)s") % {"site": policy.site_name},
        "percent": left * 100 // whole,
        "big": str(left),
        "small": _("天保障"),
        "lines": lines,
        "url": policy.get_absolute_url(),
        "action": _("查看保单"),
    }


def _dark_lamp(*, is_waiting: bool) -> dict[str, Any]:
    line = _("保险费到账后开始保障。") if is_waiting else _("还没有生效的保单。")
    return {
        "tone": "waiting" if is_waiting else "ended",
        "title": _("保障状态"),
        "percent": 0,
        "big": "0",
        "small": _("天保障"),
        "lines": [line],
        "url": list_url(),
        "action": _("查看保单"),
    }


def collection_card(user: User, today: date) -> Desk:
    """For an insurer's finance: the premiums that have not arrived."""
    if not can(user, Permission.RECORD_RECEIPT) or not (number := to_collect(user)):
        return Desk()
    title = _("%(count)s 张保单待收款") % {"count": count(number)}
    url = list_url(state=PolicyState.AWAITING_PREMIUM, insurer=user.organisation.public_id)
    return Desk(todos=[{"title": title, "url": url, "action": _("去登记到账")}])


def requests_card(user: User, today: date) -> Desk:
    """For an underwriter: changes that enterprises ask for, the oldest first."""
    if not can(user, Permission.UNDERWRITE):
        return Desk()
    rows = ChangeRequest.objects.visible_to(user).filter(state=ChangeRequest.State.ASKED)
    along = rows.select_related("policy").order_by("pk")[:MOST_HITS]
    return Desk(todos=[_to_answer(row) for row in along])


def _to_answer(row: ChangeRequest) -> dict[str, Any]:
    what = in_short(Amendment.of(row.changes))
    return {
        "title": _("%(name)s申请批改：%(what)s") % {"name": row.policy.insured_name, "what": what},
        "url": row.get_absolute_url(),
        "action": _("去办理"),
        "due": row.effective_on,
        "subject": row.policy.number,
    }


def policies_card(user: User, today: date) -> Desk:
    """For those who look at many: what holds, what waits, what ends soon."""
    kind = user.organisation.kind
    if kind == Kind.ENTERPRISE or not can(user, Permission.VIEW_POLICIES):
        return Desk()
    if kind in {Kind.AGENCY, Kind.EXPERT_PANEL}:  # see none
        return Desk()
    figures = figures_of(user, today)
    return Desk(
        stats=[
            _stat(_("有效保单"), figures.in_force, "shield-check", state=PolicyState.IN_FORCE),
            _stat(
                _("待缴费保单"), figures.awaiting, "hourglass", state=PolicyState.AWAITING_PREMIUM
            ),
            _stat(_("30天内到期"), figures.ending, "calendar-due", ends_within=RENEW_WITHIN),
        ]
    )


def _stat(label: str, number: int, icon: str, **terms: object) -> dict[str, Any]:
    return {
        "label": label,
        "value": count(number),
        "unit": _("张"),
        "url": list_url(**terms),
        "icon": icon,
    }


def find_policies(user: User, asked: str) -> Hits | None:
    if not can(user, Permission.VIEW_POLICIES):
        return None
    found = Policy.objects.visible_to(user).matching(asked).for_list()[:MOST_HITS]
    items = [
        {"label": row.number, "url": row.get_absolute_url(), "note": row.insured_name}
        for row in found
    ]
    return Hits(gettext_lazy("保单"), items, list_url(q=asked))


def policies_of(row: Enterprise | Site, user: User, today: date) -> RelatedCard | None:
    if not can(user, Permission.VIEW_POLICIES):
        return None
    key = "site" if isinstance(row, Site) else "enterprise"
    items = cards_of({key: row.pk}, user, today)
    return RelatedCard(_("保单"), _("还没有保单。"), items)


def people_tab(policy: Policy, user: User) -> dict[str, Any]:
    today = timezone.localdate()
    rows = people_of(policy, user)[:MOST_SHOWN]
    standing = standing_of(policy, user, today)
    return {
        "standing": standing,
        "proposal": proposal_of(policy, standing, user, today),
        "lines": [line_of(row, user, today) for row in rows],
        "imports": open_imports(policy, user),
        "may_edit": may_edit(policy, user),
    }


MORE_TABS.append(
    PolicyTab(
        "people",
        gettext_lazy("人员名单"),
        "policies/people_tab.html",
        Permission.VIEW_ROSTER,
        people_tab,
    )
)
DESK_CARDS.extend([cover_card, collection_card, requests_card, policies_card])
SEARCHES.append(find_policies)
RELATED.append(policies_of)
