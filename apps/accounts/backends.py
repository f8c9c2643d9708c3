"""Checks passwords and reopens sessions, as the login desk."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from apps.accounts.actors import user_by_id
from apps.accounts.models import User


class LoginBackend(AuthenticationBackend):
    """Login by phone or e-mail; a suspended person or organisation is nobody on the next request."""

    def get_user(self, user_id: Any) -> User | None:
        return user_by_id(int(user_id))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        found: User | None = super().authenticate(request, **credentials)
        return found if found is not None and found.organisation.is_active else None

    def user_can_authenticate(self, user: User) -> bool:
        return user.is_active
