"""People with a login: the list, one person, and what may be done with an account."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.contacts import contact_label, masked_contact, reasons_to_reveal
from apps.accounts.filters import PersonFilter, PersonOfAnyFilter
from apps.accounts.forms import ReasonForm, RoleForm
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.pages import has_conditions, in_order, page_of
from apps.accounts.roles import ROLES, Permission
from apps.accounts.selectors import devices_of, reads_events
from apps.accounts.services import (
    REVEALABLE,
    AccountRefused,
    change_role,
    refusal_to_change_role,
    refusal_to_suspend,
    reinstate_person,
    reveal_contact,
    sign_out,
    suspend_person,
)
from apps.accounts.timeline import timeline
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act
from apps.core.templatetags.ui import moment

COLUMNS = {"name": "name", "since": "created_at"}


@requires(Permission.VIEW_PEOPLE)
def people(request: UserRequest) -> HttpResponse:
    sees_all = can(request.user, Permission.VIEW_ALL_ACCOUNTS)
    rows = User.objects.visible_to(request.user).select_related("organisation")
    filters = (PersonOfAnyFilter if sees_all else PersonFilter)(request.GET, rows)
    ordered, sort = in_order(request, filters.qs, COLUMNS, "name")
    facts = {
        "title": _("人员与账号"),
        "lead": _("一人一号。换岗、离职的，请当天改角色或停用。"),
        "page": page_of(request, ordered),
        "sort": sort,
        "filter_form": filters.form,
        "filtered": has_conditions(filters),
        "saved_views": views_of(request.user, "people"),
        "sees_all": sees_all,
        "may_manage": can(request.user, Permission.MANAGE_PEOPLE),
    }
    return render(request, "accounts/people.html", facts)


def views_of(user: User, here: str) -> list[dict[str, Any]]:
    """The two lists about people, as tabs; whoever manages nobody has only one."""
    if not can(user, Permission.MANAGE_PEOPLE):
        return []
    pages = (("people", _("人员")), ("invitations", _("邀请")))
    return [
        {"label": label, "url": reverse(f"accounts:{name}"), "active": name == here}
        for name, label in pages
    ]


def person_for(user: User, public_id: str) -> User:
    rows = User.objects.visible_to(user).select_related("organisation")
    found: User = get_object_or_404(rows, public_id=public_id)
    return found


@requires(Permission.VIEW_PEOPLE)
def person(request: UserRequest, public_id: str) -> HttpResponse:
    found = person_for(request.user, public_id)
    tabs = ["summary", *(["history"] if reads_events(request.user) else [])]
    tab = "history" if request.GET.get("tab") == "history" in tabs else "summary"
    facts = {
        "title": found.name,
        "person": found,
        "public_id": found.public_id,
        "crumbs": [{"label": _("人员与账号"), "url": reverse("accounts:people")}],
        "status": state_of(found),
        "tabs": tabs,
        "tab": tab,
        "may_manage": can(request.user, Permission.MANAGE_PEOPLE),
        "is_self": found.pk == request.user.pk,
    }
    if tab == "history":
        facts["events"] = timeline(found, request.user)
    else:
        facts |= summary_of(found, request.user)
    return render(request, "accounts/person.html", facts)


def state_of(found: User) -> dict[str, Any]:
    if not found.is_active:
        return {"tone": "problem", "label": _("账号已停用")}
    if not found.organisation.is_active:
        return {"tone": "problem", "label": _("所在单位已停用")}
    return {"tone": "done", "label": _("可登录"), "since": found.created_at}


def summary_of(found: User, user: User) -> dict[str, Any]:
    spec = ROLES[found.role]
    facts = [
        {
            "label": _("单位"),
            "value": found.organisation.name,
            "url": found.organisation.get_absolute_url(),
        },
        {"label": _("角色"), "value": spec.title, "note": spec.sentence, "wide": True},
        *(contact_fact(found, field, user) for field in REVEALABLE),
        {"label": _("最近登录"), "value": moment(found.last_login) or _("还没有登录过")},
    ]
    manages = can(user, Permission.MANAGE_PEOPLE)
    return {"facts": facts, "devices": devices_of(found, now=timezone.now()) if manages else None}


def contact_fact(found: User, field: str, user: User) -> dict[str, Any]:
    """Hidden for others; one's own is shown plainly."""
    fact: dict[str, Any] = {"label": contact_label(field)}
    if found.pk == user.pk:
        return fact | {"value": getattr(found, field)}
    fact["value"] = masked_contact(found, field)
    if fact["value"] and can(user, Permission.REVEAL_PERSONAL_DATA):
        fact["reveal_url"] = reverse("accounts:person_reveal", args=[found.public_id, field])
        fact["reasons"] = reasons_to_reveal()
    return fact


