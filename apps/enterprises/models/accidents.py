"""Fatal production accidents, as far as they decide who must insure; claims have their own."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import ScopedQuerySet
from apps.core.history import tracked
from apps.enterprises.models.enterprise import READERS_ONLY
from apps.enterprises.models.site import Site


class FatalAccidentQuerySet(ScopedQuerySet["FatalAccident"]):
    parent = "site"
    read_only = READERS_ONLY


@tracked
class FatalAccident(models.Model):
    """An accident in which somebody died, at once or later; `died_on` is the last of the deaths."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="fatal_accidents")
    happened_on = models.DateField(_("事故日期"))
    died_on = models.DateField(_("死亡日期"))
    is_road_or_fire = models.BooleanField(_("道路交通或火灾事故"), default=False)
    source = models.CharField(_("依据"), max_length=200)

    objects = FatalAccidentQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "happened_on"], name="accident_of_a_day"),
            models.CheckConstraint(
                name="accident_before_death", condition=Q(died_on__gte=F("happened_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on}"
