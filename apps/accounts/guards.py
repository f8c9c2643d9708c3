"""The doors: `requires` and `public` for pages, `RequiresDeclaredPermission` for the API."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission

if TYPE_CHECKING:  # rest_framework.views loads this module, through its settings
    from rest_framework.views import APIView

View = Callable[..., HttpResponse]


class MissingRight(PermissionDenied):
    """Carries the right that was missing, so that the page can say which roles have it."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission)
        self.permission = permission


class UserRequest(HttpRequest):
    """What a page view behind `requires` receives."""

    user: User
    htmx: HtmxDetails


class UserApiRequest(Request):
    """What an API view that declares a permission receives."""

    user: User


def requires(permission: Permission) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not can(request.user, permission):
                raise MissingRight(permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(reason: str) -> Callable[[View], View]:
    """Let anyone reach a view, and say why that is right."""

    def decorate(view: View) -> View:
        view.public_because = reason  # type: ignore[attr-defined]
        return view

    return decorate


class RequiresDeclaredPermission(BasePermission):
    """DRF default: a view that declares no `permission` is closed to everyone.

    `permission` is one right, or one per method: `{"GET": …, "POST": …}`.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        declared = getattr(view, "permission", None)
        if isinstance(declared, dict):
            method = "GET" if request.method == "HEAD" else request.method
            declared = declared.get(method)
        return declared is not None and can(request.user, declared)
