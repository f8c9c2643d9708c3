"""Facts of a site with their days: people, activities, grades. A new value closes the old one."""

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import ScopedQuerySet
from apps.core.dated import in_force, no_overlap, period_in_order
from apps.core.history import tracked
from apps.enterprises.models.enterprise import READERS_ONLY
from apps.enterprises.models.site import Site
from apps.reference.models import ActivityTag

M = TypeVar("M", bound=models.Model)


class DatedQuerySet(ScopedQuerySet[M]):
    parent = "site"
    read_only = READERS_ONLY

    def on(self, day: date) -> Self:
        return self.filter(in_force(day))


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
            period_in_order("headcount_period"),
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
            period_in_order("fact_period"),
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

    SHORT = {Kind.STANDARDISATION: _("标准化"), Kind.CREDIT: _("信用")}
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
            period_in_order("grade_period"),
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

    @property
    def short(self) -> str:
        return f"{self.SHORT[self.Kind(self.kind)]} {self.label}"
