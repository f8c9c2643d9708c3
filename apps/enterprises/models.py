"""The register: enterprises, their sites, and the dated facts that scope and rating rest on.

Cover, pool, subsidy and statistics go by site: where the plant stands, not where the credit code
was issued. Facts are dated; a new value closes the old one, and any past day can be asked.
"""

from datetime import date
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Share
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import sector_in_district, token
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, Through, rows
from apps.core.fields import EncryptedTextField, PublicIdField
from apps.core.history import tracked
from apps.core.search import bigrams
from apps.core.transitions import Transitions
from apps.reference.models import ActivityTag, District, Industry, Sector, Town

M = TypeVar("M", bound=models.Model)

READERS_ONLY = frozenset(
    {
        Kind.INSURER,
        Kind.CITY_DEPARTMENT,
        Kind.DISTRICT_DEPARTMENT,
        Kind.CITY_FINANCE,
        Kind.DISTRICT_FINANCE,
        Kind.BROKER,
        Kind.AGENCY,
        Kind.EXPERT_PANEL,
        Kind.ASSOCIATION,
        Kind.PLATFORM,
    }
)


class SiteQuerySet(ScopedQuerySet["Site"]):
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
    read_only = READERS_ONLY
    share = "enterprises.SiteShare"

    def in_operation(self) -> Self:
        return self.filter(state=Site.State.OPERATING)


class EnterpriseQuerySet(ScopedQuerySet["Enterprise"]):
    share = "enterprises.SiteShare"
    shared_key = "content_object__enterprise_id"
    read_only = READERS_ONLY
    may_add = frozenset({Kind.DISTRICT_BUREAU, Kind.TOWN_OFFICE})

    def matching(self, text: str) -> Self:
        """By name, former name or credit code; two characters are enough."""
        if not (grams := bigrams(text)):
            return self.none()
        return self.filter(search__contains=grams)


class EnterpriseState(models.TextChoices):
    REGISTERED = "registered", _("已登记")
    VERIFIED = "verified", _("已核实")
    CLOSED = "closed", _("已注销")


ENTERPRISE_MOVES = Transitions(
    "enterprises.Enterprise",
    EnterpriseState,
    start=[EnterpriseState.REGISTERED],
    moves=[
        (EnterpriseState.REGISTERED, EnterpriseState.VERIFIED, _("核实")),
        (EnterpriseState.REGISTERED, EnterpriseState.CLOSED, _("注销")),
        (EnterpriseState.VERIFIED, EnterpriseState.CLOSED, _("注销")),
        (EnterpriseState.CLOSED, EnterpriseState.REGISTERED, _("恢复")),
    ],
)


