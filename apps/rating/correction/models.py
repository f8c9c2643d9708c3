"""What the correction of rates rests on: imported losses, and studies made of them.

A file is whole or absent, and is never edited: a corrected one is imported beside it. A study keeps
its terms and its findings, so that a proposal can be traced back to the losses behind it.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet
from apps.catalogue.models import TariffVersion
from apps.core.fields import MoneyField, PublicIdField
from apps.core.models.audit import append_only

KEEPERS = frozenset({Kind.CITY_BUREAU, Kind.BROKER})
READERS = frozenset(Kind) - KEEPERS


class LossFileQuerySet(ScopedQuerySet["LossFile"]):
    """Sums of many enterprises' losses: for the bureau of the city and its adviser alone."""

    scope = dict.fromkeys(sorted(KEEPERS), EVERYTHING)
    read_only = READERS


class LossFile(models.Model):
    public_id = PublicIdField(prefix="los")
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    source = models.CharField(_("来源"), max_length=200)
    valued_on = models.DateField(_("评估日"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    lines_count = models.PositiveIntegerField(_("行数"))
    premium = MoneyField(_("已赚保费"))
    loss = MoneyField(_("已发展赔款"))
    claims = models.PositiveIntegerField(_("赔案数"))
    imported_at = models.DateTimeField(_("导入时间"))
    imported_by = models.CharField(max_length=40)
    imported_by_name = models.CharField(_("导入人"), max_length=150)

    objects = LossFileQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("赔付数据")
        triggers = append_only()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("rating:losses", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.organisation_id)]


class LossLineQuerySet(ScopedQuerySet["LossLine"]):
    parent = "file"
    read_only = READERS


class LossLine(models.Model):
    """One risk over one period: what was earned, how often something happened, what it cost."""

    file = models.ForeignKey(LossFile, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    facts = models.JSONField()
    years = models.DecimalField(max_digits=8, decimal_places=4)
    premium = MoneyField()
    claims = models.PositiveIntegerField()
    loss = MoneyField()

    objects = LossLineQuerySet.as_manager()

    class Meta:
        ordering = ["file", "number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="loss_line_once"),
            models.CheckConstraint(
                name="loss_line_amounts",
                condition=Q(years__gt=0, premium__gt=0, loss__gte=0)
                & (Q(claims__gt=0) | Q(loss=0)),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"


class RateStudyQuerySet(ScopedQuerySet["RateStudy"]):
    scope = dict.fromkeys(sorted(KEEPERS), EVERYTHING)
    read_only = READERS


class RateStudy(models.Model):
    """The findings of one look at the losses under one tariff; made once, never changed."""

    public_id = PublicIdField(prefix="stu")
    file = models.ForeignKey(LossFile, models.PROTECT, related_name="studies")
    tariff = models.ForeignKey(TariffVersion, models.PROTECT, related_name="+")
    tariff_digest = models.CharField(max_length=64)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    target = models.DecimalField(_("目标赔付率"), max_digits=5, decimal_places=4)
    tolerance = models.DecimalField(_("容差"), max_digits=5, decimal_places=4)
    cap = models.DecimalField(_("单次调整上限"), max_digits=5, decimal_places=4)
    findings = models.JSONField()
    draft = models.ForeignKey(
        TariffVersion, models.PROTECT, null=True, related_name="+", verbose_name=_("提出的草案")
    )
    made_at = models.DateTimeField(_("完成时间"))
    made_by = models.CharField(max_length=40)
    made_by_name = models.CharField(_("分析人"), max_length=150)

    objects = RateStudyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("费率分析")
        constraints = [
            models.CheckConstraint(
                name="study_terms",
                condition=Q(target__gt=0, target__lt=2, tolerance__gte=0, cap__gt=0, cap__lte=0.5)
                & Q(tolerance__lt=F("target")),
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(name="frost", exclude=["draft"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        return reverse("rating:study", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.organisation_id)]
