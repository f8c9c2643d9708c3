"""Who must insure: rules with their days, the words they rest on, and how high these stand."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.reference.codes import DutyGround, DutyLevel
from apps.reference.models.articles import PolicyArticle
from apps.reference.models.base import Dated, DatedQuerySet, LegalLevel, period_in_order
from apps.reference.models.industries import ActivityTag, PolicyCategory
from apps.reference.models.places import District


class ScopeRuleQuerySet(DatedQuerySet["ScopeRule"]):
    pass


class ScopeRule(Dated):
    """A group of units, by what they are known, and what is asked of them on these days.

    The industries of a group are in CategoryIndustry, with days of their own. A district may add to
    the promoted units of its own plants, or take from them; never to or from those that must.
    """

    class Level(models.TextChoices):
        MANDATORY = DutyLevel.MANDATORY.value, _("应当投保")
        PROMOTED = DutyLevel.PROMOTED.value, _("重点推行")
        ENCOURAGED = DutyLevel.ENCOURAGED.value, _("鼓励参保")

    class Ground(models.TextChoices):
        INDUSTRY = DutyGround.INDUSTRY.value, _("所属行业")
        ACTIVITY = DutyGround.ACTIVITY.value, _("活动或设备")
        FATAL_ACCIDENT = DutyGround.FATAL_ACCIDENT.value, _("死亡事故记录")
        ANY = DutyGround.ANY.value, _("任何生产经营单位")

    code = models.CharField(_("代码"), max_length=60)
    order = models.PositiveSmallIntegerField(_("次序"))
    ground = models.CharField(_("认定依据"), max_length=20, choices=Ground)
    category = models.ForeignKey(
        PolicyCategory, models.PROTECT, null=True, related_name="rules", verbose_name=_("政策类别")
    )
    tag = models.ForeignKey(
        ActivityTag, models.PROTECT, null=True, related_name="rules", verbose_name=_("活动标签")
    )
    level = models.CharField(_("要求"), max_length=10, choices=Level)
    legal_level = models.CharField(_("依据层级"), max_length=10, choices=LegalLevel)
    article = models.ForeignKey(
        PolicyArticle, models.PROTECT, null=True, related_name="rules", verbose_name=_("条款")
    )
    clause = models.CharField(_("条文"), max_length=40)
    quote = models.TextField(_("原文"))
    district = models.ForeignKey(
        District, models.PROTECT, null=True, related_name="+", verbose_name=_("区")
    )
    removes = models.BooleanField(_("调出"), default=False)

    objects = ScopeRuleQuerySet.as_manager()

    class Meta:
        ordering = ["order", "valid_from"]
        verbose_name = _("投保范围规则")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="scope_rule_from"),
            period_in_order("scope_rule_period"),
            models.CheckConstraint(
                name="scope_rule_ground",
                condition=Q(ground="activity", tag__isnull=False, category__isnull=False)
                | Q(ground__in=["industry", "fatal_accident"], tag=None, category__isnull=False)
                | Q(ground="any", tag=None, category=None),
            ),
            models.CheckConstraint(
                name="scope_rule_district_promotes",
                condition=Q(district=None, removes=False)
                | Q(district__isnull=False, level="promoted"),
            ),
        ]

    def __str__(self) -> str:
        return self.code
