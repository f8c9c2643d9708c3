"""The contract. What it was sold on is frozen with it: product, tariff, worksheet, share vector.

Its state on a day follows from dates and from what arrived; no nightly job has to run for it.
Cover begins at 00:00 after both are there: the data, confirmed by issue, and the money.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import sector_in_district, token
from apps.accounts.scope import EVERYTHING, Key, Rule, ScopedQuerySet, Through, rows
from apps.catalogue.models import LimitChoice, Product, ProductVersion, TariffVersion
from apps.core.codes import normalise_code
from apps.core.dates import Period
from apps.core.fields import MoneyField, PublicIdField
from apps.core.history import tracked
from apps.core.models.audit import append_only
from apps.core.search import bigrams, search_pieces
from apps.enterprises.models import Enterprise, Site
from apps.policies.changes.models import (
    ChangeRequest,
    ChangeRequestQuerySet,
    PolicyTransaction,
    TransactionQuerySet,
)
from apps.policies.copies.models import CopiedReport, ReportEvent
from apps.policies.roster.models import InsuredPerson, RosterImport, RosterTerms, StagedPerson
from apps.pools.models import Pool
from apps.rating.models import Quote
from apps.reference.models import District, Sector, Town

# Loaded with this module, where Django looks for them.
ROSTER = (InsuredPerson, RosterImport, RosterTerms, StagedPerson)
STACK = (ChangeRequest, PolicyTransaction)
COPIES = (CopiedReport, ReportEvent)

GOVERNMENT_VIEW: Mapping[str, Rule] = {
    Kind.TOWN_OFFICE: rows(town=Key.TOWN),
    Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
    Kind.DISTRICT_FINANCE: rows(district=Key.DISTRICT),
    Kind.DISTRICT_DEPARTMENT: rows(sector=Key.SECTOR, district=Key.DISTRICT),
    Kind.CITY_DEPARTMENT: rows(sector=Key.SECTOR),
    Kind.CITY_BUREAU: EVERYTHING,
    Kind.CITY_FINANCE: EVERYTHING,
    Kind.BROKER: EVERYTHING,
}
NOT_INSURERS = frozenset(Kind) - {Kind.INSURER}
# What happens to a policy after issue; all else stays as it was sold.
MOVABLE = ("cover_from", "cover_to", "cancelled_from")


LAST_SIGN = "\U0010ffff"  # sorts behind every sign of a number
MOST_EXTENSION = timedelta(days=180)
MOST_COVER = timedelta(days=366) + MOST_EXTENSION
NUMBER = re.compile(r"^(AZ)(?:([A-Z]{1,4})(?:(\d{1,4})(\d{1,6})?)?)?$")


def as_number(text: str) -> str:
    """The beginning of a policy number however it was typed, or "" when it is none."""
    if not (parts := NUMBER.match(normalise_code(text))):
        return ""
    return "-".join(filter(None, parts.groups()))


def _point(column: str) -> Func:
    """An integer as a range of one, since without an extension only ranges can be excluded."""
    return Func(F(column), F(column), Value("[]"), function="int8range")


def _days_of_cover() -> Func:
    """From the start to the end or the cancellation; one cancelled before it began has none."""
    end = Greatest(F("cover_from"), Coalesce(F("cancelled_from"), F("cover_to")))
    return Func(F("cover_from"), end, function="daterange", output_field=DateRangeField())


class PolicyState(models.TextChoices):
    """What a policy is on a given day; computed, never stored."""

    AWAITING_PREMIUM = "awaiting_premium", _("待缴费")
    NOT_YET = "not_yet", _("已到账，未起保")
    IN_FORCE = "in_force", _("有效")
    EXPIRED = "expired", _("已期满")
    CANCELLED = "cancelled", _("已解除")


def _not_cancelled(day: date) -> Q:
    return Q(cancelled_from=None) | Q(cancelled_from__gt=day)


STATES_ON: Mapping[PolicyState, Callable[[date], Q]] = {
    PolicyState.AWAITING_PREMIUM: lambda day: Q(cover_from=None) & _not_cancelled(day),
    PolicyState.NOT_YET: lambda day: Q(cover_from__gt=day) & _not_cancelled(day),
    PolicyState.IN_FORCE: lambda day: (
        Q(cover_from__lte=day, cover_to__gt=day) & _not_cancelled(day)
    ),
    PolicyState.EXPIRED: lambda day: Q(cover_to__lte=day) & _not_cancelled(day),
    PolicyState.CANCELLED: lambda day: Q(cancelled_from__lte=day),
}


class PolicyShareQuerySet(ScopedQuerySet["PolicyShare"]):
    scope = {
        **GOVERNMENT_VIEW,
        Kind.INSURER: rows(seller=Key.ORGANISATION),
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
    }
    also_sees = {Kind.INSURER: rows(insurer=Key.ORGANISATION)}
    read_only = NOT_INSURERS


class PiecesField(ArrayField["list[str]", "list[str]"]):
    """Two-character pieces of what a policy is looked for by; filled on every way into the table.

    An insurer cannot look into the register for a name before it serves the site.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> list[str]:
        row: Any = model_instance
        pieces = search_pieces(row.insured_name, codes=(row.insured_uscc,))
        setattr(row, self.attname, pieces)
        return pieces


