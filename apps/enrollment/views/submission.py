"""A last look, the act of submission, the page to keep; and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act
from apps.enrollment.answers import sections_of
from apps.enrollment.drawing import rail
from apps.enrollment.forms import WithdrawForm
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.selectors.steps import StepKey, next_of, steps_of
from apps.enrollment.services import submit, withdraw
from apps.enrollment.views.moves import application_for, crumbs_of, done, on_draft

APPLY = Permission.APPLY_FOR_COVER


@requires(APPLY)
@once_per_act()
@on_draft
def check(request: UserRequest, row: Application) -> HttpResponse:
    today, refusal = timezone.localdate(), ""
    if request.method == "POST":
        try:
            submit(application=row, today=today, now=timezone.now(), by=request.user)
            return redirect("enrollment:submitted", row.public_id)
        except DomainError as refused:
            refusal = str(refused)
    elif (missing := next_of(steps_of(row, today))).key != StepKey.CHECK:
        messages.info(request, _("请先完成“%(step)s”。") % {"step": missing.title})
        return redirect(row)
    facts = check_page(row) | {"refusal": refusal}
    return render(request, "enrollment/check.html", facts, status=422 if refusal else 200)


def check_page(row: Application) -> dict[str, Any]:
    return {
        "title": _("核对后提交"),
        "row": row,
        "crumbs": crumbs_of(row),
        "steps": rail(row, StepKey.CHECK, timezone.localdate()),
        "sections": sections_of(row),
        "submit_label": _("提交投保申请"),
        "cancel_url": row.get_absolute_url(),
        "act": new_act(),
    }


@requires(APPLY)
def submitted(request: UserRequest, public_id: str) -> HttpResponse:
    """Safe to keep and to open again: it only tells what was done."""
    row = application_for(request.user, public_id)
    if row.state == ApplicationState.DRAFT or row.insurer is None:
        return redirect(row)
    links = [
        {"label": _("查看申请"), "url": row.get_absolute_url(), "primary": True},
        {"label": _("回到工作台"), "url": reverse("accounts:home")},
    ]
    facts = {
        "title": _("投保申请已提交"),
        "crumbs": crumbs_of(row),
        "number_label": _("投保单号"),
        "number": row.number,
        "next_steps": coming(row),
        "links": links,
    }
    return render(request, "layouts/confirmation.html", facts)


def coming(row: Application) -> list[dict[str, Any]]:
    """What happens now; the first step has until the day the cover is wanted from."""
    texts = [
        _("%(insurer)s核保，有结果会发消息通知您。") % {"insurer": row.insurer},
        _("出单后按缴费通知从本单位账户缴纳保费，不要用个人账户。"),
        _("保费到账并出单后，最早从期望起保日零时起受保障。"),
    ]
    steps: list[dict[str, Any]] = [{"text": text} for text in texts]
    steps[0]["due"] = row.wanted_from
    return steps


@requires(APPLY)
@once_per_act()
def take_back(request: UserRequest, public_id: str) -> HttpResponse:
    row = application_for(request.user, public_id)
    form = WithdrawForm(request.POST or None)
    moment: dict[str, Any] = {"now": timezone.now(), "by": request.user}
    if done(form, lambda: withdraw(application=row, **moment, **form.cleaned_data)):
        messages.success(request, _("投保申请已撤回。需要时可以重新申请。"))
        return redirect(row)
    is_draft = row.state == ApplicationState.DRAFT
    title = _("放弃投保申请") if is_draft else _("撤回投保申请")
    facts = {
        "title": title,
        "lead": _("以后不能恢复；要投保时重新申请，上次填的内容会带出来。"),
        "crumbs": crumbs_of(row),
        "submit_label": title,
        "cancel_url": row.get_absolute_url(),
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)
