"""Asking for prices: the list, a new offer for a site, an offer side by side, a copy of one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import note_refusal
from apps.core.idempotency import new_act, once_per_act
from apps.enterprises.models import Site
from apps.enterprises.paging import page_of
from apps.rating.filters import QuoteFilter
from apps.rating.forms import CopyForm, QuotingForm
from apps.rating.models import Quote
from apps.rating.referrals.selectors import needs_of
from apps.rating.referrals.services import refer_site
from apps.rating.selectors.quotes import SHOWN_WITH, comparison, standing
from apps.rating.services import copy_quote, offer_grid

P = Permission
NEWEST = ("-pk",)
TO_REFERRALS = (P.DECIDE_REFERRALS, P.EDIT_ENTERPRISE)


def list_crumb() -> dict[str, str]:
    return {"label": _("报价"), "url": reverse("rating:quotes")}


@requires(P.VIEW_ENTERPRISES)
def listing(request: UserRequest) -> HttpResponse:
    seen = Quote.objects.visible_to(request.user).select_related(*SHOWN_WITH)
    found = QuoteFilter(request.GET, seen.defer("worksheet"))
    page = page_of(found.qs, order=NEWEST, number=request.GET.get("page"))
    today = timezone.localdate()
    facts = {
        "title": _("报价"),
        "lead": _("各场所要过的价。过了有效期又没有接受的自动归档，仍可查阅、复制。"),
        "page": page,
        "rows": [(quote, standing(quote, today)) for quote in page.object_list],
        "filter_form": found.form,
        "filtered": any(found.form.cleaned_data.values()) if found.form.is_valid() else True,
        "sees_referrals": any(can(request.user, right) for right in TO_REFERRALS),
    }
    return render(request, "rating/quotes/list.html", facts)


def site_for(user: User, public_id: str) -> Site:
    rows = Site.objects.visible_to(user).select_related(
        "industry", "enterprise", "town", "district"
    )
    found: Site = get_object_or_404(rows, public_id=public_id)
    return found


@requires(P.EDIT_ENTERPRISE)
@once_per_act()
def new(request: UserRequest, public_id: str) -> HttpResponse:
    """Ask for every limit and deductible; where something is open, offer to refer it."""
    site, form = site_for(request.user, public_id), QuotingForm(request.POST or None)
    facts: dict[str, Any] = {"needs": []}
    if form.is_valid():
        try:
            return _asked(request, site, form)
        except DomainError as refused:
            note_refusal(form, refused)
            facts["needs"] = _needs(site, form)
    facts |= {
        "title": _("为“%(site)s”询价") % {"site": site.name},
        "lead": _("各档限额、各档免赔额并排报出，保费由统一费率算出，各承保机构一样。"),
        "crumbs": [list_crumb(), {"label": site.name, "url": site.get_absolute_url()}],
        "form": form,
        "act": new_act(),
        "cancel_url": site.get_absolute_url(),
        "submit_label": _("询价"),
    }
    return render(request, "rating/quotes/new.html", facts, status=422 if form.errors else 200)


def _asked(request: UserRequest, site: Site, form: QuotingForm) -> HttpResponse:
    today = timezone.localdate()
    terms: dict[str, Any] = {
        "site": site,
        "on": form.cleaned_data["starts_on"],
        "declared": form.declared(today),
        "today": today,
        "by": request.user,
    }
    if "refer" in request.POST:
        referral = refer_site(now=timezone.now(), **terms)
        messages.success(request, _("已提交核定；核定后会在报价里给出结果。"))
        return redirect(referral)
    return redirect("rating:offer", offer_grid(**terms)[0].offer)


def _needs(site: Site, form: QuotingForm) -> Any:
    """What is open, when that is why there is no price."""
    today = timezone.localdate()
    try:
        return needs_of(site, on=form.cleaned_data["starts_on"], declared=form.declared(today))
    except DomainError:
        return []


@requires(P.VIEW_ENTERPRISES)
def offer(request: UserRequest, offer: str) -> HttpResponse:
    found = comparison(request.user, offer)
    if found is None:
        raise Http404
    first, today = found.first, timezone.localdate()
    facts = {
        "title": _("报价比较：%(name)s") % {"name": first.insured_name},
        "lead": _("%(site)s，%(day)s 零时起保") % {"site": first.site_name, "day": first.starts_on},
        "crumbs": [list_crumb()],
        "found": found,
        "first": first,
        "status": standing(first, today),
        "lapsed": first.has_lapsed(today),
        "may_ask": can(request.user, P.EDIT_ENTERPRISE),
        "copy_form": CopyForm(),
        "act": new_act(),
    }
    return render(request, "rating/quotes/offer.html", facts)


@requires(P.EDIT_ENTERPRISE)
@require_POST
@once_per_act()
def copy(request: UserRequest, public_id: str) -> HttpResponse:
    """The same question with the versions of another day."""
    rows = Quote.objects.visible_to(request.user).select_related(*SHOWN_WITH)
    found = get_object_or_404(rows, public_id=public_id)
    form = CopyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择新的起保日期。"))
        return redirect("rating:offer", found.offer)
    day, today = form.cleaned_data["starts_on"], timezone.localdate()
    try:
        quotes = copy_quote(quote=found, on=day, today=today, by=request.user)
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect("rating:offer", found.offer)
    messages.success(request, _("已按现在的版本重新报价；其余声明沿用原报价，如有变化请重新询价。"))
    return redirect("rating:offer", quotes[0].offer)
