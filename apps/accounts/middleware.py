"""Puts the caller's context on every request; see apps.core.context."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.accounts import sessions
from apps.accounts.actors import LOGIN
from apps.accounts.keys import key_behind
from apps.accounts.models import User
from apps.core import context

LOGIN_DESK = "/account/"
API = "/api/"


def bearer_of(request: HttpRequest) -> str:
    """The key a program sent; pages take none."""
    if not request.path.startswith(API):
        return ""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


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
        if secret := bearer_of(request):
            return self.context_of_key(request, secret, now)
        if isinstance(request.user, User):
            if not sessions.has_ended(request.session, request.user.organisation.kind, now):
                sessions.note(request.session, now)
                return request.user.context
            logout(request)
        return LOGIN.context if request.path.startswith(LOGIN_DESK) else None

    def context_of_key(
        self, request: HttpRequest, secret: str, now: datetime
    ) -> context.Context | None:
        """A key counts instead of any session sent beside it, also when it opens nothing."""
        key = key_behind(secret, now=now)
        request.user = key.user if key else AnonymousUser()
        request.api_key = key  # type: ignore[attr-defined]
        return key.user.context if key else None
