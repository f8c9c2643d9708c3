"""Several people leave at once; by name or by number; and what an agency proves of its own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import note_refusal
from apps.core.idempotency import once_per_act
from apps.policies.forms import AgencyForm, LeaveForm, TermsForm
from apps.policies.roster.models import RosterTerms
from apps.policies.selectors.people import line_of, people_of
from apps.policies.services.people import remove_people
from apps.policies.services.terms import prove_agency, tell_by
from apps.policies.views.people import act_page, policy_for

MOST = 500


@requires(Permission.EDIT_ROSTER)
@once_per_act()
def leave_together(request: UserRequest, public_id: str) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    policy = policy_for(user, public_id)
    asked_for = (request.POST or request.GET).getlist("person")[:MOST]
    rows = list(people_of(policy, user).filter(public_id__in=asked_for))
    if not rows:
        messages.info(request, _("请先在名单上勾选要退出的人员。"))
        return redirect("policies:people", public_id)
    form = LeaveForm(request.POST or None, initial={"left_on": today})
    if form.is_valid():
        keys = [row.public_id for row in rows]
        try:
            left = remove_people(
                policy=policy, people=keys, today=today, by=user, **form.cleaned_data
            )
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            text = _("%(count)s 人已登记退出。人数减少的，可以办理批改，按日退还保险费。")
            messages.success(request, text % {"count": left})
            return redirect("policies:people", public_id)
    title = _("%(count)s 人退出名单") % {"count": len(rows)}
    more: dict[str, Any] = {"lines": [line_of(row, user, today) for row in rows]}
    more["template"] = "policies/leave_together.html"
    return act_page(request, policy, form, title, _("登记退出"), **more)


@requires(Permission.EDIT_ROSTER)
@once_per_act()
def terms(request: UserRequest, public_id: str) -> HttpResponse:
    policy, today = policy_for(request.user, public_id), timezone.localdate()
    held = RosterTerms.objects.visible_to(request.user).filter(policy=policy).first()
    start = {"is_named": "0" if held and not held.is_named else "1"}
    form = TermsForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            tell_by(policy=policy, today=today, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("名单方式已保存。"))
            return redirect("policies:people", public_id)
    more: dict[str, Any] = {"held": held, "template": "policies/roster_terms.html"}
    more["agency_url"] = reverse("policies:people_agency", args=[public_id])
    title = _("名单方式和派遣凭证")
    return act_page(request, policy, form, title, _("保存"), **more)


@requires(Permission.EDIT_ROSTER)
@once_per_act()
def agency(request: UserRequest, public_id: str) -> HttpResponse:
    policy, today = policy_for(request.user, public_id), timezone.localdate()
    form = AgencyForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            prove_agency(policy=policy, today=today, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("派遣单位的凭证已登记，凭证承保的派遣人员不计入应保人数。"))
            return redirect("policies:people_terms", public_id)
    return act_page(request, policy, form, _("提交派遣单位的保险凭证"), _("提交"))
