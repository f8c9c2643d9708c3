"""A member's authorised person objects or consents; the broker answers objections."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act
from apps.pools import services
from apps.pools.forms import AnswerForm, ObjectionForm
from apps.pools.models import Objection
from apps.pools.telling import told
from apps.pools.views.pools import crumbs_of
from apps.pools.views.rounds import round_for, title_of


@requires(Permission.ANSWER_SHARES)
def object_to(request: UserRequest, public_id: str) -> HttpResponse:
    row = round_for(request.user, public_id)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act: dict[str, Any] = {"share_round": row, "by": request.user}
        try:
            services.object_to_round(today=timezone.localdate(), **act, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("异议已提出；答复之前这一轮不会通过。"))
            return redirect(row)
    facts = {
        "title": _("提出异议"),
        "lead": _("写明哪个数字、依据什么；全体成员和保险顾问机构都会看到。"),
        "crumbs": [*crumbs_of(row.pool), {"label": title_of(row), "url": row.get_absolute_url()}],
        "submit_label": _("提出异议"),
        "cancel_url": row.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(Permission.ANSWER_SHARES)
@once_per_act()
def approve(request: UserRequest, public_id: str) -> HttpResponse:
    row, refused = round_for(request.user, public_id), ""
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        act: dict[str, Any] = {"share_round": row, "seen_hash": seen, "by": request.user}
        try:
            services.approve_round(now=timezone.now(), **act)
        except DomainError as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("已代表本机构表示同意。"))
            return redirect(row)
    facts = {
        "title": _("同意下一期份额"),
        "crumbs": [*crumbs_of(row.pool), {"label": title_of(row), "url": row.get_absolute_url()}],
        "row": row,
        "lines": told(row.worksheet),
        "refusal": refused,
        "declaration": _("我受本机构授权，已看过计算表，同意以上份额；同意后不能撤回。"),
        "submit_label": _("同意"),
        "cancel_url": row.get_absolute_url(),
        "cancel_label": _("先不同意"),
        "act": new_act(),
    }
    return render(request, "pools/approve.html", facts, status=422 if refused else 200)


@requires(Permission.MANAGE_POOLS)
def answer(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Objection.objects.visible_to(request.user).select_related("share_round__pool", "insurer")
    found = get_object_or_404(rows, public_id=public_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act: dict[str, Any] = {"objection": found, "now": timezone.now(), "by": request.user}
        try:
            services.answer_objection(**act, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            return redirect(found.share_round)
    facts = {
        "title": _("答复 %(name)s 的异议") % {"name": found.insurer.name},
        "lead": found.text,
        "crumbs": crumbs_of(found.share_round.pool),
        "submit_label": _("答复"),
        "cancel_url": found.share_round.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)
