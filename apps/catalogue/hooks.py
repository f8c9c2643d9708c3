"""What the apps above know about a tariff and the pages here show; registered when Django starts.

Prices are made in rating, above: it registers the trial of the golden cases, what must be there
before a tariff is approved, and the links to what it keeps about one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from apps.accounts.models import User
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.tariff import Tariff
from apps.core.context import Actor

Trial = Callable[[Tariff], list[str]]
Condition = Callable[[TariffVersion], str]


@dataclass(frozen=True)
class Link:
    label: str
    url: str


TRIALS: list[Trial] = []
# Each says what stands against approving a checked tariff, or "".
CONDITIONS: list[Condition] = []
# Run on what ships before it is published; each raises where the release must not load.
PROOFS: list[Callable[[TariffVersion, Actor], None]] = []
LINKS: list[Callable[[TariffVersion, User], list[Link]]] = []


def tried(tariff: Tariff) -> list[str]:
    """What the golden cases say against a tariff, case by case."""
    return [line for trial in TRIALS for line in trial(tariff)]


def unmet(version: TariffVersion) -> str:
    """The first condition that a tariff does not meet."""
    return next((text for condition in CONDITIONS if (text := condition(version))), "")


def links_for(version: TariffVersion, user: User) -> list[Link]:
    return [link for links in LINKS for link in links(version, user)]
