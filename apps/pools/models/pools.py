"""District pools: who co-insures where, from when, with which share (A4.1, A4.2).

Who is a member is known to everyone in the programme, since an enterprise chooses among them.
Shares are integers that sum to 10 000; a table once written is never edited, only followed.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, Rule, ScopedQuerySet, Through, rows
from apps.core.dated import in_force, no_overlap, period_in_order
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.core.models.audit import append_only
from apps.reference.models import District

WHOLE = 10_000
# Since 2025 departments may neither divide markets nor take part in setting shares: the bureaus
# read what the members' agreement decides, and the broker keeps its books.
NOT_BROKER = frozenset(Kind) - {Kind.BROKER}


class PoolQuerySet(ScopedQuerySet["Pool"]):
    scope = {
        Kind.CITY_BUREAU: EVERYTHING,
        Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
    }
    open_rows = Q()


@tracked
class Pool(models.Model):
    """The co-insurers of one district."""

    public_id = PublicIdField(prefix="pool")
    name = models.CharField(_("名称"), max_length=100)
    district = models.OneToOneField(District, models.PROTECT, related_name="+")

    objects = PoolQuerySet.as_manager()

    class Meta:
        ordering = ["district__order"]
        verbose_name = _("共保体")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pools:detail", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [token(Key.DISTRICT, self.district_id)]


class MemberQuerySet(ScopedQuerySet["Member"]):
    scope = {
        Kind.CITY_BUREAU: EVERYTHING,
        Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
        Kind.BROKER: EVERYTHING,
    }
    open_rows = Q()
    read_only = NOT_BROKER

    def on(self, day: date) -> Self:
        return self.filter(in_force(day))


@tracked
class Member(models.Model):
    """An insurer takes part in a pool from a day on, by the agreement of a contract term."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="members")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    insurer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("承保机构")
    )
    valid_from = models.DateField(_("加入日期"))
    valid_to = models.DateField(_("退出日期"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=200)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("共保体成员")
        constraints = [
            period_in_order("member_period"),
            no_overlap("member_once", "pool_id", "insurer_id"),
        ]

    def __str__(self) -> str:
        return f"{self.pool} · {self.insurer}"


# Shares and how they came about: for those who share, and for those who watch.
POOL_VIEW: Mapping[str, Rule] = {
    Kind.CITY_BUREAU: EVERYTHING,
    Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
    Kind.DISTRICT_FINANCE: rows(district=Key.DISTRICT),
    Kind.CITY_FINANCE: EVERYTHING,
    Kind.BROKER: EVERYTHING,
    Kind.ASSOCIATION: EVERYTHING,
    Kind.INSURER: Through(Member, "pool", column="pool"),
}


class ShareTableQuerySet(ScopedQuerySet["ShareTable"]):
    scope = POOL_VIEW
    read_only = NOT_BROKER

    def on(self, day: date) -> Self:
        return self.filter(in_force(day))


@tracked
class ShareTable(models.Model):
    """The shares of a pool's members from a day on; one table for each pool and day."""

    pool = models.ForeignKey(Pool, models.PROTECT)
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=200)

    objects = ShareTableQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("份额表")
        constraints = [
            period_in_order("share_table_period"),
            no_overlap("share_table_once", "pool_id"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.valid_from}"


class ShareLineQuerySet(ScopedQuerySet["ShareLine"]):
    parent = "table"
    read_only = NOT_BROKER


# The lines of a table come in one statement, so that they can be judged together.
SUM_IS_WHOLE = """
IF EXISTS (
    SELECT 1 FROM pools_shareline line
    WHERE line.table_id IN (SELECT table_id FROM new_lines)
    GROUP BY line.table_id HAVING sum(line.basis_points) <> 10000
) OR EXISTS (
    SELECT 1 FROM new_lines GROUP BY table_id HAVING sum(basis_points) <> 10000
) THEN
    RAISE EXCEPTION 'the shares of a table must sum to 10000' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


class ShareLine(models.Model):
    table = models.ForeignKey(ShareTable, models.PROTECT, related_name="lines")
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    basis_points = models.PositiveSmallIntegerField(_("份额（万分之）"))

    objects = ShareLineQuerySet.as_manager()

    class Meta:
        ordering = ["-basis_points", "insurer_id"]
        verbose_name = _("份额")
        constraints = [
            models.UniqueConstraint(fields=["table", "insurer"], name="share_line_once"),
            models.CheckConstraint(
                name="share_line_range", condition=Q(basis_points__gt=0, basis_points__lte=WHOLE)
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="sum_is_whole",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_lines"),  # type: ignore[no-untyped-call]
                func=SUM_IS_WHOLE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.insurer_id}: {self.basis_points}"

    @property
    def percent(self) -> Decimal:
        return Decimal(self.basis_points) / 100
