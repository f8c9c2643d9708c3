"""The page of a quote: the price, how it came about, what it covers."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.selectors import reads_events
from apps.accounts.timeline import timeline
from apps.catalogue.selectors.limits import coverage_lines
from apps.core.templatetags.ui import wan, yuan
from apps.rating.models import Quote
from apps.rating.selectors.proof import told
from apps.rating.selectors.quotes import SHOWN_WITH, site_of, standing

Content = dict[str, Any]


@requires(Permission.VIEW_ENTERPRISES)
def quote(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Quote.objects.visible_to(request.user).select_related(*SHOWN_WITH)
    found = get_object_or_404(rows, public_id=public_id)
    tabs = [tab for tab in CONTENT if tab != "history" or reads_events(request.user)]
    tab = request.GET.get("tab", "summary")
    tab = tab if tab in tabs else "summary"
    limit = wan(found.limit_choice.per_person)
    facts = {
        "title": _("报价：每人 %(limit)s") % {"limit": limit},
        "quote": found,
        "public_id": found.public_id,
        "crumbs": _crumbs(found, request.user),
        "status": standing(found, timezone.localdate()),
        "tabs": tabs,
        "tab": tab,
        "may_ask": can(request.user, Permission.EDIT_ENTERPRISE),
        **CONTENT[tab](found, request.user),
    }
    return render(request, "rating/quote.html", facts)


def _crumbs(found: Quote, user: User) -> list[Content]:
    site = site_of(found, user)
    return [{"label": site.name, "url": site.get_absolute_url()}] if site else []


def summary(found: Quote, user: User) -> Content:
    version, tariff = found.product_version, found.tariff_version
    facts = [
        {"label": _("年保费"), "value": yuan(found.premium)},
        {"label": _("每人责任限额"), "value": yuan(found.limit_choice.per_person)},
        {"label": _("每次事故免赔额"), "value": yuan(found.deductible)},
        {"label": _("投保人数"), "value": found.insured_count},
        {"label": _("起保日期"), "value": found.starts_on.isoformat()},
        {"label": _("企业"), "value": found.insured_name, "note": found.site_name},
        {"label": _("承保机构"), "value": found.insurer or _("尚未选择")},
        {"label": _("产品版本"), "value": version, "url": version.get_absolute_url()},
        {"label": _("费率版本"), "value": tariff, "url": tariff.get_absolute_url()},
        {"label": _("计算书摘要"), "value": found.worksheet_hash, "wide": True},
    ]
    return {"facts": facts, "fall": told(found)}


def related(found: Quote, user: User) -> Content:
    others = Quote.objects.visible_to(user).filter(offer=found.offer).exclude(pk=found.pk)
    return {
        "lines": coverage_lines(
            found.product_version,
            found.limit_choice,
            insured_count=found.insured_count,
            deductible=found.deductible,
        ),
        "others": others.select_related("limit_choice").order_by("limit_choice__per_person"),
    }


def process(found: Quote, user: User) -> Content:
    return {"states": found.transitions.drawing(found.state)}


def history(found: Quote, user: User) -> Content:
    return {"events": timeline(found, user)}


CONTENT = {"summary": summary, "related": related, "process": process, "history": history}
