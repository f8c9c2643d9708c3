"""An enterprise's wish for a change, and the insurer's answer to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act
from apps.policies.change_forms import AnswerForm, EndorsementForm
from apps.policies.changes.models import ChangeRequest
from apps.policies.models import Policy
from apps.policies.services.requests import ask_for_change, refuse_change, withdraw_change
from apps.policies.tabs import SHOWN_WITH
from apps.policies.views.changes import crumbs_of


def insured_policy(user: User, public_id: str) -> Policy:
    rows = Policy.objects.visible_to(user).filter(enterprise=user.organisation_id)
    return get_object_or_404(rows.select_related(*SHOWN_WITH), public_id=public_id)


def request_for(user: User, public_id: str) -> ChangeRequest:
    rows = ChangeRequest.objects.visible_to(user).select_related("policy")
    return get_object_or_404(rows, public_id=public_id)


@requires(Permission.APPLY_FOR_COVER)
@once_per_act()
def ask(request: UserRequest, public_id: str) -> HttpResponse:
    policy, now = insured_policy(request.user, public_id), timezone.now()
    today, heads = timezone.localdate(), request.GET.get("heads", "")
    form = EndorsementForm(request.POST or None, policy=policy, today=today, heads=heads)
    if form.is_valid():
        asked: dict[str, Any] = {"amendment": form.amendment, "note": form.cleaned_data["reason"]}
        asked["effective_on"] = form.cleaned_data["effective_on"]
        try:
            ask_for_change(policy=policy, now=now, by=request.user, **asked)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("批改申请已交给承保机构，办好后会通知您。"))
            return redirect(f"{policy.get_absolute_url()}?tab=changes")
    return show_form(request, "layouts/form.html", form, asking_page(policy))


def asking_page(policy: Policy) -> dict[str, Any]:
    return {
        "title": _("申请批改"),
        "lead": _("改您要变的几项，其余保持不变；承保机构核对后办理，保险费按日补收或退还。"),
        "crumbs": crumbs_of(policy),
        "submit_label": _("提交申请"),
        "cancel_url": f"{policy.get_absolute_url()}?tab=changes",
        "act": new_act(),
    }


@requires(Permission.APPLY_FOR_COVER)
@once_per_act()
def withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    row = request_for(request.user, public_id)
    if request.method == "POST":
        try:
            withdraw_change(request=row, now=timezone.now(), by=request.user)
            messages.success(request, _("批改申请已撤回。"))
        except DomainError as refusal:
            messages.error(request, str(refusal))
    return redirect(row)


@requires(Permission.UNDERWRITE)
@once_per_act()
def answer(request: UserRequest, public_id: str) -> HttpResponse:
    row = request_for(request.user, public_id)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            refuse_change(request=row, now=timezone.now(), by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("已答复企业。"))
            return redirect(row)
    facts = {
        "title": _("不同意批改申请"),
        "crumbs": crumbs_of(row.policy),
        "submit_label": _("答复"),
        "cancel_url": row.get_absolute_url(),
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)
