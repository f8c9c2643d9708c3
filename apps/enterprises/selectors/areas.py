"""Where a person may enter sites."""

from django.db.models import QuerySet

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.reference.models import Town


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
