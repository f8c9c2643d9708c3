"""Small published tables: causes of accidents, percentages for disability, and what was loaded."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.reference.models.base import Certainty, Named


class AccidentCause(Named):
    """The twenty classes of GB 6441."""

    code = models.CharField(_("代码"), max_length=2, unique=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("事故类别")


class DisabilityTable(models.Model):
    """Which share of the limit a grade of disability takes; a product version names its table."""

    code = models.CharField(_("代码"), max_length=4, unique=True)
    source = models.CharField(_("依据"), max_length=200)
    certainty = models.CharField(_("核实情况"), max_length=10, choices=Certainty)

    class Meta:
        ordering = ["code"]
        verbose_name = _("伤残赔偿比例表")

    def __str__(self) -> str:
        return self.code


class DisabilityGrade(models.Model):
    table = models.ForeignKey(DisabilityTable, models.PROTECT, related_name="grades")
    grade = models.PositiveSmallIntegerField(
        _("等级"), validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    rate = models.DecimalField(_("赔偿比例"), max_digits=4, decimal_places=3)

    class Meta:
        ordering = ["table", "grade"]
        constraints = [
            models.UniqueConstraint(fields=["table", "grade"], name="disability_table_grade"),
            models.CheckConstraint(
                name="disability_grade_range",
                condition=Q(grade__gte=1, grade__lte=10, rate__gt=0, rate__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_id}/{self.grade}"


class LoadedFile(models.Model):
    """The fingerprint of a file of shipped facts; while it stays the same, loading does nothing."""

    name = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
