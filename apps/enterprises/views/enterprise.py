"""One enterprise: its page, putting it right, its states, its contact."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.idempotency import once_per_act
from apps.enterprises.forms.base import ReasonForm
from apps.enterprises.forms.enterprises import CorrectEnterpriseForm
from apps.enterprises.forms.sites import AddSiteForm
from apps.enterprises.selectors.contacts import contact_line
from apps.enterprises.services import (
    NewSite,
    add_site,
    close_enterprise,
    correct_enterprise,
    restore_enterprise,
    reveal_contact,
    verify_enterprise,
)
from apps.enterprises.tabs import enterprise as tabs
from apps.enterprises.tabs.shared import day_asked, tab_asked
from apps.enterprises.views.moves import done, enterprise_for, form_page


@requires(Permission.VIEW_ENTERPRISES)
def detail(request: UserRequest, public_id: str) -> HttpResponse:
    found, today = enterprise_for(request.user, public_id), timezone.localdate()
    facts = tabs.content(
        tab_asked(request), found, request.user, day=day_asked(request, today), today=today
    )
    return render(request, "enterprises/detail.html", facts)


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def correct(request: UserRequest, public_id: str) -> HttpResponse:
    found = enterprise_for(request.user, public_id)
    form = CorrectEnterpriseForm(request.POST or None, enterprise=found, user=request.user)
    if done(form, lambda: correct_enterprise(enterprise=found, by=request.user, **form.facts)):
        messages.success(request, _("企业资料已更正。"))
        return redirect(found)
    lead = _("只改有误或有变化的项目，并写明原因。旧内容留在变更记录里。")
    return form_page(request, form, found, title=_("更正企业资料"), submit=_("保存更正"), lead=lead)


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def site_add(request: UserRequest, public_id: str) -> HttpResponse:
    found = enterprise_for(request.user, public_id)
    form = AddSiteForm(request.POST or None, user=request.user)
    added: list[Any] = []

    def add() -> None:
        added.append(add_site(enterprise=found, new=NewSite(**form.cleaned_data), by=request.user))

    if done(form, add):
        messages.success(request, _("场所已登记。请接着登记从业人数。"))
        return redirect("enterprises:headcount", added[0].public_id)
    lead = _("每个生产地点单独登记：参保、服务和统计都按场所计。")
    return form_page(request, form, found, title=_("增设场所"), submit=_("登记场所"), lead=lead)


@requires(Permission.REGISTER_ENTERPRISE)
@once_per_act()
def verify(request: UserRequest, public_id: str) -> HttpResponse:
    found, form = enterprise_for(request.user, public_id), ReasonForm(request.POST or None)
    if done(form, lambda: verify_enterprise(enterprise=found, by=request.user, **given(form))):
        messages.success(request, _("企业已核实。"))
        return redirect(found)
    lead = _(
        "确认代码、名称、场所和人数与证照或现场一致。写明怎样核实的，例如 现场核查、营业执照。"
    )
    return form_page(request, form, found, title=_("核实企业"), submit=_("确认已核实"), lead=lead)


@requires(Permission.REGISTER_ENTERPRISE)
@once_per_act()
def close(request: UserRequest, public_id: str) -> HttpResponse:
    found, form = enterprise_for(request.user, public_id), ReasonForm(request.POST or None)
    if done(form, lambda: close_enterprise(enterprise=found, by=request.user, **given(form))):
        messages.success(request, _("企业已注销；误注销的可以恢复。"))
        return redirect(found)
    lead = _("营业执照注销、吊销的企业办理注销。资料和记录保留，误注销的可以恢复。")
    return form_page(request, form, found, title=_("注销企业"), submit=_("注销企业"), lead=lead)


@requires(Permission.REGISTER_ENTERPRISE)
@once_per_act()
def restore(request: UserRequest, public_id: str) -> HttpResponse:
    found, form = enterprise_for(request.user, public_id), ReasonForm(request.POST or None)
    if done(form, lambda: restore_enterprise(enterprise=found, by=request.user, **given(form))):
        messages.success(request, _("企业已恢复，请重新核实。"))
        return redirect(found)
    lead = _("恢复后回到“已登记”，需要重新核实。已关闭的场所不会随之恢复。")
    return form_page(request, form, found, title=_("恢复企业"), submit=_("恢复企业"), lead=lead)


def given(form: ReasonForm) -> dict[str, Any]:
    return dict(form.cleaned_data)


@requires(Permission.REVEAL_PERSONAL_DATA)
def contact(request: UserRequest, public_id: str) -> HttpResponse:
    """By POST with a reason, the contact for a minute; by GET, the mask again."""
    found = enterprise_for(request.user, public_id)
    fact = tabs.contact_fact(found, request.user)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        shown = reveal_contact(enterprise=found, by=request.user, **given(form))
        value = contact_line(shown.name, shown.phone)
        fact |= {"value": value, "revealed": True, "mask_url": request.path}
    template = "components/masked.html" if request.htmx else "enterprises/contact.html"
    facts = fact | {"enterprise": found, "title": found.name}
    return render(request, template, facts, status=422 if form.errors else 200)
