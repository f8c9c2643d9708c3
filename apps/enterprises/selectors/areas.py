"""Where a person may enter sites, and what a list can be narrowed to."""

from typing import Any

from django.db.models import QuerySet

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.reference.models import Town
from apps.reference.selectors import known

Choices = list[tuple[str, Any]]


def towns_for(user: User) -> QuerySet[Town]:
    """Where this person may enter sites: in their area; an enterprise anywhere in the city."""
    own = user.organisation
    towns = Town.objects.select_related("district").order_by("district__order", "code")
    match own.kind:
        case Kind.DISTRICT_BUREAU:
            return towns.filter(district=own.district_id)
        case Kind.TOWN_OFFICE:
            return towns.filter(pk=own.town_id or 0)
        case _:
            return towns


def districts_to_choose() -> Choices:
    return [(one.code, one.label) for one in known.districts().values()]


def sectors_to_choose() -> Choices:
    return [(one.code, one.label) for one in known.sectors().values()]


def towns_to_choose(user: User) -> Choices:
    """The same towns as `towns_for`, under their districts."""
    own = user.organisation
    inside = own.district_id if own.kind == Kind.DISTRICT_BUREAU else None
    groups: dict[str, Choices] = {}
    for town in known.towns().values():
        if inside in (None, town.district_id):
            groups.setdefault(town.district.label, []).append((town.code, town.label))
    return list(groups.items())
