"""A person with a login. One person, one account: no shared logins."""

from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connections, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models.organisation import Organisation
from apps.accounts.roles import ROLE_CHOICES, ROLES
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.core.context import Context
from apps.core.fields import BlindIndexField, EncryptedTextField, PublicIdField
from apps.core.history import tracked


class UserQuerySet(ScopedQuerySet["User"]):
    scope = {kind: rows(organisation=Key.ORGANISATION) for kind in Kind} | {
        Kind.PLATFORM: EVERYTHING
    }


class UserManager(BaseUserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]
    """Django's login machinery asks for this manager; people are made by services."""


@tracked
class User(AbstractBaseUser):
    public_id = PublicIdField(prefix="usr")
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("电子邮箱"), unique=True, null=True, blank=True)
    phone = EncryptedTextField(_("手机号码"), blank=True)
    phone_index = BlindIndexField(
        of="phone", normalise="apps.core.identity.normalise_phone", unique=True
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="people", verbose_name=_("单位")
    )
    role = models.CharField(_("角色"), max_length=40, choices=ROLE_CHOICES)
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("开通时间"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    # Rights come from roles alone: there is no superuser, and guardian must find none.
    is_superuser = False
    is_staff = False

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="user_can_log_in",
                condition=Q(email__isnull=False) | Q(phone_index__isnull=False),
            ),
            models.CheckConstraint(name="user_role_known", condition=Q(role__in=list(ROLES))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor_key(self) -> str:
        return f"user:{self.pk}"

    @property
    def actor_name(self) -> str:
        return self.name

    @property
    def actor_role(self) -> str:
        return self.role

    @property
    def organisation_name(self) -> str:
        return self.organisation.name

    @property
    def audience(self) -> list[str]:
        return self.organisation.tokens

    @property
    def scope_values(self) -> Mapping[Key, Any]:
        own = self.organisation
        return {
            Key.USER: self.pk,
            Key.ORGANISATION: own.pk,
            Key.DISTRICT: own.district_id,
            Key.TOWN: own.town_id,
            Key.SECTOR: own.sector_id,
        }

    @property
    def scope_key(self) -> Hashable:
        """What the rows that this person sees depend on, shares by name left aside.

        The database is part of it: a process may look into another one.
        """
        own, name = self.organisation, connections["default"].settings_dict["NAME"]
        return name, own.kind, own.pk, own.district_id, own.town_id, own.sector_id

    @property
    def context(self) -> Context:
        own = self.organisation
        values = {
            str(key): "" if value is None else str(value)
            for key, value in self.scope_values.items()
        }
        values["tokens"] = "{" + ",".join(f'"{token}"' for token in own.tokens) + "}"
        return Context(Kind(own.kind).database_role, self.actor_key, values)

    def has_shares(self, label: str) -> bool:
        """Whether any row of that table of shares names this person; asked once per request."""
        if label not in self._shares:
            share = apps.get_model(label)
            self._shares[label] = share._default_manager.filter(user_id=self.pk).exists()
        return self._shares[label]

    @cached_property
    def _shares(self) -> dict[str, bool]:
        return {}
