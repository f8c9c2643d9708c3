"""Puts the caller's context on every request; see apps.core.context."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.accounts import sessions
from apps.accounts.actors import LOGIN
from apps.accounts.models import User
from apps.core import context

LOGIN_DESK = "/account/"


class ScopeMiddleware:
    """Whoever is signed in reads with their own eyes; the login pages read accounts only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = self.context_of(request)
        with context.entering(known):
            response = self.get_response(request)
        if known is not None and "Cache-Control" not in response:
            # After logging out the back button shows nothing.
            response["Cache-Control"] = "private, no-store"
        return response

    def context_of(self, request: HttpRequest) -> context.Context | None:
        now = timezone.now()
        if isinstance(request.user, User):
            if not sessions.has_ended(request.session, request.user.organisation.kind, now):
                sessions.note(request.session, now)
                return request.user.context
            logout(request)
        return LOGIN.context if request.path.startswith(LOGIN_DESK) else None
