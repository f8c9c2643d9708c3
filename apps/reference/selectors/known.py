"""Districts, towns, sectors and industries by their key, as every list prints them on each row.

They are held in memory for a minute (apps.core.remembering): read them, never change them.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import Model

from apps.core.remembering import Remembered
from apps.reference.models import District, Industry, Sector, Town

M = TypeVar("M", bound=Model)


@Remembered
def districts() -> Mapping[int, District]:
    return {district.pk: district for district in District.objects.all()}


@Remembered
def towns() -> Mapping[int, Town]:
    """Those of a district beside each other, in the order of the districts."""
    ordered = Town.objects.select_related("district").order_by("district__order", "code")
    return {town.pk: town for town in ordered}


@Remembered
def sectors() -> Mapping[int, Sector]:
    return {sector.pk: sector for sector in Sector.objects.all()}


@Remembered
def industries() -> Mapping[int, Industry]:
    """Each with what is above it at hand."""
    found = Industry.objects.defer("bigrams").in_bulk()
    for industry in found.values():
        industry.parent = found[industry.parent_id] if industry.parent_id else None
    return found


# By the name that a foreign key to them bears.
BY_FIELD: Mapping[str, Remembered[Mapping[int, Any]]] = {
    "district": districts,
    "town": towns,
    "sector": sectors,
    "industry": industries,
}


def filled(rows: Iterable[M], fields: Collection[str] = BY_FIELD.keys()) -> list[M]:
    """The rows with those of their foreign keys filled in that are held here, without a join.

    What came into the tables since they were read is left to be fetched when it is asked for.
    """
    found = list(rows)
    held = [(field, BY_FIELD[field]()) for field in BY_FIELD if field in fields]
    for row in found:
        for field, known in held:
            if (one := known.get(getattr(row, f"{field}_id"))) is not None:
                setattr(row, field, one)
    return found