class PolicyQuerySet(ScopedQuerySet["Policy"]):
    scope = {
        **GOVERNMENT_VIEW,
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
    }
    read_only = NOT_INSURERS

    def in_state(self, state: str, day: date) -> Self:
        """The same judgement as `Policy.state_on`, for lists and counts."""
        return self.filter(STATES_ON[PolicyState(state)](day))

    def matching(self, text: str) -> Self:
        """By the beginning of a number, or by name or credit code of the insured."""
        if number := as_number(text):
            # A range, not LIKE: row-level security lets the index be asked for nothing else first.
            return self.filter(number__gte=number, number__lt=f"{number}{LAST_SIGN}")
        if not (grams := bigrams(text)):
            return self.none()
        return self.filter(search__contains=grams)

    def for_list(self) -> Self:
        """Without what no list shows and every row would pay for."""
        return self.defer("search", "worksheet")

    def in_force_on(self, day: date) -> Self:
        return self.in_state(PolicyState.IN_FORCE, day)

    def ending_within(self, days: int, day: date) -> Self:
        """In force today, and over in at most so many days."""
        return self.in_force_on(day).filter(cover_to__lte=day + timedelta(days=days))

    def live_for(self, site_id: int) -> Self:
        """Those that cover, will cover or may yet cover the site."""
        return self.filter(site=site_id, cancelled_from=None)

    def meeting(self, period: Period) -> Self:
        """Those with a day of cover in the period, and those that wait for their premium."""
        until = Coalesce("cancelled_from", "cover_to")
        waiting = Q(cover_from=None, cancelled_from=None)
        rows = self.alias(over_on=until)
        return rows.filter(
            waiting
            | Q(cover_from__lt=period.end, cover_to__gt=period.start, over_on__gt=period.start)
        )


