"""Premium that arrived: recording it in two looks, the list, and one receipt."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.filters import ReceiptFilter
from apps.billing.forms import ReceiptForm
from apps.billing.models import Receipt
from apps.billing.selectors.balances import outstanding
from apps.billing.services import record_receipt, refusal_to_record
from apps.billing.telling import (
    answers_of,
    excess_notice,
    facts_of,
    papers_of,
    payer_notice,
    steps_after,
)
from apps.core.errors import DomainError
from apps.core.http import show_form
from apps.core.idempotency import MONEY, new_act, once_per_act
from apps.core.templatetags.ui import yuan
from apps.enterprises.drafts import Draft
from apps.enterprises.paging import list_of, page_of
from apps.policies.models import Policy

SHOWN_WITH = ("policy", "insurer")


def own_policy(user: User, public_id: str) -> Policy:
    """Only who sold a policy takes its premium."""
    rows = Policy.objects.visible_to(user).filter(insurer=user.organisation_id)
    return get_object_or_404(rows, public_id=public_id)


def draft_of(request: UserRequest, policy: Policy) -> tuple[Draft, str]:
    """A payer's name may be a person's: it waits on the server, sealed, not in the page."""
    return Draft(request.session, request.user.actor_key), f"receipt.{policy.public_id}"


@requires(Permission.RECORD_RECEIPT)
def record(request: UserRequest, public_id: str) -> HttpResponse:
    policy, today = own_policy(request.user, public_id), timezone.localdate()
    draft, place = draft_of(request, policy)
    owed = outstanding(policy)
    start = {"amount": owed, "received_on": today}
    form = ReceiptForm(request.POST or draft.data(place), initial=start)
    if request.method == "POST" and _fits(form, policy):
        draft.keep(place, request.POST)
        return redirect("billing:record_check", policy.public_id)
    facts = {
        "title": _("登记到账"),
        "lead": _("%(name)s · %(number)s · 尚欠保险费 %(owed)s")
        % {"name": policy.insured_name, "number": policy.number, "owed": yuan(owed)},
        "crumbs": crumbs_of(policy),
        "submit_label": _("下一步：核对"),
        "cancel_url": policy.get_absolute_url(),
    }
    return show_form(request, "layouts/form.html", form, facts)


def _fits(form: ReceiptForm, policy: Policy) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data
    field, refusal = refusal_to_record(
        policy,
        amount=given["amount"],
        received_on=given["received_on"],
        today=timezone.localdate(),
    )
    if refusal:
        form.add_error(field or None, refusal)
    return not refusal


def crumbs_of(policy: Policy) -> list[dict[str, str]]:
    return [
        {"label": _("保单"), "url": reverse("policies:list")},
        {"label": policy.number, "url": policy.get_absolute_url()},
    ]


@requires(Permission.RECORD_RECEIPT)
@once_per_act(MONEY)
def record_check(request: UserRequest, public_id: str) -> HttpResponse:
    policy, today = own_policy(request.user, public_id), timezone.localdate()
    draft, place = draft_of(request, policy)
    form, refusal = ReceiptForm(draft.data(place)), ""
    if not form.is_valid():
        return redirect("billing:record", policy.public_id)
    if request.method == "POST":
        given = form.cleaned_data
        try:
            made = record_receipt(policy=policy, today=today, by=request.user, **given)
        except DomainError as refused:
            refusal = str(refused)
        else:
            draft.forget()
            return redirect("billing:recorded", made.public_id)
    facts = {
        **check_page(policy),
        "sections": answers_of(policy, form),
        "payer": payer_notice(policy, form.cleaned_data["payer_name"]),
        "excess": excess_notice(policy, form.cleaned_data["amount"]),
        "refusal": refusal,
    }
    return render(request, "billing/check.html", facts, status=422 if refusal else 200)


def check_page(policy: Policy) -> dict[str, Any]:
    return {
        "title": _("核对到账信息"),
        "crumbs": crumbs_of(policy),
        "submit_label": _("确认登记到账"),
        "cancel_url": reverse("billing:record", args=[policy.public_id]),
        "declaration": _("登记后记入账簿，不能修改；登错只能冲正。"),
        "act": new_act(),
    }


def receipt_for(user: User, public_id: str) -> Receipt:
    rows = Receipt.objects.visible_to(user).select_related(*SHOWN_WITH, "entry")
    return get_object_or_404(rows, public_id=public_id)


@requires(Permission.RECORD_RECEIPT)
def recorded(request: UserRequest, public_id: str) -> HttpResponse:
    """Safe to keep and to open again: it only tells what was done."""
    found = receipt_for(request.user, public_id)
    facts = {
        "title": _("已登记到账 %(amount)s") % {"amount": yuan(found.amount)},
        "number_label": _("回单号"),
        "number": found.voucher,
        "next_steps": steps_after(found),
        "receipt": found,
        "links": [
            {"label": _("查看保单"), "url": found.policy.get_absolute_url(), "primary": True},
            {"label": _("查看到账记录"), "url": found.get_absolute_url()},
        ],
    }
    return render(request, "billing/recorded.html", facts)


@requires(Permission.VIEW_LEDGER)
def receipts(request: UserRequest) -> HttpResponse:
    user = request.user
    seen = Receipt.objects.visible_to(user).select_related(*SHOWN_WITH)
    seen = seen.defer("policy__search", "policy__worksheet")
    found = ReceiptFilter(request.GET, seen, user=user)
    rows, after = found.filter_queryset(seen), request.GET.get("after")
    last = rows.filter(public_id=after).first() if after else None
    page = page_of(
        rows, order=("-pk",), number=request.GET.get("page"), after=last, of=list_of(request)
    )
    facts = {
        "title": _("保费到账"),
        "lead": _("承保机构登记的保险费到账；疑似个人付款的请核实是否向从业人员摊派。"),
        "crumbs": [{"label": _("保单"), "url": reverse("policies:list")}],
        "page": page,
        "rows": [(row, row.payer_for(user)) for row in page],
        "links": links_for(user),
        "filter_form": found.form,
        "filtered": found.is_narrowed,
    }
    return render(request, "billing/receipts.html", facts)


def links_for(user: User) -> list[dict[str, Any]]:
    """To the other lists about premium, as far as they are this person's business."""
    links = [(_("多收与退费"), "billing:refunds", "arrow-left")]
    if can(user, Permission.RECORD_RECEIPT):
        links = [
            (_("导入银行流水"), "billing:bank_files", "upload"),
            (_("催收"), "billing:dunning", "clock"),
            *links,
        ]
    return [{"label": label, "url": reverse(url), "icon": icon} for label, url, icon in links]


@requires(Permission.VIEW_LEDGER)
def receipt(request: UserRequest, public_id: str) -> HttpResponse:
    found = receipt_for(request.user, public_id)
    facts = {
        "title": _("到账 %(amount)s") % {"amount": yuan(found.amount)},
        "crumbs": [{"label": _("保费到账"), "url": reverse("billing:receipts")}],
        "receipt": found,
        "facts": facts_of(found, request.user),
        "papers": papers_of(found, request.user),
        "is_enterprise": request.user.organisation.kind == Kind.ENTERPRISE,
    }
    return render(request, "billing/receipt.html", facts)
