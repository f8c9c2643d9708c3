"""Effects that leave after the commit. The row is the truth, the broker only the doorbell."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.utils import timezone


class EffectQuerySet(models.QuerySet["Effect"]):
    def pending(self) -> Self:
        return self.filter(done_at=None, parked_at=None)


class Effect(models.Model):
    """One named effect of a committed act, delivered exactly once into the database."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    actor = models.CharField(max_length=40)
    request_id = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)

    objects = EffectQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(done_at=None, parked_at=None),
                name="effect_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"
