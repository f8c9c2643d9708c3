"""The board of covers that end, one renewal beside the old cover, and why some lapse."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act
from apps.enrollment.renewals.board import (
    COLUMNS,
    counts,
    ending,
    going_on,
    lines_of,
    refusal_to_renew,
    within,
)
from apps.enrollment.renewals.comparing import beside
from apps.enrollment.renewals.models import Lapse
from apps.enrollment.renewals.services import invite_later, note_lapse, renew
from apps.enterprises.paging import page_of
from apps.policies.models import Policy
from apps.policies.tabs import SHOWN_WITH

SOONEST = ("cover_to", "pk")


class LapseForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("未续保原因"),
        choices=Lapse.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择一个原因。")},
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@requires(Permission.VIEW_POLICIES)
def board(request: UserRequest) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    known = {column.key: column for column in COLUMNS}
    column = known.get(request.GET.get("in", ""), COLUMNS[1])
    rows = ending(user).filter(within(column, today))
    after = request.GET.get("after")
    last = rows.filter(public_id=after).first() if after else None
    page = page_of(rows, order=SOONEST, number=request.GET.get("page"), after=last)
    facts = {
        "title": _("续保"),
        "lead": _("按期满日排列；续保从旧保单期满的那一刻起，不留空档。"),
        "crumbs": [{"label": _("保单"), "url": reverse("policies:list")}],
        "page": page,
        "saved_views": views_of(column.key, counts(user, today)),
        "lines": lines_of(page.object_list, user, today),
        "is_over": column.key == "over",
        "may_invite": can(user, Permission.UNDERWRITE),
        "act": new_act(),
    }
    return render(request, "enrollment/renewals.html", facts)


def views_of(current: str, found: dict[str, int]) -> list[dict[str, Any]]:
    home = reverse("enrollment:renewals")
    return [
        {
            "label": column.label,
            "url": f"{home}?in={column.key}",
            "active": column.key == current,
            "count": found[column.key],
        }
        for column in COLUMNS
    ]


def ending_policy(user: User, public_id: str) -> Policy:
    rows = ending(user).defer(None).select_related(*SHOWN_WITH)
    return get_object_or_404(rows, public_id=public_id)


@requires(Permission.VIEW_POLICIES)
@once_per_act()
def renewal(request: UserRequest, public_id: str) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    policy = ending_policy(user, public_id)
    refusal = refusal_to_renew(policy, user, today)
    if request.method == "POST":
        try:
            return redirect(renew(policy=policy, today=today, by=user))
        except DomainError as refused:
            refusal = str(refused)
    facts = {
        "title": _("续保：%(site)s") % {"site": policy.site_name},
        "lead": _("%(name)s · %(number)s") % {"name": policy.insured_name, "number": policy.number},
        "crumbs": [{"label": _("续保"), "url": reverse("enrollment:renewals")}],
        "policy": policy,
        "beside": beside(policy, user, today),
        "going": going_on([policy], user)[policy.pk],
        "refusal": refusal,
        "is_own": policy.enterprise_id == user.organisation_id,
        "may_note": can(user, Permission.EDIT_ROSTER),
        "act": new_act(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "enrollment/renewal.html", facts, status=status)


@requires(Permission.EDIT_ROSTER)
@once_per_act()
def lapse(request: UserRequest, public_id: str) -> HttpResponse:
    policy = ending_policy(request.user, public_id)
    form = LapseForm(request.POST or None)
    moment: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.now()}
    if form.is_valid():
        try:
            note_lapse(policy=policy, by=request.user, **moment, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("已登记未续保的原因。"))
            return redirect("enrollment:renewal", public_id)
    facts = {
        "title": _("登记未续保原因"),
        "lead": _("%(name)s · %(number)s") % {"name": policy.insured_name, "number": policy.number},
        "crumbs": [{"label": _("续保"), "url": reverse("enrollment:renewals")}],
        "cancel_url": reverse("enrollment:renewal", args=[public_id]),
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(Permission.UNDERWRITE)
@once_per_act()
def invite_many(request: UserRequest) -> HttpResponse:
    """Those ticked, or the whole column."""
    keys = request.POST.getlist("policy")
    if column := next((c for c in COLUMNS if c.key == request.POST.get("column")), None):
        rows = ending(request.user).filter(within(column, timezone.localdate()))
        keys = list(rows.values_list("public_id", flat=True))
    try:
        work = invite_later(policies=keys, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("enrollment:renewals")
    return redirect("accounts:job", work.public_id)
