"""What versions of products and of tariffs share: a period, two pairs of eyes, and frost.

A version may be changed while it is a draft. Once checked, it and everything in it are frozen by
triggers; what may still move is its state, and its end when another version follows.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self, TypeVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.core.dated import in_force, no_overlap, period_in_order
from apps.core.fields import PublicIdField
from apps.reference.models.base import Dated

M = TypeVar("M", bound=models.Model)

# Stands for both people where a version came with the platform: its release was reviewed.
RELEASE = "system:catalogue"
PROPOSERS = frozenset({Kind.CITY_BUREAU, Kind.BROKER})
READERS = frozenset(Kind) - PROPOSERS
PUBLISHED = ("active", "retired")


class VersionQuerySet(ScopedQuerySet[M]):
    """Everybody in the programme reads every version; bureau and broker write their drafts."""

    scope = {
        Kind.CITY_BUREAU: EVERYTHING,
        Kind.BROKER: rows(organisation=Key.ORGANISATION),
    }
    open_rows = Q()
    read_only = READERS

    def published(self) -> Self:
        """Those that were ever in force, are or will be."""
        return self.filter(state__in=PUBLISHED)

    def on(self, day: date) -> Self:
        """The one that a cover beginning on that day is sold on."""
        return self.published().filter(in_force(day))


class PartQuerySet(ScopedQuerySet[M]):
    """A part is seen with its version, and changed by whoever may change that."""

    parent = "version"
    read_only = READERS


class Version(Dated):
    """A numbered text with a period; `state` is what was decided, the dates say what holds."""

    public_id = PublicIdField(prefix="ver")
    number = models.PositiveSmallIntegerField(_("版本"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("起草单位")
    )
    made_by = models.CharField(max_length=40)
    made_by_name = models.CharField(_("起草人"), max_length=150)
    made_at = models.DateTimeField(_("起草时间"))
    # Whoever changed the draft: none of them may approve it.
    editors = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("修改人"))
    revision = models.PositiveIntegerField(_("修改次数"), default=1)
    sent_at = models.DateTimeField(_("送批时间"), null=True)
    sent_by_name = models.CharField(_("送批人"), max_length=150, blank=True)
    approved_by = models.CharField(max_length=40, blank=True)
    approved_by_name = models.CharField(_("批准人"), max_length=150, blank=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True)

    class Meta:
        abstract = True

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.organisation_id)] if self.organisation_id else []


def version_constraints(name: str) -> list[models.BaseConstraint]:
    """One number per product, one version in force on a day, and never one person alone."""
    return [
        models.UniqueConstraint(fields=["product", "number"], name=f"{name}_number"),
        period_in_order(f"{name}_period"),
        no_overlap(f"{name}_once", "product_id", condition=Q(state__in=PUBLISHED)),
        models.CheckConstraint(
            name=f"{name}_four_eyes",
            condition=Q(approved_by="") | ~Q(approved_by=F("made_by")) | Q(made_by=RELEASE),
        ),
        models.CheckConstraint(
            name=f"{name}_approved",
            condition=~Q(state__in=["approved", *PUBLISHED])
            | (~Q(approved_by="") & Q(approved_at__isnull=False)),
        ),
        models.CheckConstraint(
            name=f"{name}_retired_has_end",
            condition=~Q(state="retired") | Q(valid_to__isnull=False),
        ),
    ]


REFUSE = "USING ERRCODE = 'check_violation'"


class Frost(pgtrigger.Trigger):
    """On a version: after the draft only the named columns move, a broker decides nothing, and
    nobody approves what they changed.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def __init__(self, movable: Sequence[str]) -> None:
        super().__init__(name="frost")
        self.movable = movable

    def get_func(self, model: Any) -> str:
        movable = "ARRAY[" + ", ".join(f"'{column}'" for column in self.movable) + "]"
        return self.format_sql(f"""
            IF TG_OP = 'DELETE' THEN
                IF OLD.state = 'draft' THEN RETURN OLD; END IF;
                RAISE EXCEPTION '% % is frozen', TG_TABLE_NAME, OLD.id {REFUSE};
            END IF;
            IF OLD.state <> 'draft'
                AND to_jsonb(NEW) - {movable} IS DISTINCT FROM to_jsonb(OLD) - {movable} THEN
                RAISE EXCEPTION '% % is frozen', TG_TABLE_NAME, OLD.id {REFUSE};
            END IF;
            IF current_user = '{Kind.BROKER.database_role}' AND NEW.state <> 'draft' THEN
                RAISE EXCEPTION 'only the city bureau decides on %', TG_TABLE_NAME {REFUSE};
            END IF;
            IF NEW.approved_by = ANY(NEW.editors) THEN
                RAISE EXCEPTION 'who changed % may not approve it', TG_TABLE_NAME {REFUSE};
            END IF;
            RETURN NEW;
        """)


class PartFrost(pgtrigger.Trigger):
    """On a part: changed only while its version is a draft that the writer may change as well.

    FOR SHARE asks the policies for updates: of somebody else's draft it finds nothing.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("whole", "record"), ("part", "record")]

    def __init__(self) -> None:
        super().__init__(name="frost")

    def get_func(self, model: Any) -> str:
        whole = model._meta.get_field("version").related_model._meta.db_table
        return self.format_sql(f"""
            IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
            IF TG_OP = 'UPDATE' AND NEW.version_id <> OLD.version_id THEN
                RAISE EXCEPTION '% belongs to its version', TG_TABLE_NAME {REFUSE};
            END IF;
            SELECT state, organisation_id INTO whole FROM {whole}
                WHERE id = part.version_id FOR SHARE;
            IF whole.state IS DISTINCT FROM 'draft' THEN
                RAISE EXCEPTION '% of version % is frozen', TG_TABLE_NAME, part.version_id {REFUSE};
            END IF;
            RETURN part;
        """)  # noqa: S608  names of our own tables


MOVABLE = (
    "state",
    "valid_to",
    "sent_at",
    "sent_by_name",
    "approved_by",
    "approved_by_name",
    "approved_at",
)
