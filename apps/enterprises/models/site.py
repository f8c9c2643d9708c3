"""One place of production: the unit that scope, cover, pool, subsidy and statistics go by."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Share
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import sector_in_district, token
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, Through, rows
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.core.transitions import Transitions
from apps.enterprises.models.enterprise import READERS_ONLY, Enterprise, EnterpriseQuerySet
from apps.reference.models import District, Industry, Sector, Town


class SiteQuerySet(ScopedQuerySet["Site"]):
    scope = {
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
        Kind.TOWN_OFFICE: rows(town=Key.TOWN),
        Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
        Kind.DISTRICT_FINANCE: rows(district=Key.DISTRICT),
        Kind.DISTRICT_DEPARTMENT: rows(sector=Key.SECTOR, district=Key.DISTRICT),
        Kind.CITY_DEPARTMENT: rows(sector=Key.SECTOR),
        Kind.CITY_BUREAU: EVERYTHING,
        Kind.CITY_FINANCE: EVERYTHING,
        Kind.BROKER: EVERYTHING,
    }
    read_only = READERS_ONLY
    share = "enterprises.SiteShare"
    share_with = frozenset({Kind.AGENCY, Kind.EXPERT_PANEL})

    def in_operation(self) -> Self:
        return self.filter(state=Site.State.OPERATING)


class SiteState(models.TextChoices):
    OPERATING = "operating", _("在产")
    SUSPENDED = "suspended", _("停产")
    CLOSED = "closed", _("关闭")


SITE_MOVES = Transitions(
    "enterprises.Site",
    SiteState,
    start=[SiteState.OPERATING],
    moves=[
        (SiteState.OPERATING, SiteState.SUSPENDED, _("停产")),
        (SiteState.SUSPENDED, SiteState.OPERATING, _("复产")),
        (SiteState.OPERATING, SiteState.CLOSED, _("关闭")),
        (SiteState.SUSPENDED, SiteState.CLOSED, _("关闭")),
    ],
)


# Whoever writes a site's number of people sees its enterprise; if not, the total would go wrong.
ADD_UP_PEOPLE = """
UPDATE enterprises_enterprise
SET people = people + NEW.headcount - coalesce(OLD.headcount, 0)
WHERE organisation_id = NEW.enterprise_id;
IF NOT FOUND THEN
    RAISE EXCEPTION 'the people of enterprise % cannot be added up', NEW.enterprise_id;
END IF;
RETURN NULL;
"""


def _add_up_people(name: str, *, on: Any, condition: Any) -> pgtrigger.Trigger:
    """The total of an enterprise follows the numbers of its sites, which are never deleted."""
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.After, operation=on, condition=condition, func=ADD_UP_PEOPLE
    )


PEOPLE_OPENED = _add_up_people(
    "people_opened", on=pgtrigger.Insert, condition=pgtrigger.Q(new__headcount__gt=0)
)
PEOPLE_COUNTED = _add_up_people(
    "people_counted",
    on=pgtrigger.UpdateOf("headcount"),  # type: ignore[no-untyped-call]
    condition=pgtrigger.Q(old__headcount__df=pgtrigger.F("new__headcount")),
)


@tracked
class Site(models.Model):
    """One place of production: the unit of cover, pool, subsidy and statistics."""

    State = SiteState

    public_id = PublicIdField(prefix="site")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="sites")
    name = models.CharField(_("场所名称"), max_length=200)
    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", verbose_name=_("所在区")
    )
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("所在镇街"))
    address = models.CharField(_("详细地址"), max_length=300)
    industry = models.ForeignKey(Industry, models.PROTECT, related_name="+", verbose_name=_("行业"))
    sector = models.ForeignKey(
        Sector, models.PROTECT, related_name="+", verbose_name=_("行业主管领域")
    )
    insurer = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="served_sites",
        verbose_name=_("服务的承保机构"),
    )
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.OPERATING)
    headcount = models.PositiveIntegerField(_("从业人数"), default=0)
    opened_on = models.DateField(_("投产日期"), null=True)
    closed_on = models.DateField(_("停产或关闭日期"), null=True)

    objects = SiteQuerySet.as_manager()

    transitions = SITE_MOVES

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["district", "enterprise"], name="site_district"),
            models.Index(fields=["town", "enterprise"], name="site_town"),
            models.Index(fields=["sector", "district", "enterprise"], name="site_sector"),
            models.Index(fields=["insurer", "enterprise"], name="site_insurer"),
            models.Index(fields=["industry"], name="site_industry"),
            # The people of an enterprise are added up in this index alone.
            models.Index(fields=["enterprise", "headcount"], name="site_people"),
        ]
        constraints = [
            models.CheckConstraint(
                name="site_closed_has_day", condition=Q(state="operating") | ~Q(closed_on=None)
            )
        ]
        triggers = [SITE_MOVES.trigger("state"), PEOPLE_OPENED, PEOPLE_COUNTED]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("enterprises:site", args=[self.public_id])

    @property
    def place(self) -> str:
        """Where it stands, from the district down; many addresses repeat the town."""
        address = self.address.removeprefix(self.district.name).removeprefix(self.town.name)
        return f"{self.district.label} {self.town.label} {address}"

    @property
    def audience(self) -> list[str]:
        addressed = [
            token(Key.ORGANISATION, self.enterprise_id),
            token(Key.DISTRICT, self.district_id),
            token(Key.TOWN, self.town_id),
            token(Key.SECTOR, self.sector_id),
            sector_in_district(self.sector_id, self.district_id),
        ]
        return addressed + ([token(Key.ORGANISATION, self.insurer_id)] if self.insurer_id else [])


class SiteShare(Share):
    content_object = models.ForeignKey(Site, models.CASCADE)


# An enterprise is seen by whoever sees one of its sites, and by itself before it has any.
EnterpriseQuerySet.scope = {
    kind: EVERYTHING if rule is EVERYTHING else Through(Site, "enterprise")
    for kind, rule in SiteQuerySet.scope.items()
} | {Kind.ENTERPRISE: rows(pk=Key.ORGANISATION)}
