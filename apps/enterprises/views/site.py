"""One place of production: its page, putting it right, its insurer and its states."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.idempotency import once_per_act
from apps.enterprises.forms.base import DatedReasonForm
from apps.enterprises.forms.sites import CorrectSiteForm, InsurerForm
from apps.enterprises.services import (
    assign_insurer,
    close_site,
    correct_site,
    resume_site,
    suspend_site,
)
from apps.enterprises.tabs import site as tabs
from apps.enterprises.tabs.shared import day_asked, tab_asked
from apps.enterprises.views.moves import done, form_page, site_for


@requires(Permission.VIEW_ENTERPRISES)
def detail(request: UserRequest, public_id: str) -> HttpResponse:
    found, today = site_for(request.user, public_id), timezone.localdate()
    facts = tabs.content(
        tab_asked(request), found, request.user, day=day_asked(request, today), today=today
    )
    return render(request, "enterprises/site.html", facts)


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def correct(request: UserRequest, public_id: str) -> HttpResponse:
    found = site_for(request.user, public_id)
    form = CorrectSiteForm(request.POST or None, site=found, user=request.user)
    if done(form, lambda: correct_site(site=found, by=request.user, **form.facts)):
        messages.success(request, _("场所资料已更正。"))
        return redirect(found)
    lead = _("行业更正后，行业主管领域随之确定；迁到别的镇街，管辖随之改变。")
    return form_page(request, form, found, title=_("更正场所资料"), submit=_("保存更正"), lead=lead)


@requires(Permission.REGISTER_ENTERPRISE)
@once_per_act()
def insurer(request: UserRequest, public_id: str) -> HttpResponse:
    found = site_for(request.user, public_id)
    form = InsurerForm(request.POST or None, site=found)
    if done(form, lambda: assign_insurer(site=found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("服务的承保机构已更新。"))
        return redirect(found)
    lead = _("指定后，该机构可以看到这个场所；原来的机构不再看到。")
    title = _("指定服务的承保机构")
    return form_page(request, form, found, title=title, submit=_("保存"), lead=lead)


def state_page(
    request: UserRequest, public_id: str, act: Callable[..., Any], words: dict[str, str]
) -> HttpResponse:
    """A site changes its state on a day, for a reason."""
    found = site_for(request.user, public_id)
    form = DatedReasonForm(request.POST or None, initial={"on": timezone.localdate()})
    if done(form, lambda: act(site=found, by=request.user, **form.cleaned_data)):
        messages.success(request, words["title"])
        return redirect(found)
    return form_page(request, form, found, submit=words["title"], **words)


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def suspend(request: UserRequest, public_id: str) -> HttpResponse:
    lead = _("暂时不生产的登记停产，恢复生产时办“复产”。停产期间人数保留。")
    return state_page(request, public_id, suspend_site, {"title": _("登记停产"), "lead": lead})


@requires(Permission.EDIT_ENTERPRISE)
@once_per_act()
def resume(request: UserRequest, public_id: str) -> HttpResponse:
    lead = _("恢复生产后请核对从业人数。")
    return state_page(request, public_id, resume_site, {"title": _("登记复产"), "lead": lead})


@requires(Permission.REGISTER_ENTERPRISE)
@once_per_act()
def close(request: UserRequest, public_id: str) -> HttpResponse:
    lead = _("不再在此生产的登记关闭。关闭后不能恢复；重新开工的，另行增设场所。")
    return state_page(request, public_id, close_site, {"title": _("登记关闭"), "lead": lead})
