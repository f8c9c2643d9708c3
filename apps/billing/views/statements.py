"""The monthly statements of the pools: the list with its one button, one statement, its answers."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
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
from apps.billing.models import Difference, Statement
from apps.billing.monthly.checking import FIELDS, SENTENCES
from apps.billing.monthly.filters import StatementFilter
from apps.billing.monthly.forms import SettlementForm
from apps.billing.monthly.papers import papers_of
from apps.billing.monthly.selectors import (
    differences_of,
    faults_by_field,
    late_on,
    members_shown,
    payments_shown,
    standing_of,
    statements_for,
)
from apps.billing.monthly.services import StatementRefused, confirm, refusal_to_answer, settle
from apps.billing.monthly.starting import start_making
from apps.billing.rules import month_start
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.enterprises.paging import page_of


@requires(Permission.VIEW_POOLS)
def statements(request: UserRequest) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    seen = statements_for(user)
    found = StatementFilter(request.GET, seen, user=user, today=today)
    page = page_of(
        found.filter_queryset(seen), order=("-month", "pk"), number=request.GET.get("page")
    )
    facts = {
        "title": _("月度结算单"),
        "lead": _("每个共保体每月一份：谁收了多少、各家应得多少、谁该付给谁；冻结后不能修改。"),
        "crumbs": [{"label": _("共保体"), "url": reverse("pools:list")}],
        "page": page,
        "rows": [(row, standing_of(row, today)) for row in page],
        "late": seen.filter(late_on(today)).count(),
        "filter_form": found.form,
        "filtered": found.is_narrowed,
        "can_make": can(user, Permission.MANAGE_POOLS),
        "last_month": month_start(month_start(today) - timedelta(days=1)),
    }
    return render(request, "billing/statements.html", facts)


@requires(Permission.MANAGE_POOLS)
@require_POST
def make(request: UserRequest) -> HttpResponse:
    """One button for all pools: every month that is over and has no statement yet."""
    job = start_making(request.POST.get("through", ""), by=request.user)
    return redirect("accounts:job", job.public_id)


@requires(Permission.VIEW_POOLS)
def monthly(request: UserRequest, public_id: str) -> HttpResponse:
    row = statement_for(request.user, public_id)
    standing = standing_of(row, timezone.localdate())
    facts = {
        "title": _("%(pool)s %(month)s结算单") % {"pool": row.pool, "month": f"{row.month:%Y-%m}"},
        "crumbs": crumbs_of(),
        "row": row,
        "status": {"tone": standing.tone, "label": standing.label},
        "members": members_shown(row),
        "payments": payments_shown(row),
        "differences": differences_of(row),
        "faults": [
            (FIELDS[field], SENTENCES[name], number) for field, name, number in faults_by_field(row)
        ],
        "papers": papers_of(row, request.user),
        "can_confirm": not refusal_to_answer(row, request.user),
        "can_settle": can(request.user, Permission.MANAGE_POOLS),
    }
    return render(request, "billing/monthly.html", facts)


@requires(Permission.RECORD_RECEIPT)
@require_POST
def confirm_statement(request: UserRequest, public_id: str) -> HttpResponse:
    row = statement_for(request.user, public_id)
    try:
        confirm(statement=row, by=request.user)
    except StatementRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已确认 %(number)s。") % {"number": row.number})
    return redirect(row)


@requires(Permission.MANAGE_POOLS)
def settle_difference(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Difference.objects.visible_to(request.user)
    rows = rows.select_related("statement__pool", "line", "insurer")
    found = get_object_or_404(rows, public_id=public_id)
    form = SettlementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settle(difference=found, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("差异已答复，对方已收到通知。"))
            return redirect(found.statement)
    facts = {
        "title": _("答复差异"),
        "lead": _("%(insurer)s · 第%(line)s行 · 列示%(stated)s元，主张%(claimed)s元：%(text)s")
        % _claim_of(found),
        "crumbs": crumbs_of(found.statement),
        "submit_label": _("答复"),
        "cancel_url": found.statement.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


def _claim_of(found: Difference) -> dict[str, Any]:
    return {
        "insurer": found.insurer,
        "line": found.line.line,
        "stated": found.line.own_of(found.insurer_id),
        "claimed": found.claimed,
        "text": found.text,
    }


def statement_for(user: User, public_id: str) -> Statement:
    return get_object_or_404(statements_for(user), public_id=public_id)


def crumbs_of(row: Statement | None = None) -> list[dict[str, str]]:
    crumbs = [{"label": _("月度结算单"), "url": reverse("billing:statements")}]
    return crumbs + ([{"label": row.number, "url": row.get_absolute_url()}] if row else [])
