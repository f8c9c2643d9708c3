"""What the platform tells a person inside the platform."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.scope import Key, ScopedQuerySet, rows
from apps.core.fields import PublicIdField


class NoticeQuerySet(ScopedQuerySet["Notice"]):
    scope = {kind: rows(receiver=Key.USER) for kind in Kind}

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One message to one person. `once` names the event, so that it is told once."""

    public_id = PublicIdField(prefix="ntc")
    receiver = models.ForeignKey(User, models.PROTECT, related_name="notices")
    title = models.CharField(_("标题"), max_length=200)
    text = models.CharField(_("内容"), max_length=500, blank=True)
    url = models.CharField(max_length=200, blank=True)
    once = models.CharField(max_length=100)
    created_at = models.DateTimeField(_("时间"), default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["receiver", "once"], name="notice_told_once")
        ]
        indexes = [
            models.Index(
                fields=["receiver"], condition=models.Q(read_at=None), name="notice_unread"
            )
        ]

    def __str__(self) -> str:
        return self.title
