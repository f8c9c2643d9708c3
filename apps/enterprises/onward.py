"""What can be done next for a site. Apps above add their ways when Django starts.

ONWARD.append(lambda site, user: Way(_("开始投保"), reverse("enrollment:start", …)))
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from apps.accounts.models import User
from apps.enterprises.models import Site


@dataclass(frozen=True)
class Way:
    label: str | Promise
    url: str


ONWARD: list[Callable[[Site, User], Way | None]] = []


def ways_from(site: Site, user: User) -> list[Way]:
    """In the order of their apps; whoever has no way for this person gives None."""
    offered = (offer(site, user) for offer in ONWARD)
    return [way for way in offered if way is not None]
