"""Moves that the pages of applications share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest
from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.core.http import note_refusal
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.selectors.whole import whole, whole_drafts


def application_for(user: User, public_id: str) -> Application:
    found: Application = get_object_or_404(whole(user), public_id=public_id)
    return found


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the draft to the view; whoever comes back later is shown what became of it."""

    @wraps(view)
    def step(request: UserRequest, public_id: str) -> HttpResponse:
        row = get_object_or_404(whole_drafts(request.user), public_id=public_id)
        if row.state != ApplicationState.DRAFT:
            text = _("这份申请已是“%(state)s”，不能再修改。")
            messages.info(request, text % {"state": row.get_state_display()})
            return redirect(row)
        return view(request, row)

    return step


def done(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether the form was right and its act went through; a refusal is noted on the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except DomainError as refusal:
        note_refusal(form, refusal)
        return False
    return True


def list_crumb() -> dict[str, Any]:
    return {"label": _("投保申请"), "url": reverse("enrollment:list")}


def crumbs_of(row: Application) -> list[dict[str, Any]]:
    """From a page below an application back up to it."""
    here = {"label": row.number or _("投保单"), "url": row.get_absolute_url()}
    return [list_crumb(), here]
