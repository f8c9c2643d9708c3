"""What published facts have in common: a name in two languages, a source, and days of validity."""

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=models.Model)

# Stands for "entered by" where a value came with the platform. Whoever edits such a value takes it
# over: the next release then leaves it alone.
RELEASE = "随版本发布"


class Certainty(models.TextChoices):
    """How far a value may be relied on; pages print the label beside it."""

    VERIFIED = "verified", _("已核实")
    QUOTED = "quoted", _("转述")
    SAMPLE = "sample", _("示例，待主管部门确认")


class LegalLevel(models.TextChoices):
    NATION = "nation", _("国家")
    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    SAMPLE = "sample", _("无正式依据")


def in_language(chinese: str, english: str) -> str:
    """Data carry both names; where nobody has translated one, the Chinese is shown."""
    return chinese if (get_language() or "zh").startswith("zh") else english or chinese


def entered_label(entered_by: str) -> str:
    return gettext("随版本发布") if entered_by == RELEASE else entered_by


class Named(models.Model):
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)


class DatedQuerySet(models.QuerySet[M]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_to__gt=day) | Q(valid_to=None), valid_from__lte=day)


class Dated(models.Model):
    """In force from `valid_from` until the day before `valid_to`; open-ended without one."""

    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=200)
    certainty = models.CharField(_("核实情况"), max_length=10, choices=Certainty)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def is_sample(self) -> bool:
        return self.certainty == Certainty.SAMPLE


def period_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
    )
