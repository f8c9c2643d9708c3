"""The monthly statements of the pools: the list with its one button, and one statement."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import Organisation
from apps.accounts.roles import Permission
from apps.billing.models import Statement
from apps.billing.monthly.services import StatementRefused, confirm, refusal_to_answer
from apps.core.running import start_job


@requires(Permission.VIEW_POOLS)
def statements(request: UserRequest) -> HttpResponse:
    rows = Statement.objects.visible_to(request.user).select_related("pool")
    facts = {
        "title": _("月度结算单"),
        "crumbs": [{"label": _("共保体"), "url": reverse("pools:list")}],
        "statements": rows[:100],
        "can_make": can(request.user, Permission.MANAGE_POOLS),
    }
    return render(request, "billing/statements.html", facts)


@requires(Permission.MANAGE_POOLS)
@require_POST
def make(request: UserRequest) -> HttpResponse:
    """One button for all pools: every month that is over and has no statement yet."""
    job = start_job("billing.make_statements", by=request.user, title=_("生成月度结算单"))
    return redirect("accounts:job", job.public_id)


@requires(Permission.VIEW_POOLS)
def monthly(request: UserRequest, public_id: str) -> HttpResponse:
    row = _found(request, public_id)
    members = list(row.members.select_related("insurer"))
    facts = {
        "title": row.number,
        "crumbs": [{"label": _("月度结算单"), "url": reverse("billing:statements")}],
        "row": row,
        "members": members,
        "payments": _payments(row),
        "confirmed": set(row.confirmations.values_list("insurer_id", flat=True)),
        "differences": row.differences.select_related("insurer", "line", "settlement"),
        "can_confirm": not refusal_to_answer(row, request.user),
    }
    return render(request, "billing/monthly.html", facts)


@requires(Permission.RECORD_RECEIPT)
@require_POST
def confirm_statement(request: UserRequest, public_id: str) -> HttpResponse:
    row = _found(request, public_id)
    try:
        confirm(statement=row, by=request.user)
    except StatementRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已确认 %(number)s。") % {"number": row.number})
    return redirect(row)


def _found(request: UserRequest, public_id: str) -> Statement:
    rows = Statement.objects.visible_to(request.user).select_related("pool")
    return get_object_or_404(rows, public_id=public_id)


def _payments(row: Statement) -> list[dict[str, Any]]:
    keys = {one[side] for one in row.payments for side in ("payer", "payee")}
    names = dict(Organisation.objects.filter(public_id__in=keys).values_list("public_id", "name"))
    return [
        {
            "payer": names.get(one["payer"], ""),
            "payee": names.get(one["payee"], ""),
            "amount": one["amount"],
        }
        for one in row.payments
    ]
