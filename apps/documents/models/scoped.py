"""Whose a file or a paper is: plain columns, filled by the app that knows what it is about."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import sector_in_district, token
from apps.accounts.scope import EVERYTHING, Key, Rule, ScopedQuerySet, rows
from apps.reference.models import District, Sector, Town

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Scope:
    """The keys of whoever may see a row; `owner` is the organisation that brought it."""

    owner: int | None = None
    enterprise: int | None = None
    insurer: int | None = None
    agency: int | None = None
    district: int | None = None
    town: int | None = None
    sector: int | None = None

    @property
    def columns(self) -> dict[str, int | None]:
        return {f"{name}_id": value for name, value in asdict(self).items()}


class ScopedRowQuerySet(ScopedQuerySet[M]):
    scope: ClassVar[Mapping[str, Rule]] = {
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
        Kind.AGENCY: rows(agency=Key.ORGANISATION),
        Kind.TOWN_OFFICE: rows(town=Key.TOWN),
        Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
        Kind.DISTRICT_FINANCE: rows(district=Key.DISTRICT),
        Kind.DISTRICT_DEPARTMENT: rows(sector=Key.SECTOR, district=Key.DISTRICT),
        Kind.CITY_DEPARTMENT: rows(sector=Key.SECTOR),
        Kind.CITY_BUREAU: EVERYTHING,
        Kind.CITY_FINANCE: EVERYTHING,
        Kind.BROKER: EVERYTHING,
    }


def _organisation(label: Any, *, indexed: bool = True) -> "models.ForeignKey[Organisation | None]":
    return models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        verbose_name=label,
        related_name="+",
        db_index=indexed,
    )


class ScopedRow(models.Model):
    owner = _organisation(_("提供单位"), indexed=False)
    enterprise = _organisation(_("企业"))
    insurer = _organisation(_("承保机构"))
    agency = _organisation(_("服务机构"), indexed=False)
    district = models.ForeignKey(District, models.PROTECT, null=True, related_name="+")
    town = models.ForeignKey(Town, models.PROTECT, null=True, related_name="+", db_index=False)
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True

    @property
    def audience(self) -> list[str]:
        organisations = {self.owner_id, self.enterprise_id, self.insurer_id, self.agency_id}
        tokens = [token(Key.ORGANISATION, key) for key in sorted(filter(None, organisations))]
        areas = ((Key.DISTRICT, self.district_id), (Key.TOWN, self.town_id))
        tokens += [token(key, value) for key, value in areas if value]
        if self.sector_id:
            tokens.append(token(Key.SECTOR, self.sector_id))
            tokens.append(sector_in_district(self.sector_id, self.district_id))
        return tokens