@tracked
class Policy(models.Model):
    public_id = PublicIdField(prefix="pol")
    number = models.CharField(_("保单号"), max_length=40, unique=True)
    quote = models.OneToOneField(Quote, models.PROTECT, related_name="policy")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="policies", db_index=False
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="policies", db_index=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", db_index=False)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+", db_index=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="policies", db_index=False)
    insurer = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="policies_sold",
        db_index=False,
        verbose_name=_("承保机构"),
    )
    # As they were on the day of issue; papers print these.
    insured_name = models.CharField(_("被保险人"), max_length=200)
    insured_uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    site_name = models.CharField(_("场所"), max_length=200)
    site_address = models.CharField(_("地址"), max_length=400)
    industry_name = models.CharField(_("行业"), max_length=200)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    product_version = models.ForeignKey(
        ProductVersion, models.PROTECT, related_name="+", db_index=False
    )
    tariff_version = models.ForeignKey(
        TariffVersion, models.PROTECT, related_name="+", db_index=False
    )
    limit_choice = models.ForeignKey(LimitChoice, models.PROTECT, related_name="+", db_index=False)
    deductible = MoneyField(_("免赔额"))
    insured_count = models.PositiveIntegerField(_("被保险人数"))
    premium = MoneyField(_("保险费"))
    worksheet = models.JSONField(_("费率计算书"))
    worksheet_hash = models.CharField(max_length=64)
    wanted_from = models.DateField(_("约定起保日"))
    issued_at = models.DateTimeField(_("出单时间"), default=timezone.now)
    issued_by = models.CharField(max_length=40)
    issued_by_name = models.CharField(_("出单人"), max_length=150)
    cover_from = models.DateField(_("起保日"), null=True)
    cover_to = models.DateField(_("终保次日"), null=True)
    cancelled_from = models.DateField(_("解除日"), null=True)
    search = PiecesField(models.CharField(max_length=2), editable=False, default=list)

    objects = PolicyQuerySet.as_manager()

    derived = ("worksheet", "search")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("保单")
        constraints = [
            models.CheckConstraint(name="policy_premium_positive", condition=Q(premium__gt=0)),
            models.CheckConstraint(name="policy_people", condition=Q(insured_count__gt=0)),
            models.CheckConstraint(
                name="policy_cover",
                condition=Q(cover_from=None, cover_to=None)
                | Q(cover_from__gte=F("wanted_from"), cover_to__gt=F("cover_from")),
            ),
            models.CheckConstraint(
                name="policy_term",  # a year, and an extension of works that are not finished
                condition=Q(cover_to=None) | Q(cover_to__lte=F("cover_from") + MOST_COVER),
            ),
            models.UniqueConstraint(
                name="policy_one_awaiting_premium",
                fields=["site", "product"],
                condition=Q(cover_from=None, cancelled_from=None),
            ),
            ExclusionConstraint(
                name="policy_no_double_cover",
                expressions=[
                    (_point("site_id"), RangeOperators.OVERLAPS),
                    (_point("product_id"), RangeOperators.OVERLAPS),
                    (_days_of_cover(), RangeOperators.OVERLAPS),
                ],
                condition=Q(cover_from__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise", "cover_from"], name="policy_enterprise"),
            models.Index(fields=["insurer", "-id"], name="policy_insurer"),
            models.Index(fields=["district", "-id"], name="policy_district"),
            models.Index(fields=["site", "cover_from"], name="policy_site"),
            models.Index(fields=["town", "-id"], name="policy_town"),
            models.Index(fields=["sector", "district", "-id"], name="policy_sector"),
            models.Index(fields=["cover_to"], name="policy_end"),
            models.Index(fields=["insured_uscc"], name="policy_uscc"),
            GinIndex(fields=["search"], name="policy_search"),
            models.Index(
                fields=["insurer", "-id"],
                name="policy_unpaid",
                condition=Q(cover_from=None, cancelled_from=None),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="frost", exclude=list(MOVABLE)),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("policies:detail", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [
            token(Key.ORGANISATION, self.enterprise_id),
            token(Key.ORGANISATION, self.insurer_id),
            token(Key.DISTRICT, self.district_id),
            token(Key.TOWN, self.town_id),
            token(Key.SECTOR, self.sector_id),
            sector_in_district(self.sector_id, self.district_id),
        ]

    def state_on(self, day: date) -> PolicyState:
        if self.cancelled_from and day >= self.cancelled_from:
            return PolicyState.CANCELLED
        if self.cover_from is None or self.cover_to is None:
            return PolicyState.AWAITING_PREMIUM
        if day < self.cover_from:
            return PolicyState.NOT_YET
        return PolicyState.IN_FORCE if day < self.cover_to else PolicyState.EXPIRED

    @property
    def gap_days(self) -> int:
        """Days between the start that was wanted and the one the money allowed."""
        return (self.cover_from - self.wanted_from).days if self.cover_from else 0


class PolicyShare(models.Model):
    """A co-insurer's part of this policy for life, as the pool's table stood at issue.

    The places are the policy's own, which holds the keys; here they only narrow what one sees.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="shares", db_index=False)
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    seller = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    town = models.ForeignKey(
        Town, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    sector = models.ForeignKey(
        Sector, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    basis_points = models.PositiveSmallIntegerField(_("份额（万分之）"))

    objects = PolicyShareQuerySet.as_manager()

    class Meta:
        ordering = ["-basis_points", "insurer_id"]
        verbose_name = _("保单份额")
        constraints = [
            models.UniqueConstraint(fields=["policy", "insurer"], name="policy_share_once"),
            models.CheckConstraint(
                name="policy_share_range", condition=Q(basis_points__gt=0, basis_points__lte=10_000)
            ),
        ]
        # A co-insurer's policies are found in this index alone, row-level security included.
        indexes = [
            models.Index(
                fields=["insurer", "policy"], include=["seller"], name="policy_share_insurer"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.policy_id} {self.insurer_id} {self.basis_points}"


# A pool member sees what others sold where it carries a share: the money, never the people.
PolicyQuerySet.also_sees = {
    Kind.INSURER: Through(PolicyShare, "policy", rows(insurer=Key.ORGANISATION), one_by_one=True)
}
TransactionQuerySet.scope = PolicyQuerySet.scope
TransactionQuerySet.also_sees = {
    Kind.INSURER: Through(
        PolicyShare, "policy", rows(insurer=Key.ORGANISATION), "policy_id", one_by_one=True
    )
}
TransactionQuerySet.read_only = NOT_INSURERS
ChangeRequestQuerySet.scope = PolicyQuerySet.scope