@requires(Permission.REVEAL_PERSONAL_DATA)
def person_reveal(request: UserRequest, public_id: str, field: str) -> HttpResponse:
    """By POST with a reason, the value for a minute; by GET, the mask again."""
    found = person_for(request.user, public_id)
    if field not in REVEALABLE:
        raise Http404
    fact = contact_fact(found, field, request.user)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        fact["value"] = reveal_contact(found, field=field, reason=reason, by=request.user)
        fact |= {"revealed": True, "mask_url": request.path, "title": found.name}
    fact["person"] = found
    template = "components/masked.html" if request.htmx else "accounts/person_reveal.html"
    return render(request, template, fact, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PEOPLE)
@once_per_act()
def person_suspend(request: UserRequest, public_id: str) -> HttpResponse:
    found = person_for(request.user, public_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            suspend_person(found, reason=form.cleaned_data["reason"], by=request.user)
        except AccountRefused as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("账号已停用，全部登录已结束。"))
            return redirect("accounts:person", public_id)
    facts = act_on(found, _("停用账号"), refusal_to_suspend(found, by=request.user)) | {
        "lead": _("停用后立即不能登录，已登录的设备马上退出。记录保留，可以随时恢复。"),
        "submit_label": _("停用账号"),
    }
    return show_form(request, "accounts/person_act.html", form, facts)


@requires(Permission.MANAGE_PEOPLE)
@once_per_act()
def person_reinstate(request: UserRequest, public_id: str) -> HttpResponse:
    found = person_for(request.user, public_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reinstate_person(found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("账号已恢复，可以用原来的密码登录。"))
        return redirect("accounts:person", public_id)
    facts = act_on(found, _("恢复账号")) | {
        "lead": _("恢复后可以用原来的密码登录，角色不变。"),
        "submit_label": _("恢复账号"),
    }
    return show_form(request, "accounts/person_act.html", form, facts)


@requires(Permission.MANAGE_PEOPLE)
@once_per_act()
def person_role(request: UserRequest, public_id: str) -> HttpResponse:
    found = person_for(request.user, public_id)
    start = {"role": found.role}
    form = RoleForm(request.POST or None, initial=start, kind=found.organisation.kind)
    if form.is_valid():
        try:
            change_role(found, **form.cleaned_data, by=request.user)
        except AccountRefused as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("角色已改变，下一次点击起生效。"))
            return redirect("accounts:person", public_id)
    facts = act_on(found, _("改变角色"), refusal_to_change_role(found, by=request.user)) | {
        "lead": _("角色决定这个人能看什么、能办什么。"),
        "submit_label": _("改变角色"),
    }
    return show_form(request, "accounts/person_act.html", form, facts)


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def person_sign_out(request: UserRequest, public_id: str) -> HttpResponse:
    found = person_for(request.user, public_id)
    count = sign_out(found, by=request.user)
    messages.success(request, _("已在 %(count)s 台设备上结束登录。") % {"count": count})
    return redirect("accounts:person", public_id)


def act_on(found: User, title: str, refusal: str = "") -> dict[str, Any]:
    """What every page of an act on a person shows; `refusal` when it cannot be done at all."""
    url = reverse("accounts:person", args=[found.public_id])
    return {
        "title": title,
        "person": found,
        "refusal": refusal,
        "cancel_url": url,
        "crumbs": [
            {"label": _("人员与账号"), "url": reverse("accounts:people")},
            {"label": found.name, "url": url},
        ],
        "act": new_act(),
    }
