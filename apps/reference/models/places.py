"""The five districts and their 32 towns and streets, by the codes of the statistics bureau."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.reference.models.base import Named, in_language


class District(Named):
    code = models.CharField(_("区划代码"), max_length=6, unique=True)
    short_name = models.CharField(_("简称"), max_length=10)
    abbreviation = models.CharField(_("编号缩写"), max_length=2, unique=True)
    order = models.PositiveSmallIntegerField(_("次序"))

    class Meta:
        ordering = ["order"]
        verbose_name = _("区")

    @property
    def short_label(self) -> str:
        return in_language(self.short_name, self.name_en.removesuffix(" District"))


class Town(Named):
    class Kind(models.TextChoices):
        TOWN = "town", _("镇")
        SUBDISTRICT = "subdistrict", _("街道")

    code = models.CharField(_("区划代码"), max_length=9, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    district = models.ForeignKey(
        District, models.PROTECT, related_name="towns", verbose_name=_("区")
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("镇街")
