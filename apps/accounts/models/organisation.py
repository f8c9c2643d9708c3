"""Organisations of every kind. Names have a history: papers bear the name of their day."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.reference.models import District, Sector, Town


class OrganisationQuerySet(ScopedQuerySet["Organisation"]):
    scope = {
        Kind.ENTERPRISE: rows(pk=Key.ORGANISATION),
        Kind.CITY_BUREAU: EVERYTHING,
        Kind.CITY_FINANCE: EVERYTHING,
        Kind.BROKER: EVERYTHING,
        Kind.PLATFORM: EVERYTHING,
        Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
        Kind.DISTRICT_FINANCE: rows(district=Key.DISTRICT),
        Kind.TOWN_OFFICE: rows(town=Key.TOWN),
    }
    # Bureaus, insurers and the other institutions of the programme are known to everyone in it.
    open_rows = ~Q(kind=Kind.ENTERPRISE)
    read_only = frozenset({Kind.CITY_FINANCE, Kind.DISTRICT_FINANCE, Kind.BROKER})


@tracked
class Organisation(models.Model):
    public_id = PublicIdField(prefix="org")
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    name = models.CharField(_("名称"), max_length=200)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True, null=True)  # noqa: DJ001  many have none
    district = models.ForeignKey(
        District, models.PROTECT, null=True, verbose_name=_("区"), related_name="+"
    )
    town = models.ForeignKey(
        Town, models.PROTECT, null=True, verbose_name=_("镇街"), related_name="+"
    )
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, verbose_name=_("行业领域"), related_name="+"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, verbose_name=_("上级单位"), related_name="children"
    )
    hotline = models.CharField(_("联系电话"), max_length=40, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "id"]
        indexes = [
            # A few institutions among many enterprises: each page names the bureau of a district.
            models.Index(
                fields=["kind", "district"],
                condition=~Q(kind=Kind.ENTERPRISE),
                name="organisation_institutions",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="organisation_area",
                condition=(
                    Q(
                        kind__in=[Kind.DISTRICT_BUREAU, Kind.DISTRICT_FINANCE],
                        district__isnull=False,
                    )
                    | Q(kind=Kind.DISTRICT_DEPARTMENT, district__isnull=False, sector__isnull=False)
                    | Q(kind=Kind.CITY_DEPARTMENT, sector__isnull=False)
                    | Q(kind=Kind.TOWN_OFFICE, district__isnull=False, town__isnull=False)
                    | Q(
                        kind__in=[
                            Kind.ENTERPRISE,
                            Kind.INSURER,
                            Kind.CITY_BUREAU,
                            Kind.CITY_FINANCE,
                            Kind.BROKER,
                            Kind.ASSOCIATION,
                            Kind.AGENCY,
                            Kind.EXPERT_PANEL,
                            Kind.PLATFORM,
                        ]
                    )
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:organisation", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.pk)]

    @property
    def tokens(self) -> list[str]:
        """What this organisation is addressed by in the audience of an event."""
        own = [token(Key.ORGANISATION, self.pk)]
        match self.kind:
            case Kind.DISTRICT_BUREAU | Kind.DISTRICT_FINANCE:
                own.append(token(Key.DISTRICT, self.district_id))
            case Kind.TOWN_OFFICE:
                own.append(token(Key.TOWN, self.town_id))
            case Kind.CITY_DEPARTMENT:
                own.append(token(Key.SECTOR, self.sector_id))
            case Kind.DISTRICT_DEPARTMENT:
                own.append(sector_in_district(self.sector_id, self.district_id))
        return own

    def name_on(self, day: date) -> str:
        """The name it bore on that day; papers are printed with it."""
        former = self.names.filter(valid_from__lte=day).order_by("-valid_from").first()
        return former.name if former else self.name


def token(key: Key, value: int | None) -> str:
    return f"{key}:{value}"


def sector_in_district(sector_id: int | None, district_id: int | None) -> str:
    return f"{Key.SECTOR}:{sector_id}/{Key.DISTRICT}:{district_id}"


class OrganisationNameQuerySet(ScopedQuerySet["OrganisationName"]):
    parent = "organisation"
    read_only = OrganisationQuerySet.read_only


class OrganisationName(models.Model):
    """A name from a day on, with the document that gave it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="names")
    name = models.CharField(_("名称"), max_length=200)
    valid_from = models.DateField(_("启用日期"))
    source = models.CharField(_("依据"), max_length=200, blank=True)

    objects = OrganisationNameQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "valid_from"], name="name_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from}–)"
