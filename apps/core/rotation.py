"""Moves sealed values to the key in use now, in batches that can be stopped and taken up again.

Everything stays readable meanwhile. An old key may be dropped once no table needs it, and history
tables keep what was sealed with it.
"""

from typing import Any

from django.db import models, transaction
from django.db.models.functions import Cast

from apps.core import sealing
from apps.core.fields import EncryptedTextField


@transaction.atomic
def reseal(model: type[models.Model], name: str, *, above: int = 0, limit: int = 500) -> int | None:
    """Reseal the next rows with a primary key above the given one.

    Answers the last key that was reached, to go on from there, or None when nothing is left.
    """
    field = model._meta.get_field(name)
    if not isinstance(field, EncryptedTextField):
        message = f"{field} is not encrypted."
        raise TypeError(message)
    envelopes: Any = model._base_manager.annotate(envelope=Cast(name, models.TextField()))
    sealed = envelopes.filter(pk__gt=above, envelope__gt="")
    stale = sealed.exclude(envelope__startswith=sealing.current_prefix())
    reached = None
    for row in stale.select_for_update().order_by("pk")[:limit]:
        field.reseal(row)
        row.save(update_fields=[name])
        reached = row.pk
    return reached
