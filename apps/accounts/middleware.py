"""Puts the caller's context on every request; see apps.core.context."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.accounts.actors import LOGIN
from apps.accounts.models import User
from apps.core import context

LOGIN_DESK = "/account/"


class ScopeMiddleware:
    """Whoever is signed in reads with their own eyes; the login pages read accounts only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with context.entering(self.context_of(request)):
            return self.get_response(request)

    def context_of(self, request: HttpRequest) -> context.Context | None:
        if isinstance(request.user, User):
            return request.user.context
        return LOGIN.context if request.path.startswith(LOGIN_DESK) else None
