"""The two questions of access: may this person do it (`can`), and which rows are shared by name.

Rights come from roles.py, rows from each model's scope (scope.py). This is the only module that
touches guardian.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import assign_perm, remove_perm

from apps.accounts.models import User
from apps.accounts.roles import ROLES, Permission
from apps.core import audit


def can(user: User | AnonymousUser, permission: Permission) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    role = ROLES.get(user.role)
    return role is not None and permission in role.permissions


class Share(UserObjectPermissionBase):
    """A row shared with one person by name; each shared model keeps its own table of these."""

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


def share(row: Any, *, with_user: User, by: User, reason: str) -> None:
    """Let one person see one row that their organisation does not own."""
    assign_perm(_view(row), with_user, row)
    audit.record("row.shared", by=by, on=row, reason=reason, changes={"with": with_user.actor_key})


def unshare(row: Any, *, with_user: User, by: User, reason: str) -> None:
    remove_perm(_view(row), with_user, row)
    audit.record(
        "row.unshared", by=by, on=row, reason=reason, changes={"with": with_user.actor_key}
    )


def _view(row: models.Model) -> str:
    return f"{row._meta.app_label}.view_{row._meta.model_name}"
