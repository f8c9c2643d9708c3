"""Commission: agreements with what is owed, one agreement with its policies and payments."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.commission import services
from apps.billing.commission.forms import (
    AgreementForm,
    IntermediaryForm,
    IntroducedForm,
    PaymentForm,
)
from apps.billing.commission.models import CommissionAgreement
from apps.billing.commission.selectors import agreements_for, agreements_shown
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.enterprises.paging import page_of
from apps.policies.models import Policy
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import parameter_on


@requires(Permission.VIEW_LEDGER)
def commission(request: UserRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = agreements_for(request.user)
    page = page_of(rows, order=("-pk",), number=request.GET.get("page"))
    ceiling = parameter_on(ParameterCode.COMMISSION_CEILING_RATE, today)
    facts = {
        "title": _("手续费"),
        "lead": _("只付给持证的保险中介机构，不超过%(ceiling)s（%(source)s%(article)s）。")
        % {"ceiling": ceiling.text, "source": ceiling.source, "article": ceiling.article},
        "crumbs": [{"label": _("账簿"), "url": reverse("billing:ledger")}],
        "page": page,
        "rows": agreements_shown(page),
        "can_act": can(request.user, Permission.RECORD_RECEIPT),
    }
    return render(request, "billing/commission.html", facts)


@requires(Permission.VIEW_LEDGER)
def agreement(request: UserRequest, public_id: str) -> HttpResponse:
    found = agreement_for(request.user, public_id)
    (shown,) = agreements_shown([found])
    facts = {
        "title": _("手续费协议 %(contract)s") % {"contract": found.contract},
        "crumbs": crumbs_of(),
        "shown": shown,
        "introduced": found.introduced.select_related("policy").defer(
            "policy__search", "policy__worksheet"
        )[:200],
        "payments": found.payments.all(),
        "can_act": found.insurer_id == request.user.organisation_id
        and can(request.user, Permission.RECORD_RECEIPT),
    }
    return render(request, "billing/commission_agreement.html", facts)


@requires(Permission.RECORD_RECEIPT)
def register(request: UserRequest) -> HttpResponse:
    words = (_("登记中介机构"), _("已登记中介机构。"))
    return _filled(
        request, IntermediaryForm(request.POST or None), words, services.register_intermediary
    )


@requires(Permission.RECORD_RECEIPT)
def agree(request: UserRequest) -> HttpResponse:
    words = (_("订立手续费协议"), _("协议已登记。"))
    return _filled(request, AgreementForm(request.POST or None), words, services.agree)


@requires(Permission.RECORD_RECEIPT)
def introduce(request: UserRequest, public_id: str) -> HttpResponse:
    found = agreement_for(request.user, public_id)

    def act(*, number: str, by: User) -> None:
        policy = Policy.objects.visible_to(by).filter(insurer=by.organisation_id, number=number)
        if not (row := policy.first()):
            raise services.CommissionRefused(_("没有找到本机构的这份保单。"), field="number")
        services.introduce(policy=row, agreement=found, by=by)

    words = (_("登记中介业务"), _("已登记，并按已收保费计提手续费。"))
    return _filled(request, IntroducedForm(request.POST or None), words, act, back=found)


@requires(Permission.RECORD_RECEIPT)
def pay(request: UserRequest, public_id: str) -> HttpResponse:
    found, today = agreement_for(request.user, public_id), timezone.localdate()
    (shown,) = agreements_shown([found])
    form = PaymentForm(request.POST or None, initial={"amount": shown.owed, "paid_on": today})

    def act(*, by: User, **given: Any) -> None:
        services.pay(agreement=found, today=today, by=by, **given)

    words = (_("登记手续费支付"), _("支付已记入账簿。"))
    return _filled(request, form, words, act, back=found)


def _filled(
    request: UserRequest,
    form: Form,
    words: tuple[str, str],
    act: Callable[..., Any],
    back: CommissionAgreement | None = None,
) -> HttpResponse:
    """The page of one of these forms, and what happens when it is sent."""
    title, done = words
    where = back.get_absolute_url() if back else reverse("billing:commission")
    if request.method == "POST" and form.is_valid():
        try:
            act(by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(where)
    facts = {
        "title": title,
        "crumbs": crumbs_of(back),
        "submit_label": title,
        "cancel_url": where,
    }
    return show_form(request, "layouts/form.html", form, facts)


def agreement_for(user: User, public_id: str) -> CommissionAgreement:
    return get_object_or_404(agreements_for(user), public_id=public_id)


def crumbs_of(row: CommissionAgreement | None = None) -> list[dict[str, str]]:
    crumbs = [{"label": _("手续费"), "url": reverse("billing:commission")}]
    return crumbs + ([{"label": row.contract, "url": row.get_absolute_url()}] if row else [])
