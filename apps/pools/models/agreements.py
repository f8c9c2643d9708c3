"""What the members of a pool agreed for a contract term, and how one of them came in.

Shares are theirs to agree on: departments see the agreement and cannot write it (A4.1, A4.2).
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, ScopedQuerySet
from apps.core.dated import in_force, no_overlap, period_in_order
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.core.models.audit import append_only
from apps.pools.models.pools import NOT_BROKER, POOL_VIEW, WHOLE, Member, Pool
from apps.pools.rules import Terms
from apps.reference.models import District

RATIO = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]


class AgreementQuerySet(ScopedQuerySet["Agreement"]):
    scope = POOL_VIEW
    read_only = NOT_BROKER

    def on(self, day: date) -> Self:
        return self.filter(in_force(day))


class Choice(models.TextChoices):
    """How an enterprise comes to its insurer."""

    FREE = "free", _("企业在成员中自主选择")
    DISTRICT = "district", _("由区选定的承保机构承保")
    TENDER = "tender", _("公开比选后承保")


class Collection(models.TextChoices):
    SELLER = "seller", _("各自展业、各自收取，按月清算")
    LEAD = "lead", _("由首席承保人统一收取，按月清算")


@tracked
class Agreement(models.Model):
    """The co-insurance agreement of one contract term; its formula is that of the share rounds."""

    public_id = PublicIdField(prefix="agr")
    number = models.CharField(_("协议编号"), max_length=60)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="agreements")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    valid_from = models.DateField(_("合约起"))
    valid_to = models.DateField(_("合约止（不含）"))
    choice = models.CharField(
        _("承保机构选定方式"), max_length=12, choices=Choice, default=Choice.FREE
    )
    collection = models.CharField(
        _("保费收取"), max_length=12, choices=Collection, default=Collection.SELLER
    )
    report_hours = models.PositiveSmallIntegerField(_("抄报时限（小时）"), default=24)
    settle_days = models.PositiveSmallIntegerField(_("清算时限（月后天数）"), default=15)
    rounds_on = models.BooleanField(_("份额动态调整"), default=True)
    period_months = models.PositiveSmallIntegerField(_("份额周期（月）"), default=3)
    freeze_days = models.PositiveSmallIntegerField(_("期末后冻结数据（天）"), default=30)
    objection_days = models.PositiveSmallIntegerField(_("异议期（天）"), default=7)
    damping = models.DecimalField(
        _("调整力度 λ"), max_digits=5, decimal_places=4, default=Decimal("0.4"), validators=RATIO
    )
    business_weight = models.DecimalField(
        _("业务权重 ω"), max_digits=5, decimal_places=4, default=Decimal("0.6"), validators=RATIO
    )
    score_slope = models.DecimalField(
        _("评分斜率 κ"), max_digits=5, decimal_places=4, default=Decimal("0.5"), validators=RATIO
    )
    score_norm = models.DecimalField(
        _("基准评分 S₀"), max_digits=5, decimal_places=2, default=Decimal(80)
    )
    floor = models.PositiveSmallIntegerField(_("份额下限（基点）"), default=300)
    cap = models.PositiveSmallIntegerField(_("份额上限（基点）"), default=4_000)
    step = models.PositiveSmallIntegerField(_("每期最大变动（基点）"), default=300)
    entry = models.PositiveSmallIntegerField(_("新成员起始份额（基点）"), default=500)
    source = models.CharField(_("依据"), max_length=200)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("共保协议")
        constraints = [
            period_in_order("agreement_period"),
            no_overlap("agreement_once", "pool_id"),
            models.CheckConstraint(
                name="agreement_bounds", condition=Q(cap__gte=F("floor"), cap__lte=WHOLE)
            ),
            models.CheckConstraint(
                name="agreement_steps", condition=Q(step__lte=WHOLE, entry__lte=WHOLE)
            ),
            models.CheckConstraint(
                name="agreement_ratios",
                condition=Q(
                    damping__range=(0, 1), business_weight__range=(0, 1), score_slope__range=(0, 1)
                ),
            ),
            models.CheckConstraint(
                name="agreement_norm", condition=Q(score_norm__gte=0, score_norm__lte=100)
            ),
            models.CheckConstraint(
                name="agreement_months", condition=Q(period_months__in=(1, 2, 3, 4, 6, 12))
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("pools:agreement", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [token(Key.DISTRICT, self.district_id)]

    @property
    def terms(self) -> Terms:
        return Terms(
            damping=Fraction(self.damping),
            business_weight=Fraction(self.business_weight),
            score_slope=Fraction(self.score_slope),
            score_norm=Fraction(self.score_norm),
            floor=self.floor,
            cap=self.cap,
            step=self.step,
            entry=self.entry,
        )


class AdmissionQuerySet(ScopedQuerySet["Admission"]):
    scope = POOL_VIEW
    read_only = NOT_BROKER


class Origin(models.TextChoices):
    MAINLAND = "mainland", _("内资")
    FOREIGN = "foreign", _("外资")
    HONG_KONG = "hong_kong", _("港资")


class Admission(models.Model):
    """What was looked at when a member came in; kept as it was on that day."""

    member = models.OneToOneField(Member, models.PROTECT, related_name="admission")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="admissions")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    origin = models.CharField(_("资本性质"), max_length=10, choices=Origin)
    licence = models.CharField(_("经营保险业务许可证号"), max_length=60)
    licence_to = models.DateField(_("许可证有效期至"), null=True)
    solvency_on = models.DateField(_("偿付能力报告期末"))
    solvency_comprehensive = models.DecimalField(
        _("综合偿付能力充足率（%）"), max_digits=7, decimal_places=2
    )
    solvency_core = models.DecimalField(
        _("核心偿付能力充足率（%）"), max_digits=7, decimal_places=2
    )
    violation_on = models.DateField(_("最近一次重大违法违规"), null=True)
    outlet = models.CharField(_("本地机构"), max_length=200)
    service_team = models.PositiveSmallIntegerField(_("预防服务人员数"))
    admitted_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    admitted_by = models.CharField(max_length=40)
    admitted_by_name = models.CharField(_("登记人"), max_length=150)

    objects = AdmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("准入审核")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.member}"


class SuccessionQuerySet(ScopedQuerySet["Succession"]):
    scope = POOL_VIEW
    read_only = NOT_BROKER


class Succession(models.Model):
    """From a day on, another member answers for what one sold: claims, services, results."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="successions")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    predecessor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("原承保机构")
    )
    successor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("承接机构")
    )
    valid_from = models.DateField(_("自"))
    is_merger = models.BooleanField(_("合并"), default=False)
    source = models.CharField(_("依据"), max_length=200)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "pk"]
        verbose_name = _("存量业务承接")
        constraints = [
            models.UniqueConstraint(fields=["pool", "predecessor"], name="succession_once"),
            models.CheckConstraint(
                name="succession_by_another", condition=~Q(predecessor=F("successor"))
            ),
        ]
        triggers: list[pgtrigger.Trigger] = append_only()

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
