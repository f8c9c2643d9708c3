"""Changing a policy: what is asked for, what it would do and cost, and the confirmation."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import MONEY, new_act, once_per_act
from apps.enterprises.drafts import Draft
from apps.policies.change_forms import (
    CancellationForm,
    ConfirmForm,
    EndorsementForm,
    ProofForm,
    ReasonedForm,
)
from apps.policies.changes.models import PolicyTransaction
from apps.policies.models import Policy
from apps.policies.selectors.planning import Plan
from apps.policies.selectors.shares import is_partner
from apps.policies.selectors.shown import asked_of, plan_page, transaction_page
from apps.policies.selectors.wording import money_words
from apps.policies.services import changing
from apps.policies.tabs import SHOWN_WITH

CHANGE = Permission.UNDERWRITE


def own_policy(user: User, public_id: str) -> Policy:
    """Only who sold a policy changes it."""
    rows = Policy.objects.visible_to(user).filter(insurer=user.organisation_id)
    return get_object_or_404(rows.select_related(*SHOWN_WITH), public_id=public_id)


def crumbs_of(policy: Policy) -> list[dict[str, str]]:
    return [
        {"label": _("保单"), "url": reverse("policies:list")},
        {"label": policy.number, "url": f"{policy.get_absolute_url()}?tab=changes"},
    ]


def draft_of(request: UserRequest, policy: Policy, what: str) -> tuple[Draft, str]:
    draft = Draft(request.session, request.user.actor_key, key="policy_change")
    return draft, f"{what}.{policy.public_id}"


def planned(form: BaseForm, plan: Callable[[], Plan]) -> Plan | None:
    """The plan, or its refusal noted on the form."""
    if not form.is_valid():
        return None
    try:
        return plan()
    except DomainError as refusal:
        note_refusal(form, refusal)
        return None


def asking(request: UserRequest, policy: Policy, form: BaseForm, title: str) -> HttpResponse:
    facts = {
        "title": title,
        "lead": _("%(name)s · %(number)s") % {"name": policy.insured_name, "number": policy.number},
        "crumbs": crumbs_of(policy),
        "submit_label": _("下一步：核对"),
        "cancel_url": f"{policy.get_absolute_url()}?tab=changes",
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)


def checking(
    request: UserRequest, plan: Plan, form: BaseForm, *, title: str, back: str, submit: str
) -> HttpResponse:
    facts = {
        "title": title,
        "crumbs": crumbs_of(plan.policy),
        "submit_label": submit,
        "cancel_url": back,
        "declaration": _("确认后记入保单和账簿，不能修改；登记错了只能冲正。"),
        "act": new_act(),
        **plan_page(plan),
    }
    return show_form(request, "policies/change_check.html", form, facts)


def confirmed(
    request: UserRequest, form: BaseForm, act: Callable[[], PolicyTransaction]
) -> HttpResponse | None:
    """Where to go when the act was recorded; None when its refusal is noted on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        row = act()
    except DomainError as refusal:
        note_refusal(form, refusal)
        return None
    messages.success(request, _("已登记。批单已安排生成，有关各方已收到通知。"))
    return redirect(row)


@requires(CHANGE)
def endorse(request: UserRequest, public_id: str) -> HttpResponse:
    policy, now = own_policy(request.user, public_id), timezone.now()
    draft, place = draft_of(request, policy, "endorse")
    data = request.POST or (draft.data(place) if "back" in request.GET else None)
    wish = asked_of(policy, request.user) if "asked" in request.GET else None
    wanted: dict[str, Any] = {"wish": wish, "heads": request.GET.get("heads", "")}
    form = EndorsementForm(data, policy=policy, today=timezone.localdate(), **wanted)
    if request.method == "POST" and planned(form, lambda: plan_asked(policy, form, now)):
        draft.keep(place, request.POST)
        return redirect("policies:endorse_check", policy.public_id)
    return asking(request, policy, form, _("批改保单"))


def plan_asked(policy: Policy, form: EndorsementForm, now: Any) -> Plan:
    day = form.cleaned_data["effective_on"]
    return changing.plan_endorsement(
        policy=policy, amendment=form.amendment, effective_on=day, now=now
    )


