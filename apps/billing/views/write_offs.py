"""Giving up a small remainder: one person asks, above the limit another one answers."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.billing.forms import WriteOffForm
from apps.billing.models import WriteOff
from apps.billing.selectors.balances import outstanding
from apps.billing.services import decide_write_off, refusal_to_write_off, write_off
from apps.billing.services.write_offs import single_limit
from apps.billing.views.receipts import crumbs_of, own_policy
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import MONEY, new_act, once_per_act
from apps.core.templatetags.ui import yuan
from apps.policies.models import Policy


def money_tab(policy: Policy) -> str:
    return f"{policy.get_absolute_url()}?tab=money"


@requires(Permission.RECORD_RECEIPT)
@once_per_act(MONEY)
def write_off_new(request: UserRequest, public_id: str) -> HttpResponse:
    policy, today = own_policy(request.user, public_id), timezone.localdate()
    if refusal := refusal_to_write_off(policy, today=today):
        messages.error(request, refusal)
        return redirect(money_tab(policy))
    form, owed = WriteOffForm(request.POST or None), outstanding(policy)
    if form.is_valid():
        try:
            made = write_off(policy=policy, today=today, by=request.user, **form.cleaned_data)
        except DomainError as refused:
            note_refusal(form, refused)
        else:
            messages.success(request, said_of(made))
            return redirect(money_tab(policy))
    return show_form(request, "layouts/form.html", form, facts_of(policy, owed, today))


def facts_of(policy: Policy, owed: Decimal, today: date) -> dict[str, Any]:
    """The page says beforehand whether a second person has to agree."""
    limit = single_limit(today)
    alone = owed <= limit
    rule = _("记入账簿后不能撤回。") if alone else _("超过%(limit)s，须另一位财务人员复核。")
    return {
        "title": _("核销尾差 %(owed)s") % {"owed": yuan(owed)},
        "lead": f"{policy.insured_name} · {policy.number} · " + rule % {"limit": yuan(limit)},
        "crumbs": crumbs_of(policy),
        "submit_label": _("核销") if alone else _("提交复核"),
        "cancel_url": money_tab(policy),
        "act": new_act(),
    }


def said_of(row: WriteOff) -> str:
    if row.state == WriteOff.State.PROPOSED:
        return _("已提交，等另一位财务人员复核。")
    if row.state == WriteOff.State.REFUSED:
        return _("没有同意，欠款不变。")
    return _("已核销%(amount)s。") % {"amount": yuan(row.amount)}


@requires(Permission.RECORD_RECEIPT)
@require_POST
@once_per_act(MONEY)
def write_off_decide(request: UserRequest, public_id: str) -> HttpResponse:
    rows = WriteOff.objects.visible_to(request.user).filter(insurer=request.user.organisation_id)
    row = get_object_or_404(rows.select_related("policy"), public_id=public_id)
    agrees, today = request.POST.get("wish") == "agree", timezone.localdate()
    try:
        row = decide_write_off(row=row, agrees=agrees, today=today, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said_of(row))
    return redirect(money_tab(row.policy))
