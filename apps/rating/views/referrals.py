"""What waits for a person's decision before there can be a price, and who may decide how far."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
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
from apps.enterprises.paging import page_of
from apps.rating.filters import ReferralFilter
from apps.rating.forms import AnswerForm, AuthorityForm, DeclineForm
from apps.rating.referrals.models import RangeAuthority, Referral
from apps.rating.referrals.selectors import kept, may_choose
from apps.rating.referrals.services import (
    answer_referral,
    decline_referral,
    grant_authority,
    offer_settled,
)
from apps.rating.views.quoting import NEWEST, list_crumb

P = Permission
TONES = {"open": "waiting", "answered": "done", "declined": "ended"}


def referral_for(user: User, public_id: str) -> Referral:
    rows = Referral.objects.visible_to(user).select_related("product")
    return get_object_or_404(rows, public_id=public_id)


@requires(P.VIEW_ENTERPRISES)
def listing(request: UserRequest) -> HttpResponse:
    found = ReferralFilter(request.GET, Referral.objects.visible_to(request.user))
    page = page_of(found.qs, order=NEWEST, number=request.GET.get("page"))
    facts = {
        "title": _("核定单"),
        "lead": _("费率表留有区间或要素不全的，由有权限的人说明理由后核定；没有人填写保费。"),
        "crumbs": [list_crumb()],
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.object_list],
        "filter_form": found.form,
        "filtered": bool(request.GET.get("state")),
    }
    return render(request, "rating/referrals/list.html", facts)


@requires(P.VIEW_ENTERPRISES)
def referral(request: UserRequest, public_id: str) -> HttpResponse:
    return _page(request, referral_for(request.user, public_id))


@requires(P.DECIDE_REFERRALS)
@require_POST
@once_per_act()
def answer(request: UserRequest, public_id: str) -> HttpResponse:
    row = referral_for(request.user, public_id)
    form = AnswerForm(request.POST, needs=[need for need in kept(row.needs) if need.is_range])
    if form.is_valid():
        moment: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.now()}
        try:
            answer_referral(referral=row, given=form.given, by=request.user, **moment)
        except DomainError as refused:
            note_refusal(form, refused)
        else:
            messages.success(request, _("已核定，企业可以按结果报价。"))
            return redirect(row)
    return _page(request, row, answer_form=form, status=422)


@requires(P.DECIDE_REFERRALS)
@require_POST
@once_per_act()
def decline(request: UserRequest, public_id: str) -> HttpResponse:
    row, form = referral_for(request.user, public_id), DeclineForm(request.POST)
    if form.is_valid():
        terms: dict[str, Any] = {"reason": form.cleaned_data["reason"], "now": timezone.now()}
        try:
            decline_referral(referral=row, by=request.user, **terms)
        except DomainError as refused:
            note_refusal(form, refused)
        else:
            return redirect(row)
    return _page(request, row, decline_form=form, status=422)


@requires(P.EDIT_ENTERPRISE)
@require_POST
@once_per_act()
def settle(request: UserRequest, public_id: str) -> HttpResponse:
    """Take the prices that follow from the answer."""
    row = referral_for(request.user, public_id)
    try:
        quotes = offer_settled(referral=row, today=timezone.localdate(), by=request.user)
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect(row)
    return redirect("rating:offer", quotes[0].offer)


def _page(
    request: UserRequest,
    row: Referral,
    *,
    answer_form: BaseForm | None = None,
    decline_form: BaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    ranges = [need for need in kept(row.needs) if need.is_range]
    facts = _facts(row, request.user) | {
        "form": answer_form or decline_form,
        "answer_form": answer_form or AnswerForm(needs=ranges),
        "decline_form": decline_form or DeclineForm(),
        "act": new_act(),
    }
    return render(request, "rating/referrals/referral.html", facts, status=status)


def _facts(row: Referral, user: User) -> dict[str, Any]:
    today, needs = timezone.localdate(), kept(row.needs)
    decides = can(user, P.DECIDE_REFERRALS) and row.state == Referral.State.OPEN
    return {
        "title": _("核定：%(name)s") % {"name": row.insured_name},
        "lead": _("%(site)s，%(day)s 零时起保") % {"site": row.site_name, "day": row.starts_on},
        "crumbs": [list_crumb(), {"label": _("核定单"), "url": reverse("rating:referrals")}],
        "row": row,
        "status": {"tone": TONES[row.state], "label": row.get_state_display()},
        "needs": [(need, may_choose(user, need, today) if need.is_range else "") for need in needs],
        "answers": [(need.name, row.answers[need.code]) for need in needs if row.answers],
        "decides": decides and all(need.is_range for need in needs),
        "may_decline": decides,
        "may_take": can(user, P.EDIT_ENTERPRISE) and row.state == Referral.State.ANSWERED,
    }


@requires(P.VIEW_RULES)
def authorities(request: UserRequest) -> HttpResponse:
    return _authority_page(request, AuthorityForm())


@requires(P.SET_AUTHORITY)
@require_POST
@once_per_act()
def grant(request: UserRequest) -> HttpResponse:
    form = AuthorityForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        part = given.pop("lowest"), given.pop("highest")
        try:
            grant_authority(part=part, by=request.user, **given)
        except DomainError as refused:
            note_refusal(form, refused)
        else:
            return redirect("rating:authorities")
    return _authority_page(request, form, status=422)


def _authority_page(request: UserRequest, form: BaseForm, status: int = 200) -> HttpResponse:
    facts = {
        "title": _("取值权限"),
        "lead": _("费率表留有区间的，各角色可以在哪一部分取值；按日期生效，超出的由别的角色核定。"),
        "crumbs": [{"label": _("制度与规则"), "url": reverse("accounts:rules")}],
        "rows": RangeAuthority.objects.visible_to(request.user),
        "form": form,
        "may_set": can(request.user, P.SET_AUTHORITY),
        "act": new_act(),
    }
    return render(request, "rating/referrals/authorities.html", facts, status=status)
