"""Acts on one site: each a form with the way back to its page in the ledger."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act
from apps.duty.forms import (
    AccidentForm,
    ContactForm,
    DecisionForm,
    DisputeForm,
    EndForm,
    EnlistForm,
    ExemptForm,
    ExternalForm,
)
from apps.duty.models import Dispute, Exemption, ExternalCover
from apps.duty.services import external as externals
from apps.duty.services import facts, following
from apps.enterprises.models import Site
from apps.enterprises.views.moves import done, site_for

P = Permission


def act_page(
    request: UserRequest,
    site: Site,
    form: Any,
    act: Callable[[], object],
    *,
    title: str,
    submit: str,
    said: str,
    lead: str = "",
) -> HttpResponse:
    """The form, or, once its act went through, the site's page with a word about it."""
    back = reverse("duty:site", args=[site.public_id])
    if done(form, act):
        messages.success(request, said)
        return redirect(back)
    crumbs = [
        {"label": _("应保台账"), "url": reverse("duty:list")},
        {"label": site.enterprise.name, "url": back},
    ]
    page = {"title": title, "lead": lead, "submit_label": submit, "crumbs": crumbs}
    page |= {"cancel_url": back, "act": new_act()}
    return show_form(request, "layouts/form.html", form, page)


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def contact(request: UserRequest, public_id: str) -> HttpResponse:
    site, today = site_for(request.user, public_id), timezone.localdate()
    form = ContactForm(request.POST or None, initial={"on": today})

    def act() -> None:
        following.record_contact(site=site, today=today, by=request.user, **form.cleaned_data)

    title, said = _("登记联系"), _("联系情况已登记。")
    return act_page(request, site, form, act, title=title, submit=_("保存"), said=said)


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def exempt(request: UserRequest, public_id: str) -> HttpResponse:
    site = site_for(request.user, public_id)
    start = {"valid_from": timezone.localdate()}
    form = ExemptForm(request.POST or None, request.FILES or None, initial=start)

    def act() -> None:
        facts.exempt_site(site=site, by=request.user, **form.cleaned_data)

    title, said = _("办理豁免"), _("豁免已登记。")
    return act_page(request, site, form, act, title=title, submit=_("登记豁免"), said=said)


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def exempt_end(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Exemption.objects.visible_to(request.user).select_related("site__enterprise")
    row = get_object_or_404(rows, public_id=public_id)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})

    def act() -> None:
        facts.end_exemption(exemption=row, by=request.user, **form.cleaned_data)

    title, said = _("结束豁免"), _("豁免已结束。")
    return act_page(request, row.site, form, act, title=title, submit=_("结束豁免"), said=said)


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def enlist(request: UserRequest, public_id: str) -> HttpResponse:
    site = site_for(request.user, public_id)
    form = EnlistForm(request.POST or None, initial={"valid_from": timezone.localdate()})

    def act() -> None:
        facts.enlist_site(site=site, by=request.user, **form.cleaned_data)

    lead = _("重点推行名录由行业主管部门和各区确定；列入不等于强制。")
    title, said = _("列入名录"), _("已列入名录。")
    return act_page(
        request, site, form, act, title=title, submit=_("列入名录"), said=said, lead=lead
    )


@requires(P.REGISTER_ENTERPRISE)
@once_per_act()
def accident(request: UserRequest, public_id: str) -> HttpResponse:
    site, today = site_for(request.user, public_id), timezone.localdate()
    form = AccidentForm(request.POST or None)

    def act() -> None:
        facts.record_accident(site=site, today=today, by=request.user, **form.cleaned_data)

    lead = _("自死亡之日起3年内，该场所应当投保。")
    title, said = _("登记死亡事故"), _("死亡事故已登记，投保义务已重新认定。")
    return act_page(
        request, site, form, act, title=title, submit=_("登记事故"), said=said, lead=lead
    )


@requires(P.EDIT_ENTERPRISE)
@once_per_act()
def external(request: UserRequest, public_id: str) -> HttpResponse:
    site = site_for(request.user, public_id)
    form = ExternalForm(request.POST or None, request.FILES or None)

    def act() -> None:
        externals.submit_external(site=site, by=request.user, **form.cleaned_data)

    lead = _("主管部门审核认可后才算数；到期的次日起自动不再计入。")
    title, said = _("登记外部保障"), _("已提交，等待主管部门审核。")
    return act_page(request, site, form, act, title=title, submit=_("提交"), said=said, lead=lead)


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def external_decide(request: UserRequest, public_id: str) -> HttpResponse:
    rows = ExternalCover.objects.visible_to(request.user).select_related("site__enterprise")
    row = get_object_or_404(rows, public_id=public_id)
    moves = row.transitions.moves_from(row.state)
    states = [(move.end, move.verb) for move in moves]
    form = DecisionForm(request.POST or None, states=states)

    def act() -> None:
        now = timezone.now()
        externals.decide_external(cover=row, now=now, by=request.user, **form.cleaned_data)

    lead = _("%(insurer)s %(number)s，每人限额 %(limit)s 元，%(people)s 人。") % {
        "insurer": row.insurer_name,
        "number": row.policy_number,
        "limit": f"{row.per_person:,}",
        "people": row.people,
    }
    title, said = _("审核外部保障"), _("审核意见已登记。")
    return act_page(
        request, row.site, form, act, title=title, submit=_("提交审核意见"), said=said, lead=lead
    )


@requires(P.EDIT_ENTERPRISE)
@once_per_act()
def dispute_open(request: UserRequest, public_id: str) -> HttpResponse:
    site = site_for(request.user, public_id)
    form = DisputeForm(request.POST or None, request.FILES or None)

    def act() -> None:
        now = timezone.now()
        following.open_dispute(site=site, now=now, by=request.user, **form.cleaned_data)

    lead = _("认为不应投保、或情况已变的，写明理由并附证明；主管部门15天内答复。")
    title, said = _("提出异议"), _("异议已提交，等待主管部门答复。")
    return act_page(
        request, site, form, act, title=title, submit=_("提交异议"), said=said, lead=lead
    )


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def dispute_decide(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Dispute.objects.visible_to(request.user).select_related("site__enterprise")
    row = get_object_or_404(rows, public_id=public_id)
    answers = (Dispute.State.UPHELD, Dispute.State.REJECTED)
    states = [(state.value, state.label) for state in answers]
    form = DecisionForm(request.POST or None, states=states)

    def act() -> None:
        now = timezone.now()
        following.decide_dispute(dispute=row, now=now, by=request.user, **form.cleaned_data)

    title, said = _("答复异议"), _("已答复企业。")
    return act_page(
        request, row.site, form, act, title=title, submit=_("答复"), said=said, lead=row.text
    )


@requires(P.VIEW_DUTY)
def dispute_page(request: UserRequest, public_id: str) -> HttpResponse:
    """A dispute stands on the page of its site."""
    rows = Dispute.objects.visible_to(request.user).select_related("site")
    row = get_object_or_404(rows, public_id=public_id)
    return redirect(f"{reverse('duty:site', args=[row.site.public_id])}#{row.public_id}")


@requires(P.EDIT_ENTERPRISE)
@require_POST
@once_per_act()
def dispute_withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Dispute.objects.visible_to(request.user).select_related("site__enterprise")
    row = get_object_or_404(rows, public_id=public_id)
    following.withdraw_dispute(dispute=row, now=timezone.now(), by=request.user)
    messages.success(request, _("异议已撤回。"))
    return redirect("duty:site", row.site.public_id)
