"""Checks passwords and reopens sessions, as the login desk."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from apps.accounts.actors import user_by_id
from apps.accounts.models import User


class LoginBackend(AuthenticationBackend):  # type: ignore[misc]
    """By phone or e-mail. A suspended person or organisation is nobody on the next request."""

    def get_user(self, user_id: Any) -> User | None:
        return user_by_id(int(user_id))

    def user_can_authenticate(self, user: User) -> bool:
        return user.is_active and user.organisation.is_active
