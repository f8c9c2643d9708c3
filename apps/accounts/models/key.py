"""A key lets one person's program ask the API in that person's name, for a limited time."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models.organisation import Organisation
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.core.fields import PublicIdField


class ApiKeyQuerySet(ScopedQuerySet["ApiKey"]):
    scope = {kind: rows(organisation=Key.ORGANISATION) for kind in Kind} | {
        Kind.PLATFORM: EVERYTHING
    }


class ApiKey(models.Model):
    """Only a digest is kept: the key itself is shown once, to whoever made it."""

    public_id = PublicIdField(prefix="key")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_keys", verbose_name=_("姓名")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    name = models.CharField(_("用途"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(_("尾号"), max_length=4, editable=False)
    reads_only = models.BooleanField(_("只读"), default=True)
    created_at = models.DateTimeField(_("生成时间"), default=timezone.now)
    expires_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True)
    used_at = models.DateTimeField(_("最近使用"), null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("接口密钥")
        constraints = [
            models.CheckConstraint(
                name="api_key_ends",
                condition=models.Q(expires_at__gt=models.F("created_at")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audience(self) -> list[str]:
        return self.organisation.audience

    def opens(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at
