"""Programme parameters: each value has a period, a source and somebody who entered it.

The business date picks the value. Two values of one key never overlap: the database refuses.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Deferrable, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from apps.reference.models.base import Dated, DatedQuerySet, LegalLevel, Named, period_in_order


class ParameterKey(Named):
    class Kind(models.TextChoices):
        DECIMAL = "decimal", _("金额")
        INTEGER = "integer", _("整数")
        RATE = "rate", _("比例")
        TEXT = "text", _("文字")
        BOOLEAN = "boolean", _("是否")

    class Unit(models.TextChoices):
        YUAN = "yuan", _("元")
        TIMES = "times", _("倍")
        HOUR = "hour", _("小时")
        DAY = "day", _("日")
        WORKING_DAY = "working_day", _("工作日")
        MONTH = "month", _("月")
        YEAR = "year", _("年")

    class Topic(models.TextChoices):
        PROGRAMME = "programme", _("方案与范围")
        LIMITS = "limits", _("责任限额")
        PREVENTION = "prevention", _("事故预防费用与佣金")
        INSURERS = "insurers", _("承保机构")
        CLAIMS = "claims", _("理赔时限")
        ACCIDENTS = "accidents", _("事故报告与调查")
        SERVICE = "service", _("档案与投诉")
        FINES = "fines", _("罚则")
        PREMIUM = "premium", _("保险费")

    code = models.CharField(_("代码"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("次序"))
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    topic = models.CharField(_("主题"), max_length=20, choices=Topic)
    unit = models.CharField(_("单位"), max_length=20, choices=Unit, blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("参数项")


class ParameterQuerySet(DatedQuerySet["Parameter"]):
    pass


class Parameter(Dated):
    key = models.ForeignKey(ParameterKey, models.PROTECT, related_name="values")
    value = models.CharField(_("取值"), max_length=200)
    level = models.CharField(_("依据层级"), max_length=10, choices=LegalLevel)
    article = models.CharField(_("条款"), max_length=40, blank=True)
    entered_by = models.CharField(_("录入人"), max_length=60)
    entered_at = models.DateTimeField(_("录入时间"))

    objects = ParameterQuerySet.as_manager()

    class Meta:
        ordering = ["key", "-valid_from"]
        verbose_name = _("方案参数")
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="parameter_key_from"),
            period_in_order("parameter_period"),
            models.CheckConstraint(
                name="parameter_has_source", condition=~Q(source="") & ~Q(entered_by="")
            ),
            # Immediate, but a load may defer it while it moves the border between two periods.
            ExclusionConstraint(
                name="parameter_no_overlap",
                expressions=[
                    # A range of one number stands for "=", which GiST has not without an extension.
                    (Func("key", "key", Value("[]"), function="int8range"), "&&"),
                    (Func("valid_from", "valid_to", function="daterange"), "&&"),
                ],
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.value} ({self.valid_from}–)"

    @property
    def audience(self) -> list[str]:
        """Published facts concern nobody in particular; the city bureau reads every event."""
        return []
