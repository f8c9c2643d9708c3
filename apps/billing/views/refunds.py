"""Premium that goes back: what is owed back, paying it back, and one refund."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.forms import RefundForm
from apps.billing.models import Receipt, Refund
from apps.billing.selectors.balances import overpaid
from apps.billing.selectors.premium import owed_back, policies_of
from apps.billing.services import record_refund
from apps.billing.views.receipts import crumbs_of, own_policy
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import MONEY, new_act, once_per_act
from apps.core.money import in_capitals
from apps.core.templatetags.ui import moment, yuan
from apps.enterprises.paging import list_of, page_of
from apps.policies.models import Policy


@requires(Permission.VIEW_LEDGER)
def refunds(request: UserRequest) -> HttpResponse:
    user = request.user
    rows = Refund.objects.visible_to(user).select_related("policy", "insurer")
    rows = rows.defer("policy__search", "policy__worksheet")
    after = request.GET.get("after")
    last = rows.filter(public_id=after).first() if after else None
    page = page_of(
        rows, order=("-pk",), number=request.GET.get("page"), after=last, of=list_of(request)
    )
    facts = {
        "title": _("多收与退费"),
        "lead": _("多收和减退的保费是企业的钱，要尽快退回付款账户。"),
        "crumbs": [{"label": _("保费到账"), "url": reverse("billing:receipts")}],
        "waiting": policies_of(user, owed_back(user)),
        "may_refund": can(user, Permission.RECORD_RECEIPT),
        "page": page,
        "rows": [(row, row.payee_for(user)) for row in page],
    }
    return render(request, "billing/refunds.html", facts)


def payees_of(policy: Policy) -> list[str]:
    paid = Receipt.objects.filter(policy=policy).order_by("pk")
    names = [policy.insured_name, *paid.values_list("payer_name", flat=True)]
    return list(dict.fromkeys(names))


@requires(Permission.RECORD_RECEIPT)
@once_per_act(MONEY)
def refund_new(request: UserRequest, public_id: str) -> HttpResponse:
    policy, today = own_policy(request.user, public_id), timezone.localdate()
    payable = overpaid(policy)
    start = {"amount": payable, "paid_on": today, "payee_name": policy.insured_name}
    form = RefundForm(request.POST or None, payees=payees_of(policy), initial=start)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = record_refund(policy=policy, today=today, by=request.user, **given)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            return redirect(made)
    facts = {
        "title": _("登记退费"),
        "lead": _("%(name)s · %(number)s · 待退%(payable)s；先从银行退款，再照付款回单登记。")
        % {"name": policy.insured_name, "number": policy.number, "payable": yuan(payable)},
        "crumbs": crumbs_of(policy),
        "submit_label": _("登记退费"),
        "cancel_url": policy.get_absolute_url(),
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(Permission.VIEW_LEDGER)
def refund(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Refund.objects.visible_to(request.user).select_related("policy", "insurer", "entry")
    found = get_object_or_404(rows, public_id=public_id)
    facts = {
        "title": _("退费 %(amount)s") % {"amount": yuan(found.amount)},
        "crumbs": [{"label": _("多收与退费"), "url": reverse("billing:refunds")}],
        "refund": found,
        "facts": facts_of(found, request.user),
    }
    return render(request, "billing/refund.html", facts)


def facts_of(found: Refund, user: User) -> list[dict[str, Any]]:
    policy, entry = found.policy, found.entry
    return [
        {"label": _("保单"), "value": policy.number, "url": policy.get_absolute_url()},
        {"label": _("被保险人"), "value": policy.insured_name},
        {
            "label": _("退费金额"),
            "value": yuan(found.amount),
            "note": in_capitals(found.amount),
        },
        {"label": _("收款户名"), "value": found.payee_for(user)},
        {"label": _("户名核对"), "value": found.get_payee_check_display()},
        {"label": _("付款日期"), "value": found.paid_on.isoformat()},
        {"label": _("付款回单号"), "value": found.voucher},
        {"label": _("退费事由"), "value": found.reason},
        {"label": _("承保机构"), "value": str(found.insurer)},
        {"label": _("分录"), "value": str(entry), "url": entry.get_absolute_url()},
        {"label": _("登记人"), "value": found.recorded_by_name},
        {"label": _("登记时间"), "value": moment(found.recorded_at)},
    ]
