"""How people get an account: the list of invitations, inviting, and accepting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.filters import InvitationFilter
from apps.accounts.forms import AcceptForm, InvitationForm
from apps.accounts.guards import UserRequest, public, requires
from apps.accounts.models import Invitation, Organisation, User
from apps.accounts.pages import has_conditions, in_order, page_of
from apps.accounts.roles import ROLES, Permission
from apps.accounts.services import (
    AccountRefused,
    accept_invitation,
    invite_person,
    open_invitation,
    resend_invitation,
    revoke_invitation,
)
from apps.accounts.views.people import views_of
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act, once_per_act

COLUMNS = {"name": "name", "at": "created_at"}


@requires(Permission.MANAGE_PEOPLE)
def invitations(request: UserRequest) -> HttpResponse:
    rows = Invitation.objects.visible_to(request.user)
    filters = InvitationFilter(request.GET, rows.select_related("organisation", "invited_by"))
    ordered, sort = in_order(request, filters.qs, COLUMNS, "-at")
    facts = {
        "title": _("邀请"),
        "lead": _("链接7天内有效，只能用一次。过期的可以重新发送。"),
        "page": page_of(request, ordered),
        "sort": sort,
        "filter_form": filters.form,
        "filtered": has_conditions(filters),
        "saved_views": views_of(request.user, "invitations"),
        "now": timezone.now(),
        "sees_all": can(request.user, Permission.VIEW_ALL_ACCOUNTS),
    }
    return render(request, "accounts/invitations.html", facts)


@requires(Permission.MANAGE_PEOPLE)
@once_per_act()
def invite(request: UserRequest) -> HttpResponse:
    organisation = organisation_for(request.user, request.GET.get("organisation", ""))
    form = InvitationForm(request.POST or None, kind=organisation.kind)
    if form.is_valid():
        try:
            invite_person(organisation=organisation, **form.cleaned_data, by=request.user)
        except AccountRefused as refusal:
            note_refusal(form, refusal)
        else:
            email = form.cleaned_data["email"]
            messages.success(request, _("邀请已发往 %(email)s。") % {"email": email})
            return redirect("accounts:invitations")
    facts = {
        "title": _("邀请人员"),
        "lead": organisation.name,
        "submit_label": _("发出邀请"),
        "cancel_url": reverse("accounts:invitations"),
        "crumbs": [{"label": _("邀请"), "url": reverse("accounts:invitations")}],
        "act": new_act(),
    }
    return show_form(request, "accounts/invite.html", form, facts)


def organisation_for(user: User, public_id: str) -> Organisation:
    """One's own; whoever manages all accounts may name another."""
    if not public_id or not can(user, Permission.VIEW_ALL_ACCOUNTS):
        return user.organisation
    found: Organisation = get_object_or_404(
        Organisation.objects.visible_to(user), public_id=public_id
    )
    return found


def invitation_for(user: User, public_id: str) -> Invitation:
    found: Invitation = get_object_or_404(Invitation.objects.visible_to(user), public_id=public_id)
    return found


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def invitation_revoke(request: UserRequest, public_id: str) -> HttpResponse:
    revoke_invitation(invitation_for(request.user, public_id), by=request.user)
    messages.success(request, _("邀请已撤回，链接不能再用。"))
    return redirect("accounts:invitations")


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def invitation_resend(request: UserRequest, public_id: str) -> HttpResponse:
    resend_invitation(invitation_for(request.user, public_id), by=request.user)
    messages.success(request, _("邀请已重新发送，有效期从现在起再算7天。"))
    return redirect("accounts:invitations")


@public("whoever holds the signed link of an open invitation may open that one account")
@never_cache
@sensitive_post_parameters("password", "again")
@once_per_act()
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    found = open_invitation(token, now=timezone.now())
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=410)
    form = AcceptForm(request.POST or None, initial={"name": found.name}, email=found.email)
    if form.is_valid():
        try:
            accept_invitation(token, **form.cleaned_data, now=timezone.now())
        except AccountRefused as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("账号已开通，请用手机号码或邮箱登录。"))
            return redirect("account_login")
    facts = {"invitation": found, "spec": ROLES[found.role], "act": new_act()}
    return show_form(request, "accounts/invitation_accept.html", form, facts)
