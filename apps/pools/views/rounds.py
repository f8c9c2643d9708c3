"""A share round: its page, and what the broker's desk does with it."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.timeline import timeline
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act
from apps.core.sheets.reading import read_sheet
from apps.pools import services
from apps.pools.forms import PublishForm, ReasonForm, ScoresForm, WhatIfForm
from apps.pools.models import Pool, ShareRound
from apps.pools.rounds import canonical
from apps.pools.rules.periods import months_after
from apps.pools.selectors.rounds import acts_of, objections_of, rounds_for, voices_of, what_if
from apps.pools.services.rounds import freezes_on
from apps.pools.telling import told
from apps.pools.views.pools import crumbs_of, pool_for


def round_for(user: User, public_id: str) -> ShareRound:
    return get_object_or_404(rounds_for(user), public_id=public_id)


def title_of(row: ShareRound) -> str:
    facts = {"start": row.valid_from, "end": row.valid_to}
    return _("份额调整 %(start)s – %(end)s") % facts


@requires(Permission.VIEW_POOLS)
def share_round(request: UserRequest, public_id: str) -> HttpResponse:
    row, today = round_for(request.user, public_id), timezone.localdate()
    facts = {
        "title": title_of(row),
        "public_id": row.public_id,
        "crumbs": crumbs_of(row.pool),
        "row": row,
        "states": ShareRound.transitions.drawing(row.state),
        "lines": told(row.worksheet),
        "voices": voices_of(row),
        "objections": objections_of(row),
        "acts": acts_of(row, request.user, today),
        "freezes_on": freezes_on(row),
        "can_answer": can(request.user, Permission.MANAGE_POOLS),
        "events": timeline(row, request.user),
    }
    return render(request, "pools/round.html", facts)


@requires(Permission.VIEW_POOLS)
def inputs(request: UserRequest, public_id: str) -> HttpResponse:
    """What `manage.py share_round` reads, to compute it again anywhere."""
    row = round_for(request.user, public_id)
    answer = HttpResponse(
        canonical(row.inputs.get("document", {})), content_type="application/json"
    )
    answer["Content-Disposition"] = f'attachment; filename="{row.public_id}.json"'
    return answer


@requires(Permission.VIEW_POOLS)
def try_out(request: UserRequest, public_id: str) -> HttpResponse:
    row = round_for(request.user, public_id)
    form = WhatIfForm(row.worksheet, request.GET or None)
    effects = None
    if row.worksheet and form.is_bound and form.is_valid():
        effects = what_if(row, changes_in(row, form.cleaned_data))
    facts = {
        "title": _("试算：如果评分或业务不同"),
        "lead": _("只在本页计算，不保存，也不影响这一轮的结果。"),
        "crumbs": [*crumbs_of(row.pool), {"label": title_of(row), "url": row.get_absolute_url()}],
        "row": row,
        "effects": effects,
    }
    return show_form(request, "pools/what_if.html", form, facts)


def changes_in(row: ShareRound, given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What was filled in, by member's code."""
    changes = {}
    for line in row.worksheet:
        values = {name: given[f"{name}_{line['insurer']}"] for name in ("score", "business")}
        changes[line["code"]] = {key: one for key, one in values.items() if one is not None}
    return changes


@requires(Permission.MANAGE_POOLS)
@require_POST
def open_round(request: UserRequest, public_id: str) -> HttpResponse:
    pool = pool_for(request.user, public_id)
    try:
        made = services.open_round(pool=pool, today=timezone.localdate(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{pool.get_absolute_url()}?tab=process")
    return redirect(made)


@requires(Permission.MANAGE_POOLS)
def scores(request: UserRequest, public_id: str) -> HttpResponse:
    pool = pool_for(request.user, public_id)
    window = {name: request.GET.get(name) for name in ("valid_from", "valid_to")}
    form = ScoresForm(request.POST or None, request.FILES or None, initial=window)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = imported(pool, form.cleaned_data, request.user)
        except DomainError as refusal:
            note_scores(form, refusal)
        else:
            text = _("已导入 %(count)s 家成员的评分。")
            messages.success(request, text % {"count": sheet.lines.count()})
            return redirect(f"{pool.get_absolute_url()}?tab=process")
    facts = {
        "title": _("导入服务评分"),
        "lead": _("同一评分期再次导入时，以最后一次为准；以前的留存备查。"),
        "crumbs": crumbs_of(pool),
        "submit_label": _("导入"),
        "cancel_url": pool.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


def note_scores(form: ScoresForm, refusal: DomainError) -> None:
    """Each fault of the sheet on a line of its own."""
    for fault in getattr(refusal, "faults", [str(refusal)])[:20]:
        form.add_error("file", fault)


def imported(pool: Pool, given: dict[str, Any], by: User) -> Any:
    file = given["file"]
    content = sha256(file.read()).hexdigest()
    file.seek(0)
    return services.import_scores(
        pool=pool,
        valid_from=given["valid_from"],
        valid_to=given["valid_to"],
        rows=read_sheet(file),
        file_name=file.name,
        file_hash=content,
        by=by,
    )


@requires(Permission.MANAGE_POOLS)
@require_POST
def ask(request: UserRequest, public_id: str) -> HttpResponse:
    row = round_for(request.user, public_id)
    try:
        services.ask_members(share_round=row, today=timezone.localdate(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(row)


@requires(Permission.MANAGE_POOLS)
def regather(request: UserRequest, public_id: str) -> HttpResponse:
    lead = _("回到归集数据；已经表示的同意作废，成员会看到理由。")
    return _moved(request, public_id, services.gather_again, _("重新归集数据"), lead)


@requires(Permission.MANAGE_POOLS)
def withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    lead = _("终止后份额不变；同一周期可以重新发起。")
    return _moved(request, public_id, services.withdraw_round, _("终止这一轮调整"), lead)


def _moved(
    request: UserRequest, public_id: str, act: Callable[..., Any], title: str, lead: str
) -> HttpResponse:
    row = round_for(request.user, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(share_round=row, reason=form.cleaned_data["reason"], by=request.user)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            return redirect(row)
    facts = {
        "title": title,
        "lead": lead,
        "crumbs": [*crumbs_of(row.pool), {"label": title_of(row), "url": row.get_absolute_url()}],
        "submit_label": title,
        "cancel_url": row.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(Permission.MANAGE_POOLS)
@once_per_act()
def publish(request: UserRequest, public_id: str) -> HttpResponse:
    row, today = round_for(request.user, public_id), timezone.localdate()
    next_month = months_after(today.replace(day=1), 1)
    form = PublishForm(request.POST or None, initial={"effective_from": next_month})
    if request.method == "POST" and form.is_valid():
        act: dict[str, Any] = {"share_round": row, "today": today, "by": request.user}
        try:
            services.publish_round(now=timezone.now(), **act, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("已公布，新份额表已写入。"))
            return redirect(row)
    facts = {
        "title": _("公布新份额"),
        "crumbs": [*crumbs_of(row.pool), {"label": title_of(row), "url": row.get_absolute_url()}],
        "lines": told(row.worksheet),
        "submit_label": _("公布"),
        "cancel_url": row.get_absolute_url(),
        "act": new_act(),
    }
    return show_form(request, "pools/publish.html", form, facts)
