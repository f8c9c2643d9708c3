"""A quote: the price of one limit for one site, with everything it was reckoned from.

The facts, the worksheet and the premium are frozen by trigger. What moves later is whether the
enterprise took it, and which insurer it then chose; one that nobody took is archived.
"""

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organisation
from apps.accounts.models.organisation import sector_in_district, token
from apps.accounts.scope import Key, ScopedQuerySet
from apps.catalogue.models import LimitChoice, ProductVersion, TariffVersion
from apps.core.fields import MoneyField, PublicIdField
from apps.core.transitions import Transitions
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.models.enterprise import READERS_ONLY
from apps.enterprises.models.site import SiteQuerySet
from apps.rating.correction.models import LossFile, LossLine, RateStudy
from apps.rating.gate.models import GateReport
from apps.rating.impact.models import ImpactRun
from apps.rating.referrals.models import RangeAuthority, Referral
from apps.reference.models import District, Sector, Town

# Django finds the models of the packages beside this module here.
__all__ = [
    "GateReport",
    "ImpactRun",
    "LossFile",
    "LossLine",
    "Quote",
    "RangeAuthority",
    "RateStudy",
    "Referral",
]

MOVABLE = ("state", "insurer", "accepted_at", "accepted_by", "accepted_by_name", "archived_at")


class QuoteQuerySet(ScopedQuerySet["Quote"]):
    # The same columns as a site; the insurer's is empty until the enterprise has chosen one.
    scope = SiteQuerySet.scope
    read_only = READERS_ONLY

    def accepted(self) -> Self:
        return self.filter(state=Quote.State.ACCEPTED)

    def open_on(self, day: date) -> Self:
        """Those that may still be taken."""
        return self.filter(state=Quote.State.OFFERED, valid_until__gte=day)

    def lapsed_on(self, day: date) -> Self:
        """Those that nobody took while they held; archived or not yet."""
        lapsed = Q(state=Quote.State.OFFERED, valid_until__lt=day)
        return self.filter(lapsed | Q(state=Quote.State.ARCHIVED))

    def to_archive(self, day: date) -> Self:
        return self.filter(state=Quote.State.OFFERED, valid_until__lt=day)


class QuoteState(models.TextChoices):
    OFFERED = "offered", _("待接受")
    ACCEPTED = "accepted", _("已接受")
    ARCHIVED = "archived", _("已归档")


QUOTE_MOVES = Transitions(
    "rating.Quote",
    QuoteState,
    start=[QuoteState.OFFERED],
    moves=[
        (QuoteState.OFFERED, QuoteState.ACCEPTED, _("接受")),
        (QuoteState.OFFERED, QuoteState.ARCHIVED, _("过期归档")),
    ],
)


class Quote(models.Model):
    State = QuoteState

    # Each move writes the row anew into every index, so none stands here beside those below.
    public_id = PublicIdField(prefix="quo")
    offer = PublicIdField(_("报价编号"), prefix="off", unique=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="quotes", db_index=False)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="quotes", db_index=False
    )
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    town = models.ForeignKey(Town, models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+")
    insurer = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="quotes_chosen",
        verbose_name=_("承保机构"),
    )
    # Whoever is chosen to insure reads the quote before it may see the register's own rows.
    insured_name = models.CharField(_("被保险人"), max_length=200)
    site_name = models.CharField(_("场所"), max_length=200)
    product_version = models.ForeignKey(
        ProductVersion, models.PROTECT, related_name="+", db_index=False
    )
    tariff_version = models.ForeignKey(
        TariffVersion, models.PROTECT, related_name="+", db_index=False
    )
    limit_choice = models.ForeignKey(LimitChoice, models.PROTECT, related_name="+", db_index=False)
    deductible = MoneyField(_("免赔额"))
    starts_on = models.DateField(_("起保日期"))
    insured_count = models.PositiveIntegerField(_("投保人数"))
    premium = MoneyField(_("保险费"))
    worksheet = models.JSONField(_("费率计算书"))
    worksheet_hash = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField(_("报价时间"))
    offered_by = models.CharField(max_length=40)
    offered_by_name = models.CharField(_("报价人"), max_length=150)
    valid_until = models.DateField(_("报价有效期至"))
    accepted_at = models.DateTimeField(_("接受时间"), null=True)
    accepted_by = models.CharField(max_length=40, blank=True)
    accepted_by_name = models.CharField(_("接受人"), max_length=150, blank=True)
    archived_at = models.DateTimeField(_("归档时间"), null=True)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="copies", verbose_name=_("复制自")
    )

    objects = QuoteQuerySet.as_manager()

    transitions = QUOTE_MOVES

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("报价")
        indexes = [
            models.Index(fields=["site", "-id"], name="quote_site"),
            models.Index(fields=["enterprise", "-id"], name="quote_enterprise"),
            models.Index(fields=["district", "-id"], name="quote_district"),
            models.Index(fields=["insurer", "-id"], name="quote_insurer"),
            models.Index(
                fields=["valid_until"], name="quote_to_archive", condition=Q(state="offered")
            ),
        ]
        constraints = [
            models.CheckConstraint(name="quote_premium", condition=Q(premium__gt=0)),
            models.CheckConstraint(name="quote_people", condition=Q(insured_count__gt=0)),
            models.CheckConstraint(
                name="quote_accepted",
                condition=Q(state__in=["offered", "archived"], accepted_at=None, accepted_by="")
                | (Q(state="accepted", accepted_at__isnull=False) & ~Q(accepted_by="")),
            ),
            models.CheckConstraint(
                name="quote_archived",
                condition=Q(state="archived", archived_at__isnull=False)
                | (~Q(state="archived") & Q(archived_at=None)),
            ),
            models.UniqueConstraint(
                fields=["offer", "limit_choice", "deductible"], name="quote_once_per_offer"
            ),
        ]
        triggers = [
            QUOTE_MOVES.trigger("state"),
            pgtrigger.ReadOnly(name="frost", exclude=list(MOVABLE)),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.premium}"

    def get_absolute_url(self) -> str:
        return reverse("rating:quote", args=[self.public_id])

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

    def has_lapsed(self, today: date) -> bool:
        """A quote that was taken does not lapse: the application goes on with it."""
        if self.state == QuoteState.ARCHIVED:
            return True
        return self.state == QuoteState.OFFERED and today > self.valid_until
