"""The must-insure ledger: for every site and every day, what its duty to insure comes to.

Derived, and drawn anew by `apps.duty.ledger` for the sites that triggers on the facts have marked;
so it has no history of its own. Days are half-open, and the last segment of a line has no end:
a state changes at midnight by itself.
"""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.core.fields import PublicIdField
from apps.duty.rules import DEFAULTING
from apps.duty.rules import State as Rule
from apps.enterprises.models import Enterprise, Site
from apps.reference.models import District, Sector, Town

FOR_EVER = date(9999, 12, 31)  # one comparison for open and closed segments alike


class DutyState(models.TextChoices):
    UNINSURED = Rule.UNINSURED.value, _("应保未保")
    LAPSED = Rule.LAPSED.value, _("脱保")
    SHORT_OF_PEOPLE = Rule.SHORT_OF_PEOPLE.value, _("未全员")
    LOW_LIMIT = Rule.LOW_LIMIT.value, _("未足额")
    INSURED = Rule.INSURED.value, _("已保")
    EXTERNAL = Rule.EXTERNAL.value, _("外部保障")
    EXEMPT = Rule.EXEMPT.value, _("豁免")
    OUTSIDE = Rule.OUTSIDE.value, _("不在范围")


class SiteDutyQuerySet(ScopedQuerySet["SiteDuty"]):
    scope = {
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
        Kind.TOWN_OFFICE: rows(town=Key.TOWN),
        Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
        Kind.DISTRICT_FINANCE: rows(district=Key.DISTRICT),
        Kind.DISTRICT_DEPARTMENT: rows(sector=Key.SECTOR, district=Key.DISTRICT),
        Kind.CITY_DEPARTMENT: rows(sector=Key.SECTOR),
        Kind.CITY_BUREAU: EVERYTHING,
        Kind.CITY_FINANCE: EVERYTHING,
        Kind.BROKER: EVERYTHING,
    }
    read_only = frozenset(Kind)

    def on(self, day: date) -> Self:
        """Of each site the one segment that holds on that day."""
        return self.filter(valid_from__lte=day, valid_to__gt=day)

    def defaulting(self) -> Self:
        return self.filter(state__in=DEFAULTING)


class SiteDuty(models.Model):
    State = DutyState

    public_id = PublicIdField(prefix="dty")
    site = models.ForeignKey(Site, models.PROTECT, related_name="duties", db_index=False)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="duties", db_index=False
    )
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", db_index=False)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+", db_index=False)
    insurer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    industry_code = models.CharField(_("行业"), max_length=4)
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), default=FOR_EVER)
    state = models.CharField(_("状态"), max_length=15, choices=DutyState)
    level = models.CharField(_("要求"), max_length=10)
    since = models.DateField(_("起始"))
    reasons = ArrayField(models.CharField(max_length=200), verbose_name=_("依据的规则"))
    needed = models.PositiveIntegerField(_("应保人数"), default=0)
    insured = models.PositiveIntegerField(_("已保人数"), default=0)
    is_short = models.BooleanField(_("未全员"), default=False)
    is_low = models.BooleanField(_("未足额"), default=False)
    cover_to = models.DateField(_("保障至"), null=True)

    objects = SiteDutyQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("应保台账")
        constraints = [
            models.UniqueConstraint(fields=["site", "valid_from"], name="duty_of_a_day"),
            models.CheckConstraint(
                name="duty_period",
                condition=Q(valid_to__gt=F("valid_from"), since__lte=F("valid_from")),
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise"], name="duty_enterprise"),
            models.Index(fields=["district", "state", "since"], name="duty_district"),
            models.Index(fields=["town", "state", "since"], name="duty_town"),
            models.Index(fields=["sector", "state", "since"], name="duty_sector"),
            models.Index(fields=["insurer", "state", "since"], name="duty_insurer"),
            models.Index(fields=["state", "since"], name="duty_state"),
            # The list a bureau works through: whoever is longest in default first.
            models.Index(
                fields=["since", "id"],
                name="duty_follow",
                condition=Q(state__in=[str(one) for one in DEFAULTING]),
            ),
            models.Index(
                fields=["district", "since", "id"],
                name="duty_follow_district",
                condition=Q(state__in=[str(one) for one in DEFAULTING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.valid_from} {self.state}"


class StaleSite(models.Model):
    """A site one of whose facts changed since its line was drawn; written by triggers alone.

    Any number of rows may speak of one site: nobody waits for another to mark it.
    """

    site = models.BigIntegerField(db_column="site_id")

    class Meta:
        verbose_name = _("待重算的场所")
        indexes = [models.Index(fields=["site"], name="duty_stale_site")]

    def __str__(self) -> str:
        return str(self.site)
