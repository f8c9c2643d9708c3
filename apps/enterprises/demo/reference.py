"""What the city is built on: towns, trades and the reference rows they point to."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from apps.enterprises.demo.draws import Urn
from apps.reference.models import ActivityTag, District, Industry, Sector, Town
from apps.reference.rules import responsible_sector
from apps.reference.selectors.industries import assignments

FOLDER = Path(__file__).parent / "data"
AT_HOME = 6  # how much more often a trade is found in the towns known for it


@dataclass(frozen=True, eq=False)
class Trade:
    """A trade of Foshan: how common, how large, what firms of it are called and have on site."""

    industry: Industry
    sector: Sector
    weight: float
    staff: float
    words: list[str]
    tags: dict[str, float]
    homes: frozenset[str]
    site_name: str

    @property
    def is_building(self) -> bool:
        return self.industry.section == "E"

    @property
    def is_making(self) -> bool:
        return self.industry.section == "C"

    @property
    def workshop(self) -> str:
        """How the name of a small one ends: 五金厂, 汽车修理厂, 水产养殖场."""
        if self.is_making or self.industry.code == "8111":
            return "厂"
        return "场" if self.industry.code == "0412" else ""


@dataclass(frozen=True, eq=False)
class Place:
    """A town with its share of the city's firms and the villages that addresses name."""

    town: Town
    weight: float
    villages: list[str]
    trades: Urn[Trade]

    @property
    def district(self) -> District:
        return self.town.district


@dataclass(frozen=True)
class Ground:
    """Everything the drawing of enterprises looks up, fetched once."""

    today: date
    trades: list[Trade]
    places: list[Place]
    tags: Mapping[str, ActivityTag]

    @cached_property
    def towns(self) -> Urn[Place]:
        return Urn([(place, place.weight) for place in self.places])

    def place(self, town: str) -> Place:
        return next(place for place in self.places if place.town.name == town)

    def trade(self, industry: str) -> Trade:
        return next(trade for trade in self.trades if trade.industry.code == industry)

    def in_district(self, district: District, but: Town) -> list[Place]:
        return [p for p in self.places if p.district == district and p.town != but]


def survey(today: date) -> Ground:
    trades = list(_trades(today))
    towns = {town.name: town for town in Town.objects.select_related("district")}
    places = [
        Place(
            town=towns[row["town"]],
            weight=float(row["weight"]),
            villages=row["places"].split("|"),
            trades=_common_in(row["town"], trades),
        )
        for row in _rows("towns.csv")
    ]
    return Ground(today, trades, places, {tag.code: tag for tag in ActivityTag.objects.all()})


def _trades(today: date) -> Iterator[Trade]:
    industries = {industry.code: industry for industry in Industry.objects.all()}
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    mapping = assignments(today)
    for row in _rows("trades.csv"):
        pairs = (pair.split(":") for pair in row["tags"].split("|") if pair)
        yield Trade(
            industry=industries[row["industry"]],
            sector=sectors[responsible_sector(row["industry"], today, mapping)],
            weight=float(row["weight"]),
            staff=float(row["staff"]),
            words=row["words"].split("|"),
            tags={code: float(chance) for code, chance in pairs},
            homes=frozenset(row["homes"].split("|")),
            site_name=row["site"],
        )


def _common_in(town: str, trades: list[Trade]) -> Urn[Trade]:
    return Urn([(t, t.weight * (AT_HOME if town in t.homes else 1)) for t in trades])


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
