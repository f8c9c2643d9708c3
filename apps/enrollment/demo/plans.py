"""What happened to the cover of each site: when it was applied for, issued, paid, renewed or not.

Plain values, drawn before anything is priced, so that numbers can follow the days of issue.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from apps.core.dates import DAY
from apps.enterprises.demo.draws import stream
from apps.policies.services import period_of_cover

LIMITS = (0.72, 0.22, 0.06)  # how often the lowest lawful limit is chosen, the next, the highest
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SiteSeen:
    """As much of a site as its story needs."""

    pk: int
    insurer: int
    district: int
    since: date
    is_chosen: bool = False


@dataclass(slots=True)
class Plan:
    """One year's cover of a site, or the application for it; `number` is given by day of issue."""

    site: SiteSeen
    offered_on: date
    issued_on: date
    wanted_from: date
    limit: int
    last_accident_on: date | None
    ends_as: str = "issued"  # or submitted, refused
    money_on: date | None = None
    cancelled_from: date | None = None
    number: str = field(default="", compare=False)


def plans_of(seed: int, site: SiteSeen, today: date) -> Iterator[Plan]:
    """Year after year, from soon after the register knew the site."""
    rng = stream(seed, "cover", site.pk)
    limit = rng.choices(range(len(LIMITS)), LIMITS)[0]
    accident = _accident(rng, today)
    wanted = site.since + timedelta(days=rng.randrange(14, 75))
    while True:
        issued_on = wanted - timedelta(days=rng.randrange(3, 24))
        if issued_on > today:
            return
        plan = Plan(site, issued_on - rng.randrange(1, 4) * DAY, issued_on, wanted, limit, accident)
        if today - issued_on < WEEK and wanted > today and _is_undecided(rng, plan):
            yield plan
            return
        paid_on = issued_on + timedelta(days=_delay(rng))
        if paid_on > today or (today - issued_on < 6 * WEEK and rng.random() < 0.12):
            yield plan
            return
        plan.money_on = paid_on
        period = period_of_cover(wanted, paid_on)
        if rng.random() < 0.008 and period.start + 9 * WEEK < today:
            plan.cancelled_from = period.start + timedelta(days=rng.randrange(30, 60))
            yield plan
            return
        yield plan
        if not site.is_chosen and rng.random() < 0.07:
            return
        wanted = period.end + (rng.randrange(2, 40) * DAY if rng.random() < 0.1 else 0 * DAY)


def _delay(rng: Random) -> int:
    """Most pay within a few days, some after the day they wanted cover from."""
    return rng.randrange(0, 4) if rng.random() < 0.88 else rng.randrange(10, 45)


def _is_undecided(rng: Random, plan: Plan) -> bool:
    chance = rng.random()
    if chance < 0.5:
        plan.ends_as = "submitted"
    elif chance < 0.56:
        plan.ends_as = "refused"
    return plan.ends_as != "issued"


def _accident(rng: Random, today: date) -> date | None:
    return today - timedelta(days=rng.randrange(60, 1_500)) if rng.random() < 0.06 else None
