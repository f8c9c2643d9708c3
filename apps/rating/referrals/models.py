"""Where a price needs a person: a value chosen inside a range, or a fact the register lacks.

A referral says what is open. Whoever has the authority of that day answers it with a reason, and
the enterprise then takes the prices that follow; nobody answers with a premium.
"""

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import sector_in_district, token
from apps.accounts.roles import ROLE_CHOICES, ROLES
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet
from apps.catalogue.models import Product
from apps.core.dated import in_force
from apps.core.fields import PublicIdField
from apps.core.transitions import Transitions
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.models.enterprise import READERS_ONLY
from apps.enterprises.models.site import SiteQuerySet
from apps.reference.models import District, Sector, Town
from apps.reference.models.base import Dated, period_in_order

ANSWERERS = frozenset({Kind.INSURER, Kind.BROKER})
HUNDRED = 100


class ReferralQuerySet(ScopedQuerySet["Referral"]):
    # The same columns as a site, its insurer included: the one that serves it may answer.
    scope = SiteQuerySet.scope
    read_only = READERS_ONLY - ANSWERERS

    def waiting(self) -> Self:
        return self.filter(state=Referral.State.OPEN)


class ReferralState(models.TextChoices):
    OPEN = "open", _("待核定")
    ANSWERED = "answered", _("已核定")
    DECLINED = "declined", _("已退回")


REFERRAL_MOVES = Transitions(
    "rating.Referral",
    ReferralState,
    start=[ReferralState.OPEN],
    moves=[
        (ReferralState.OPEN, ReferralState.ANSWERED, _("核定")),
        (ReferralState.OPEN, ReferralState.DECLINED, _("退回")),
    ],
)


class Referral(models.Model):
    State = ReferralState

    public_id = PublicIdField(prefix="ref")
    site = models.ForeignKey(Site, models.PROTECT, related_name="referrals")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    town = models.ForeignKey(Town, models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+")
    insurer = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    insured_name = models.CharField(_("企业"), max_length=200)
    site_name = models.CharField(_("场所"), max_length=200)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    starts_on = models.DateField(_("起保日期"))
    declared = models.JSONField()
    needs = models.JSONField(_("待核定事项"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ReferralState, default=ReferralState.OPEN
    )
    answers = models.JSONField(_("核定结果"), default=dict)
    reason = models.CharField(_("意见"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("提交时间"))
    asked_by = models.CharField(max_length=40)
    asked_by_name = models.CharField(_("提交人"), max_length=150)
    decided_at = models.DateTimeField(_("核定时间"), null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_by_name = models.CharField(_("核定人"), max_length=150, blank=True)
    offer = models.CharField(_("报价编号"), max_length=40, blank=True)

    objects = ReferralQuerySet.as_manager()

    transitions = REFERRAL_MOVES

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("核定单")
        indexes = [models.Index(fields=["site", "-id"], name="referral_site")]
        constraints = [
            models.CheckConstraint(
                name="referral_decided",
                condition=Q(state="open", decided_at=None, decided_by="")
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(decided_by="")),
            ),
            # Who asks for a price does not choose inside the range himself.
            models.CheckConstraint(
                name="referral_four_eyes",
                condition=~Q(state="answered") | ~Q(decided_by=F("asked_by")),
            ),
        ]
        triggers = [
            REFERRAL_MOVES.trigger("state"),
            pgtrigger.ReadOnly(
                name="frost",
                exclude=[
                    "state",
                    "answers",
                    "reason",
                    "decided_at",
                    "decided_by",
                    "decided_by_name",
                    "offer",
                ],
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.insured_name}"

    def get_absolute_url(self) -> str:
        return reverse("rating:referral", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        addressed = [
            token(Key.ORGANISATION, self.enterprise_id),
            token(Key.DISTRICT, self.district_id),
            token(Key.TOWN, self.town_id),
            token(Key.SECTOR, self.sector_id),
            sector_in_district(self.sector_id, self.district_id),
        ]
        return addressed + ([token(Key.ORGANISATION, self.insurer_id)] if self.insurer_id else [])


class RangeAuthorityQuerySet(ScopedQuerySet["RangeAuthority"]):
    scope = {Kind.CITY_BUREAU: EVERYTHING}
    open_rows = Q()
    read_only = frozenset(Kind) - {Kind.CITY_BUREAU}

    def on(self, day: date) -> Self:
        return self.filter(in_force(day))

    def of(self, role: str, table: str) -> Self:
        """For that table, or for all tables."""
        return self.filter(role=role, table__in=["", table])


class RangeAuthority(Dated):
    """Within which part of a range a role may choose: from 0, the low end, to 100, the high one."""

    public_id = PublicIdField(prefix="aut")
    role = models.CharField(_("角色"), max_length=40, choices=ROLE_CHOICES)
    table = models.CharField(_("费率表"), max_length=40, blank=True)
    lowest = models.PositiveSmallIntegerField(_("自区间的百分之"))
    highest = models.PositiveSmallIntegerField(_("至区间的百分之"))
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=40)
    made_by_name = models.CharField(_("录入人"), max_length=150)

    objects = RangeAuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["role", "table", "-valid_from"]
        verbose_name = _("取值权限")
        constraints = [
            period_in_order("authority_period"),
            models.CheckConstraint(
                name="authority_part",
                condition=Q(lowest__lte=F("highest"), highest__lte=HUNDRED),
            ),
            models.UniqueConstraint(fields=["role", "table", "valid_from"], name="authority_once"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="frost", exclude=["valid_to"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.role_label} {self.lowest}–{self.highest} %"

    @property
    def role_label(self) -> str:
        spec = ROLES.get(self.role)
        return str(spec.title) if spec else self.role

    @property
    def audience(self) -> list[str]:
        return []
