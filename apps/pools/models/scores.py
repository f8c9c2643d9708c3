"""Service scores of a period, as somebody imported them from a sheet; the newest sheet counts."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organisation
from apps.accounts.scope import ScopedQuerySet
from apps.core.fields import PublicIdField
from apps.core.models.audit import append_only
from apps.pools.models.pools import NOT_BROKER, POOL_VIEW, Pool
from apps.reference.models import District


class ScoreSheetQuerySet(ScopedQuerySet["ScoreSheet"]):
    scope = POOL_VIEW
    read_only = NOT_BROKER


class ScoreSheet(models.Model):
    public_id = PublicIdField(prefix="scs")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="score_sheets")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    valid_from = models.DateField(_("评分期起"))
    valid_to = models.DateField(_("评分期止（不含）"))
    file_name = models.CharField(_("文件"), max_length=200)
    file_hash = models.CharField(_("文件校验值"), max_length=64)
    entered_at = models.DateTimeField(_("导入时间"), default=timezone.now)
    entered_by = models.CharField(max_length=40)
    entered_by_name = models.CharField(_("导入人"), max_length=150)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("服务评分表")
        constraints = [
            models.CheckConstraint(name="score_period", condition=Q(valid_to__gt=F("valid_from")))
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.file_name


class ScoreLineQuerySet(ScopedQuerySet["ScoreLine"]):
    parent = "sheet"
    read_only = NOT_BROKER


class ScoreLine(models.Model):
    sheet = models.ForeignKey(ScoreSheet, models.PROTECT, related_name="lines")
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    score = models.DecimalField(_("评分"), max_digits=5, decimal_places=2)
    remark = models.CharField(_("备注"), max_length=200, blank=True)

    objects = ScoreLineQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("服务评分")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "insurer"], name="score_line_once"),
            models.CheckConstraint(
                name="score_line_range", condition=Q(score__gte=0, score__lte=100)
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.insurer_id}: {self.score}"
