"""One site's page in the ledger: what it owes, by which rules, since when, and what was done."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.dates import DAY
from apps.core.idempotency import new_act
from apps.duty.models import FOR_EVER, SiteDuty
from apps.duty.selectors.ledger import authorities
from apps.duty.selectors.site import SiteFile, file_of
from apps.duty.words import TONES, also_of, label_of, status_of
from apps.enterprises.models import Site
from apps.enterprises.obligation.selectors import duty_of
from apps.enterprises.obligation.words import duty_words
from apps.enterprises.onward import ways_from
from apps.enterprises.tabs.shared import day_asked
from apps.enterprises.views.moves import site_for

P = Permission


@requires(P.VIEW_DUTY)
def detail(request: UserRequest, public_id: str) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    site = site_for(user, public_id)
    day = day_asked(request, today) or today
    kept = file_of(site, user)
    duty = kept.on(day)
    facts = {
        "title": site.enterprise.name,
        "site": site,
        "crumbs": [{"label": _("应保台账"), "url": reverse("duty:list")}],
        "status": status_of(duty, kept.letter, day) if duty else None,
        "facts": facts_of(duty, site, user),
        "day": day,
        "words": duty_words(duty_of(site, day)),
        "ways": ways_from(site, user),
        "line": [segment_line(one) for one in reversed(kept.line) if one.valid_from <= today],
        "kept": kept,
        "acts": acts_of(site, user, kept),
        "may_supervise": can(user, P.SUPERVISE_DUTY),
        "is_own": user.organisation_id == site.enterprise_id,
        "act": new_act(),
    }
    return render(request, "duty/site.html", facts)


def facts_of(duty: SiteDuty | None, site: Site, user: User) -> list[dict[str, Any]]:
    if duty is None:
        return [{"label": _("状态"), "value": _("这一天不在台账内（未投产、未登记或已关闭）")}]
    people = {"insured": duty.insured, "needed": duty.needed}
    covered_to = (duty.cover_to - DAY).isoformat() if duty.cover_to else _("没有保障")
    return [
        {"label": _("场所"), "value": site.name, "url": site.get_absolute_url()},
        {"label": _("地址"), "value": site.place},
        {"label": _("行业"), "value": str(site.industry)},
        {"label": _("责任部门"), "value": authorities().of(duty)},
        {
            "label": _("人数"),
            "value": _("已保 %(insured)s 人，应保 %(needed)s 人") % people,
            "note": _("未全员") if duty.is_short else "",
        },
        {
            "label": _("保障至"),
            "value": covered_to,
            "note": _("每人责任限额低于法定下限") if duty.is_low else "",
        },
        {"label": _("认定规则"), "value": _("、").join(duty.reasons) or _("无"), "wide": True},
    ]


def segment_line(one: SiteDuty) -> dict[str, Any]:
    end = "" if one.valid_to == FOR_EVER else (one.valid_to - DAY).isoformat()
    return {
        "tone": TONES[one.state],
        "label": label_of(one.state) + also_of(one),
        "start": one.valid_from,
        "end": end,
        "people": f"{one.insured}/{one.needed}",
    }


def acts_of(site: Site, user: User, kept: SiteFile) -> list[dict[str, str]]:
    """What this person may do here, as links."""
    offered: list[tuple[Permission, str, str]] = [
        (P.SUPERVISE_DUTY, "duty:contact", _("登记联系")),
        (P.SUPERVISE_DUTY, "duty:exempt", _("办理豁免")),
        (P.SUPERVISE_DUTY, "duty:enlist", _("列入名录")),
        (P.SUPERVISE_DUTY, "duty:accident", _("登记死亡事故")),
        (P.EDIT_ENTERPRISE, "duty:external", _("登记外部保障")),
    ]
    if user.organisation_id == site.enterprise_id:
        offered.append((P.EDIT_ENTERPRISE, "duty:object", _("提出异议")))
    return [
        {"label": label, "url": reverse(route, args=[site.public_id])}
        for right, route, label in offered
        if can(user, right)
    ]
