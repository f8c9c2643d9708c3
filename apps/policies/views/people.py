"""The people on a policy: the list, one more, some who leave, a number in the clear."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.forms import ReasonForm
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act
from apps.enterprises.paging import list_of, page_of
from apps.policies.forms import LeaveForm, PersonForm
from apps.policies.models import Policy
from apps.policies.roster.models import InsuredPerson
from apps.policies.selectors.people import (
    line_of,
    may_edit,
    people_of,
    proposal_of,
    sees_people,
    standing_of,
)
from apps.policies.services.people import add_people, remove_people, reveal_person
from apps.policies.tabs import SHOWN_WITH

FIRST_NAMED = ("pk",)


def policy_for(user: User, public_id: str) -> Policy:
    """Only for those who may see single people; to a co-insurer the page is not there."""
    rows = Policy.objects.visible_to(user).select_related(*SHOWN_WITH)
    found = get_object_or_404(rows, public_id=public_id)
    if not sees_people(found, user):
        raise Http404
    return found


def crumbs_of(policy: Policy, *, with_people: bool = True) -> list[dict[str, str]]:
    crumbs = [
        {"label": _("保单"), "url": reverse("policies:list")},
        {"label": policy.number, "url": policy.get_absolute_url()},
    ]
    if with_people:
        url = reverse("policies:people", args=[policy.public_id])
        crumbs.append({"label": _("人员名单"), "url": url})
    return crumbs


@requires(Permission.VIEW_ROSTER)
def people(request: UserRequest, public_id: str) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    policy = policy_for(user, public_id)
    rows: Any = people_of(policy, user)
    if asked := request.GET.get("q", "").strip():
        rows = rows.filter(name__contains=asked[:60])
    after = request.GET.get("after")
    last = rows.filter(public_id=after).first() if after else None
    page = page_of(
        rows, order=FIRST_NAMED, number=request.GET.get("page"), after=last, of=list_of(request)
    )
    standing = standing_of(policy, user, today)
    facts = {
        "title": _("人员名单"),
        "policy": policy,
        "crumbs": crumbs_of(policy, with_people=False),
        "page": page,
        "lines": [line_of(row, user, today) for row in page.object_list],
        "standing": standing,
        "proposal": proposal_of(policy, standing, user, today),
        "may_edit": may_edit(policy, user),
        "wanted": asked,
    }
    return render(request, "policies/people.html", facts)


@requires(Permission.EDIT_ROSTER)
@once_per_act()
def add(request: UserRequest, public_id: str) -> HttpResponse:
    policy, today = policy_for(request.user, public_id), timezone.localdate()
    form = PersonForm(request.POST or None, today=today)
    if form.is_valid() and form.person:
        try:
            add_people(policy=policy, people=[form.person], today=today, by=request.user)
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("已加入名单。"))
            return redirect("policies:people", public_id)
    return act_page(request, policy, form, _("加入一个人"), _("加入名单"))


def act_page(
    request: UserRequest, policy: Policy, form: Any, title: str, submit: str, **more: Any
) -> HttpResponse:
    facts: dict[str, Any] = {
        "title": title,
        "lead": _("%(number)s · %(name)s") % {"number": policy.number, "name": policy.site_name},
        "crumbs": crumbs_of(policy),
        "submit_label": submit,
        "cancel_url": reverse("policies:people", args=[policy.public_id]),
        "act": new_act(),
    }
    facts |= more
    usual = "policies/import_form.html" if "template_url" in facts else "layouts/form.html"
    template: str = facts.pop("template", usual)
    return show_form(request, template, form, facts)


@requires(Permission.EDIT_ROSTER)
@once_per_act()
def leave(request: UserRequest, public_id: str, person_id: str) -> HttpResponse:
    policy, today = policy_for(request.user, public_id), timezone.localdate()
    row = get_object_or_404(people_of(policy, request.user), public_id=person_id)
    form = LeaveForm(request.POST or None, initial={"left_on": today})
    if form.is_valid():
        try:
            remove_people(
                policy=policy, people=[person_id], today=today, by=request.user, **form.cleaned_data
            )
        except DomainError as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("已登记退出。"))
            return redirect("policies:people", public_id)
    title = _("%(name)s退出名单") % {"name": row.name}
    return act_page(request, policy, form, title, _("登记退出"))


@requires(Permission.REVEAL_PERSONAL_DATA)
def number(request: UserRequest, person_id: str) -> HttpResponse:
    """By POST with a reason, the number for a minute; by GET, the mask again."""
    rows = InsuredPerson.objects.visible_to(request.user)
    found = get_object_or_404(rows, public_id=person_id)
    form = ReasonForm(request.POST or None)
    label = str(found.get_document_kind_display())
    fact = {"label": label, "value": found.masked_number, "reveal_url": request.path}
    fact["reasons"] = reasons_to_reveal()  # type: ignore[assignment]
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        value = reveal_person(person=found, reason=reason, by=request.user)
        fact |= {"value": value, "revealed": True, "mask_url": request.path}  # type: ignore[dict-item]
    back = reverse("policies:people", args=[found.policy.public_id])
    template = "components/masked.html" if request.htmx else "policies/person_number.html"
    facts = fact | {"title": label, "back_url": back}
    return render(request, template, facts, status=422 if form.errors else 200)


def reasons_to_reveal() -> list[str]:
    return [
        _("核对投保名单"),
        _("处理事故、理赔或投诉"),
        _("核查应保尽保"),
        _("其他工作需要"),
    ]
