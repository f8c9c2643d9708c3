"""Who is told of an act: the enterprise's people, or the offices that answer for the place."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import format_lazy

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.core import context
from apps.enterprises.models import Site
from apps.messaging.services import notify


def tell_enterprise(
    site: Site, /, *, title: Promise, text: Promise, url: str, once: str, by: User, **facts: Any
) -> None:
    if by.organisation_id != site.enterprise_id:
        people = Q(organisation=site.enterprise_id)
        _tell(people, title=title, text=format_lazy(text, **facts), url=url, once=once, by=by)


def tell_offices(
    site: Site, /, *, title: Promise, text: Promise, url: str, once: str, by: User, **facts: Any
) -> None:
    """The officers of the district and of the town."""
    roles: Sequence[str] = ("district_officer", "town_officer")
    place = Q(organisation__kind=Kind.DISTRICT_BUREAU, organisation__district=site.district_id)
    place |= Q(organisation__kind=Kind.TOWN_OFFICE, organisation__town=site.town_id)
    people = place & Q(role__in=roles)
    _tell(people, title=title, text=format_lazy(text, **facts), url=url, once=once, by=by)


def _tell(people: Q, *, title: Any, text: Any, url: str, once: str, by: User) -> None:
    with context.entering(MESSENGER.context):
        found = User.objects.filter(people, is_active=True)
        receivers = list(found.values_list("pk", flat=True))
    if receivers:
        notify(receivers=receivers, title=title, text=text, url=url, once=once, by=by)
