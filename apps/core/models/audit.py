"""What happened, in order, for good.

Events take no foreign keys: they outlive what they describe. The database role of the application
may only insert and select; triggers refuse the rest and compute the digest, so that nobody can
write an event that says something else than what is stored.
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


def append_only() -> list[pgtrigger.Trigger]:
    """Refuse update, delete and truncate, for the owner of the table too."""
    refuse = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';"
    return [
        pgtrigger.Trigger(
            name="append_only_rows",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refuse,
        ),
        pgtrigger.Trigger(
            name="append_only_table",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=refuse,
        ),
    ]


DIGEST = """
NEW.digest = encode(sha256(convert_to(
    (to_jsonb(NEW) - 'digest' - 'at')::text || extract(epoch FROM NEW.at)::text, 'UTF8')), 'hex');
RETURN NEW;
"""


class AuditEvent(models.Model):
    """Who did what to which object, when, from where and why."""

    at = models.DateTimeField(_("时间"))
    day = models.DateField(_("日期"))
    action = models.CharField(_("事项"), max_length=60)
    actor = models.CharField(max_length=40)
    actor_name = models.CharField(_("操作人"), max_length=150)
    actor_role = models.CharField(_("角色"), max_length=40)
    organisation_id = models.BigIntegerField(null=True)
    organisation_name = models.CharField(_("单位"), max_length=200)
    request_id = models.CharField(max_length=40)
    target = models.CharField(max_length=100)
    target_name = models.CharField(_("对象"), max_length=200)
    reason = models.CharField(_("理由"), max_length=500)
    changes = models.JSONField(_("变更"), default=dict)
    audience = ArrayField(models.CharField(max_length=60))
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["target", "id"], name="audit_target"),
            models.Index(fields=["actor", "id"], name="audit_actor"),
            models.Index(fields=["day", "id"], name="audit_day"),
            GinIndex(fields=["audience"], name="audit_audience"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="digest", when=pgtrigger.Before, operation=pgtrigger.Insert, func=DIGEST
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"


class AuditSeal(models.Model):
    """One link of a day's chain: the digest of an event, hashed with the link before it."""

    day = models.DateField()
    sequence = models.PositiveIntegerField()
    event_id = models.BigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "sequence"], name="seal_day_sequence"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.day} #{self.sequence}"