@tracked
class Enterprise(models.Model):
    """One legal unit, by its unified social credit code."""

    State = EnterpriseState

    class Ownership(models.TextChoices):
        PRIVATE = "private", _("民营")
        CENTRAL = "central", _("中央企业")
        PROVINCIAL = "provincial", _("省属企业")
        MUNICIPAL = "municipal", _("市区属企业")
        FOREIGN = "foreign", _("外商及港澳台投资")

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="enterprise"
    )
    public_id = PublicIdField(prefix="ent")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("企业名称"), max_length=200)
    ownership = models.CharField(
        _("企业性质"), max_length=12, choices=Ownership, default=Ownership.PRIVATE
    )
    parent_name = models.CharField(_("上级公司"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = EncryptedTextField(_("联系电话"), blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.REGISTERED)
    search = ArrayField(models.CharField(max_length=2), editable=False, default=list)
    registered_at = models.DateTimeField(_("登记时间"), default=timezone.now)

    objects = EnterpriseQuerySet.as_manager()

    transitions = ENTERPRISE_MOVES

    class Meta:
        ordering = ["-pk"]
        indexes = [
            GinIndex(fields=["search"], name="enterprise_search"),
            models.Index(fields=["name"], name="enterprise_name"),
        ]
        triggers = [ENTERPRISE_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("enterprises:detail", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        own = [token(Key.ORGANISATION, self.pk)]
        return own + [address for site in self.sites.all() for address in site.audience]


class SiteState(models.TextChoices):
    OPERATING = "operating", _("在产")
    SUSPENDED = "suspended", _("停产")
    CLOSED = "closed", _("关闭")


SITE_MOVES = Transitions(
    "enterprises.Site",
    SiteState,
    start=[SiteState.OPERATING],
    moves=[
        (SiteState.OPERATING, SiteState.SUSPENDED, _("停产")),
        (SiteState.SUSPENDED, SiteState.OPERATING, _("复产")),
        (SiteState.OPERATING, SiteState.CLOSED, _("关闭")),
        (SiteState.SUSPENDED, SiteState.CLOSED, _("关闭")),
    ],
)


@tracked
class Site(models.Model):
    """One place of production: the unit of cover, pool, subsidy and statistics."""

    State = SiteState

    public_id = PublicIdField(prefix="site")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="sites")
    name = models.CharField(_("场所名称"), max_length=200)
    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", verbose_name=_("所在区")
    )
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("所在镇街"))
    address = models.CharField(_("详细地址"), max_length=300)
    industry = models.ForeignKey(Industry, models.PROTECT, related_name="+", verbose_name=_("行业"))
    sector = models.ForeignKey(
        Sector, models.PROTECT, related_name="+", verbose_name=_("行业主管领域")
    )
    insurer = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="served_sites",
        verbose_name=_("服务的承保机构"),
    )
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.OPERATING)
    headcount = models.PositiveIntegerField(_("从业人数"), default=0)
    opened_on = models.DateField(_("投产日期"), null=True)
    closed_on = models.DateField(_("停产或关闭日期"), null=True)

    objects = SiteQuerySet.as_manager()

    transitions = SITE_MOVES

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["district", "enterprise"], name="site_district"),
            models.Index(fields=["town", "enterprise"], name="site_town"),
            models.Index(fields=["sector", "district", "enterprise"], name="site_sector"),
            models.Index(fields=["insurer", "enterprise"], name="site_insurer"),
            models.Index(fields=["industry"], name="site_industry"),
        ]
        constraints = [
            models.CheckConstraint(
                name="site_closed_has_day", condition=Q(state="operating") | ~Q(closed_on=None)
            )
        ]
        triggers = [SITE_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("enterprises:site", args=[self.public_id])

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


# An enterprise is seen by whoever sees one of its sites, and by itself before it has any.
EnterpriseQuerySet.scope = {
    kind: EVERYTHING if rule is EVERYTHING else Through(Site, "enterprise")
    for kind, rule in SiteQuerySet.scope.items()
} | {Kind.ENTERPRISE: rows(pk=Key.ORGANISATION)}


def no_overlap(name: str, *keys: str) -> ExclusionConstraint:
    """At most one row per keys and day. Without an extension, integers compare as ranges."""
    points = [Func(F(key), F(key), Value("[]"), function="int8range") for key in keys]
    same = [(point, RangeOperators.OVERLAPS) for point in points]
    days = Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(name=name, expressions=[*same, (days, RangeOperators.OVERLAPS)])


class DatedQuerySet(ScopedQuerySet[M]):
    parent = "site"
    read_only = READERS_ONLY

    def on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class HeadcountQuerySet(DatedQuerySet["Headcount"]):
    pass


class RiskFactQuerySet(DatedQuerySet["RiskFact"]):
    pass


@tracked
class Headcount(models.Model):
    """People at a site by kind of employment, from a day until the next count."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="headcounts")
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), null=True)
    production = models.PositiveIntegerField(_("生产作业岗位员工"), default=0)
    quality = models.PositiveIntegerField(_("质检员"), default=0)
    interns = models.PositiveIntegerField(_("实习生"), default=0)
    dispatched = models.PositiveIntegerField(_("被派遣劳动者"), default=0)
    temporary = models.PositiveIntegerField(_("临时用工"), default=0)
    other = models.PositiveIntegerField(_("其他员工"), default=0)
    source = models.CharField(_("来源"), max_length=200)

    objects = HeadcountQuerySet.as_manager()

    KINDS = ("production", "quality", "interns", "dispatched", "temporary", "other")

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="headcount_period",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
            no_overlap("headcount_no_overlap", "site_id"),
        ]

    def __str__(self) -> str:
        return f"{self.total} ({self.valid_from}–)"

    @property
    def total(self) -> int:
        return sum(getattr(self, kind) for kind in self.KINDS)

    @property
    def production_posts(self) -> int:
        """Those the policy itself wants covered: production posts with inspectors and interns."""
        return self.total - self.other


@tracked
class RiskFact(models.Model):
    """Something dated that no industry code tells: an activity, equipment in use."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="facts")
    tag = models.ForeignKey(ActivityTag, models.PROTECT, related_name="+", verbose_name=_("事项"))
    quantity = models.PositiveIntegerField(_("数量"), null=True, blank=True)
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=200)

    objects = RiskFactQuerySet.as_manager()

    class Meta:
        ordering = ["tag_id", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="fact_period", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
            ),
            no_overlap("fact_no_overlap", "site_id", "tag_id"),
        ]

    def __str__(self) -> str:
        return f"{self.tag} ({self.valid_from}–)"


class GradeQuerySet(DatedQuerySet["Grade"]):
    pass


@tracked
class Grade(models.Model):
    """A grade that somebody gave the site, with its term: standardisation, safety credit."""

    class Kind(models.IntegerChoices):
        STANDARDISATION = 1, _("安全生产标准化等级")
        CREDIT = 2, _("安全生产信用等级")

    VALUES = {
        Kind.STANDARDISATION: [("1", _("一级")), ("2", _("二级")), ("3", _("三级"))],
        Kind.CREDIT: [("A", _("A级")), ("B", _("B级")), ("C", _("C级")), ("D", _("D级"))],
    }

    site = models.ForeignKey(Site, models.PROTECT, related_name="grades")
    kind = models.PositiveSmallIntegerField(_("类别"), choices=Kind)
    value = models.CharField(_("等级"), max_length=2)
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=200)

    objects = GradeQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="grade_period", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="grade_value",
                condition=Q(kind=1, value__in=["1", "2", "3"])
                | Q(kind=2, value__in=["A", "B", "C", "D"]),
            ),
            no_overlap("grade_no_overlap", "site_id", "kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"

    @property
    def label(self) -> str:
        return str(dict(self.VALUES[self.Kind(self.kind)])[self.value])


class SiteShare(Share):
    content_object = models.ForeignKey(Site, models.CASCADE)