@requires(CHANGE)
@once_per_act(MONEY)
def endorse_check(request: UserRequest, public_id: str) -> HttpResponse:
    policy, now = own_policy(request.user, public_id), timezone.now()
    draft, place = draft_of(request, policy, "endorse")
    asked = EndorsementForm(draft.data(place), policy=policy, today=timezone.localdate())
    plan = planned(asked, lambda: plan_asked(policy, asked, now))
    back = reverse("policies:endorse", args=[policy.public_id]) + "?back"
    if plan is None:
        return redirect(back)
    given = asked.cleaned_data
    shape = ReasonedForm if given["effective_on"] < timezone.localdate() else ConfirmForm
    form = shape(request.POST or None, initial={"shown": plan.mark, "reason": given["reason"]})
    terms: dict[str, Any] = {"amendment": asked.amendment, "effective_on": given["effective_on"]}
    moment: dict[str, Any] = {"policy": policy, "now": now, "by": request.user}
    if done := confirmed(
        request, form, lambda: changing.endorse(**terms, **moment, **form.cleaned_data)
    ):
        return done
    submit = _("确认批改，%(money)s") % {"money": money_words(plan.difference)}
    return checking(request, plan, form, title=_("核对批改"), back=back, submit=submit)


@requires(CHANGE)
def cancel(request: UserRequest, public_id: str) -> HttpResponse:
    policy, now = own_policy(request.user, public_id), timezone.now()
    draft, place = draft_of(request, policy, "cancel")
    data = request.POST or (draft.data(place) if "back" in request.GET else None)
    start = {"effective_on": timezone.localdate()}
    form = CancellationForm(data, policy=policy, initial=start)
    if request.method == "POST" and planned(form, lambda: plan_end(policy, form, now)):
        draft.keep(place, request.POST)
        return redirect("policies:cancel_check", policy.public_id)
    return asking(request, policy, form, _("解除保单"))


def plan_end(policy: Policy, form: CancellationForm, now: Any) -> Plan:
    day = form.cleaned_data["effective_on"]
    return changing.plan_cancellation(policy=policy, effective_on=day, now=now)


@requires(CHANGE)
@once_per_act(MONEY)
def cancel_check(request: UserRequest, public_id: str) -> HttpResponse:
    policy, now = own_policy(request.user, public_id), timezone.now()
    draft, place = draft_of(request, policy, "cancel")
    asked = CancellationForm(draft.data(place), policy=policy)
    plan = planned(asked, lambda: plan_end(policy, asked, now))
    back = reverse("policies:cancel", args=[policy.public_id]) + "?back"
    if plan is None:
        return redirect(back)
    form = ProofForm(request.POST or None, request.FILES or None, initial={"shown": plan.mark})
    moment: dict[str, Any] = {"policy": policy, "now": now, "by": request.user}
    if done := confirmed(
        request,
        form,
        lambda: changing.cancel(**moment, **asked.cleaned_data, **form.cleaned_data),
    ):
        return done
    submit = _("确认解除，%(money)s") % {"money": money_words(plan.difference)}
    return checking(request, plan, form, title=_("核对解除"), back=back, submit=submit)


@requires(CHANGE)
@once_per_act(MONEY)
def reinstate(request: UserRequest, public_id: str) -> HttpResponse:
    policy, now = own_policy(request.user, public_id), timezone.now()
    back = f"{policy.get_absolute_url()}?tab=changes"
    try:
        plan = changing.plan_reinstatement(policy=policy, now=now)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    form = ReasonedForm(request.POST or None, initial={"shown": plan.mark})
    moment: dict[str, Any] = {"policy": policy, "now": now, "by": request.user}
    if done := confirmed(request, form, lambda: changing.reinstate(**moment, **form.cleaned_data)):
        return done
    title, submit = _("恢复保单"), _("确认恢复")
    return checking(request, plan, form, title=title, back=back, submit=submit)


def transaction_for(user: User, public_id: str) -> PolicyTransaction:
    along = ("policy__insurer", "ground", "proof", "reverses", "policy__tariff_version__product")
    rows = PolicyTransaction.objects.visible_to(user).select_related(*along)
    return get_object_or_404(rows, public_id=public_id)


@requires(CHANGE)
@once_per_act(MONEY)
def correct(request: UserRequest, public_id: str) -> HttpResponse:
    target, now = transaction_for(request.user, public_id), timezone.now()
    policy = own_policy(request.user, target.policy.public_id)
    try:
        plan = changing.plan_correction(policy=policy, target=target, now=now)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(target)
    form = ReasonedForm(request.POST or None, initial={"shown": plan.mark})
    moment: dict[str, Any] = {"policy": policy, "target": target, "now": now, "by": request.user}
    if done := confirmed(request, form, lambda: changing.correct(**moment, **form.cleaned_data)):
        return done
    title, back = _("冲正一笔业务"), target.get_absolute_url()
    return checking(request, plan, form, title=title, back=back, submit=_("确认冲正"))


@requires(Permission.VIEW_POLICIES)
def transaction(request: UserRequest, public_id: str) -> HttpResponse:
    row = transaction_for(request.user, public_id)
    if is_partner(row.policy, request.user):  # sees money, not people and places
        raise Http404
    facts = {"crumbs": crumbs_of(row.policy), **transaction_page(row, request.user)}
    return render(request, "policies/transaction.html", facts)
