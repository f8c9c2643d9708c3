"""Pages for what went wrong. Each says what to do next, and none tells what it should not."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from apps.accounts.guards import MissingRight
from apps.accounts.models import User
from apps.accounts.roles import holders
from apps.accounts.selectors import account_managers


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Which roles have the right, and who in the reader's own organisation can give them."""
    facts = {}
    if isinstance(exception, MissingRight):
        facts["needed"] = {
            "role": _("、").join(str(title) for title in holders(exception.permission))
        }
    return _page(request, "403.html", 403, facts)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Drawn without database and context processors: either may be what is broken."""
    facts = {
        "request": request,
        "request_id": getattr(request, "request_id", ""),
        "csrf_token": get_token(request),
    }
    return HttpResponse(loader.get_template("500.html").render(facts), status=500)


def _page(
    request: HttpRequest, template: str, status: int, facts: dict[str, Any] | None = None
) -> HttpResponse:
    """The view's transaction is over; the frame of the page needs one of its own."""
    facts = facts or {}
    with transaction.atomic():
        user = getattr(request, "user", None)
        if "needed" in facts and isinstance(user, User):
            manager = account_managers(user.organisation).exclude(pk=user.pk).first()
            facts["needed"]["contact"] = manager.name if manager else ""
            facts["needed"]["phone"] = user.organisation.hotline
        return render(request, template, facts, status=status)
