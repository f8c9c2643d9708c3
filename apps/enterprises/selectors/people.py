"""People of other organisations, as far as the register must name them."""

from collections.abc import Iterable

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.core import context
from apps.enterprises.models import Site, SiteShare

ASSIGNABLE = frozenset({Kind.AGENCY, Kind.EXPERT_PANEL})


def assignable_people() -> list[User]:
    """Experts and engineers of agencies, to whom a site may be shared by name."""
    with context.entering(MESSENGER.context):
        people = User.objects.filter(
            is_active=True, organisation__is_active=True, organisation__kind__in=ASSIGNABLE
        )
        ordered = people.select_related("organisation").order_by("organisation__name", "name")
        return list(ordered)


def people_by_id(ids: Iterable[int]) -> list[User]:
    with context.entering(MESSENGER.context):
        return list(User.objects.filter(pk__in=list(ids)).select_related("organisation"))


def people_sharing(site: Site) -> list[User]:
    """To whom the site is shared by name."""
    return people_by_id(
        SiteShare.objects.filter(content_object=site).values_list("user_id", flat=True)
    )
