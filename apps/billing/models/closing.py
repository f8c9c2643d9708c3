"""What makes the books final: the chain of entries, remembered totals, and closed months."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.billing.models.ledger import WATCHERS, AccountKind
from apps.core.fields import MoneyField
from apps.core.models.audit import append_only
from apps.reference.models import District


class EntrySeal(models.Model):
    """One link of a day's chain: the digest of an entry with its lines, hashed with the last."""

    day = models.DateField()
    sequence = models.PositiveIntegerField()
    entry_id = models.BigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "sequence"], name="entry_seal_sequence"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.day} #{self.sequence}"


class DayTotalQuerySet(ScopedQuerySet["DayTotal"]):
    scope = {**WATCHERS, Kind.INSURER: rows(insurer=Key.ORGANISATION)}
    also_sees = {Kind.INSURER: rows(owner=Key.ORGANISATION)}
    read_only = frozenset(Kind)


class DayTotal(models.Model):
    """What the sealed lines of a day come to, so that a trial balance need not read them all.

    Enterprises are one: `owner` is an insurer, or nobody.
    """

    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    account = models.CharField(max_length=20, choices=AccountKind)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    debit = MoneyField()
    credit = MoneyField()

    objects = DayTotalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["insurer", "day", "account", "owner", "district"],
                name="day_total_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.account}"


class ClosedMonthQuerySet(ScopedQuerySet["ClosedMonth"]):
    scope = {Kind.INSURER: rows(insurer=Key.ORGANISATION), Kind.BROKER: EVERYTHING}
    open_rows = Q()
    read_only = frozenset(Kind) - {Kind.INSURER, Kind.BROKER}


class ClosedMonth(models.Model):
    """An insurer's books take no more entries up to the end of this month; for good."""

    insurer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("承保机构")
    )
    month = models.DateField(_("月份"))
    entries = models.PositiveIntegerField(_("分录数"))
    turnover = MoneyField(_("借方发生额"))
    closed_at = models.DateTimeField(_("结账时间"), default=timezone.now)
    closed_by = models.CharField(max_length=40)
    closed_by_name = models.CharField(_("结账人"), max_length=150)

    objects = ClosedMonthQuerySet.as_manager()

    class Meta:
        ordering = ["-month"]
        verbose_name = _("月度结账")
        constraints = [
            models.UniqueConstraint(fields=["insurer", "month"], name="closed_month_once"),
            models.CheckConstraint(name="closed_month_first", condition=Q(month__day=1)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.insurer_id)]
