"""Recorded time: every version a row ever had, kept by triggers, with who and which request.

The actor and the request come from the transaction's own settings, so a raw statement, a bulk
update and a migration step leave the same trace as a service.
"""

from typing import TypeVar

import pghistory
from django.db import models
from django.db.models.functions import Coalesce
from pghistory.models import Event

M = TypeVar("M", bound=type[models.Model])


def _setting(name: str) -> Coalesce:
    current = models.Func(
        models.Value(name),
        models.Value(True),
        function="current_setting",
        output_field=models.TextField(),
    )
    return Coalesce(current, models.Value(""))


class RowVersion(Event):
    """One version of a row. Rows are only ever added; see accounts.policies for the grants."""

    pgh_id = models.BigAutoField(primary_key=True)
    pgh_actor = models.TextField(db_default=_setting("app.actor"))
    pgh_request = models.TextField(db_default=_setting("app.request"))

    class Meta:
        abstract = True


def tracked(model: M) -> M:
    """Keep every version of this model's rows.

    Fields that a model names in `derived` follow from other rows, which keep versions themselves,
    or are frozen by trigger and need no second copy.
    """
    follow = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=getattr(model, "derived", []),
        base_model=RowVersion,
        context_field=None,  # type: ignore[arg-type]
        obj_field=pghistory.ObjForeignKey(related_name="versions"),
    )
    followed: M = follow(model)
    return followed
