"""What is settled of a firm before its rows are drawn: where, what trade, how large, since when."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from apps.enterprises.demo.draws import day_between, heads
from apps.enterprises.demo.reference import Ground, Place, Trade
from apps.enterprises.models import Enterprise

PROGRAMME_BEGINS = date(2018, 3, 1)
MEAN_AGE = 1_650  # days on the platform
Ownership = Enterprise.Ownership


@dataclass(frozen=True)
class Outline:
    place: Place
    trade: Trade
    staff: int
    sites: int
    ownership: str
    is_renamed: bool
    registered_on: date
    closed_on: date | None = None
    is_chosen: bool = False

    @property
    def is_large(self) -> bool:
        return self.staff >= 300


# The firms whose people have accounts: town, industry, staff, sites. The first shows everything.
CHOSEN = (
    ("狮山镇", "3252", 460, 3),
    ("容桂街道", "3854", 180, 2),
    ("南庄镇", "3071", 320, 1),
    ("乐平镇", "3670", 95, 1),
    ("荷城街道", "1462", 140, 1),
    ("桂城街道", "4710", 260, 2),
)


def outline(ground: Ground, rng: Random, number: int) -> Outline:
    if number < len(CHOSEN):
        return _chosen(ground, number)
    place = ground.towns.draw(rng)
    trade = place.trades.draw(rng)
    is_giant = rng.random() < 0.02
    age = min(1 + int(rng.expovariate(1 / MEAN_AGE)), (ground.today - PROGRAMME_BEGINS).days)
    registered_on = ground.today - timedelta(days=max(1, age))
    is_closed = age > 200 and rng.random() < 0.03
    staff = heads(rng, trade.staff * (7 if is_giant else 0.8), 1.05)
    return Outline(
        place=place,
        trade=trade,
        staff=min(staff, 6_000),
        sites=_sites(rng),
        ownership=_ownership(rng, staff),
        is_renamed=rng.random() < 0.03,
        registered_on=registered_on,
        closed_on=_closed_on(rng, registered_on, ground.today) if is_closed else None,
    )


def _chosen(ground: Ground, number: int) -> Outline:
    town, industry, staff, sites = CHOSEN[number]
    return Outline(
        place=ground.place(town),
        trade=ground.trade(industry),
        staff=staff,
        sites=sites,
        ownership=Ownership.PRIVATE,
        is_renamed=number == 0,
        registered_on=ground.today - timedelta(days=900 + 40 * number),
        is_chosen=True,
    )


def _sites(rng: Random) -> int:
    return 1 if rng.random() < 0.94 else rng.choice((2, 2, 2, 3, 3, 4))


def _ownership(rng: Random, staff: int) -> str:
    owned_by_state = 0.25 if staff >= 300 else 0.02
    chance = rng.random()
    if chance < owned_by_state:
        return rng.choice((Ownership.CENTRAL, Ownership.PROVINCIAL, Ownership.MUNICIPAL))
    return Ownership.FOREIGN if chance < owned_by_state + 0.06 else Ownership.PRIVATE


def _closed_on(rng: Random, registered_on: date, today: date) -> date:
    return day_between(rng, registered_on + timedelta(days=90), today)
