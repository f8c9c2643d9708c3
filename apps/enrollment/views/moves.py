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

# Not its site and enterprise: the insurer may not see them yet, and a join would hide the row.
SHOWN_WITH = (
    "district",
    "pool",
    "insurer",
    "chosen_insurer",
    "refusal_reason",
    "policy",
    "quote__limit_choice",
    "quote__product_version__product",
    "quote__tariff_version__product",
)
# The enterprise's own draft goes with everything the price is reckoned from.
OF_A_DRAFT = ("site__enterprise", "site__district", "site__town", "site__industry")
IN_DRAFT = ("quote__site__industry", *OF_A_DRAFT, *SHOWN_WITH)


def application_for(user: User, public_id: str) -> Application:
    rows = Application.objects.visible_to(user).select_related(*SHOWN_WITH)
    found: Application = get_object_or_404(rows, public_id=public_id)
    return found


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the draft to the view; whoever comes back later is shown what became of it."""

    @wraps(view)
    def step(request: UserRequest, public_id: str) -> HttpResponse:
        rows = Application.objects.visible_to(request.user).select_related(*IN_DRAFT)
        row = get_object_or_404(rows, public_id=public_id)
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
