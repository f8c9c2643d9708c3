"""The statutory calendar: weekends rest, weekdays work, and each year's notice makes exceptions."""

from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from apps.reference.models.base import entered_label

HOLIDAYS = (
    gettext_noop("元旦"),
    gettext_noop("春节"),
    gettext_noop("清明节"),
    gettext_noop("劳动节"),
    gettext_noop("端午节"),
    gettext_noop("中秋节"),
    gettext_noop("国庆节"),
)


class StatutoryYear(models.Model):
    """A year whose notice is loaded. Without it no working day of the year can be told."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    source = models.CharField(_("依据"), max_length=200)
    loaded_by = models.CharField(_("录入人"), max_length=60)
    loaded_at = models.DateTimeField(_("录入时间"))

    class Meta:
        ordering = ["year"]
        verbose_name = _("法定工作日年历")

    def __str__(self) -> str:
        return str(self.year)

    @property
    def entered_by(self) -> str:
        return entered_label(self.loaded_by)


class StatutoryDay(models.Model):
    """A day named by the year's notice: a day off, or a weekend day worked to make up for one."""

    year = models.ForeignKey(StatutoryYear, models.PROTECT, related_name="days")
    day = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("是否工作日"))
    name = models.CharField(_("名称"), max_length=40)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    @property
    def label(self) -> str:
        return gettext(self.name)
