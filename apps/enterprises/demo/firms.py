"""Draws the rows of one firm: itself, its names, its sites and what is known of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, OrganisationName
from apps.core.search import search_pieces
from apps.enterprises.demo import names
from apps.enterprises.demo.draws import (
    Urn,
    credit_code,
    day_between,
    office_hour,
    public_id,
    stream,
)
from apps.enterprises.demo.outlines import Outline, outline
from apps.enterprises.demo.reference import Ground, Place
from apps.enterprises.demo.sites import SiteRows, draw_site
from apps.enterprises.models import Enterprise

CODES = 31**5
STRIDE = 7_919_317  # not a multiple of 31: neighbours get codes far apart, and no two the same
REGISTER = "营业执照登记（示范数据）"
State = Enterprise.State


@dataclass
class Firm:
    organisation: Organisation
    enterprise: Enterprise
    names: list[OrganisationName]
    sites: list[SiteRows]
    verified_at: datetime | None
    closed_on: date | None


@dataclass
class Founder:
    """Draws firm after firm; remembers the names so that no two share one."""

    ground: Ground
    seed: int
    insurers: Mapping[int, Urn[Organisation]]
    taken: set[str] = field(default_factory=set)

    def draw(self, number: int) -> Firm:
        rng = stream(self.seed, "firm", number)
        plan = outline(self.ground, rng, number)
        name = self._free_name(rng, plan)
        former = self._free_name(rng, plan) if plan.is_renamed else ""
        registered_at = office_hour(rng, plan.registered_on)
        organisation = Organisation(
            public_id=public_id("org", rng),
            kind=Kind.ENTERPRISE,
            name=name,
            uscc=self._code(rng, number, name, plan.place),
            district=plan.place.district,
            town=plan.place.town,
            created_at=registered_at,
        )
        enterprise = self._enterprise(rng, organisation, plan, former)
        return Firm(
            organisation=organisation,
            enterprise=enterprise,
            names=list(_names(rng, organisation, former, plan)),
            sites=[
                draw_site(
                    self.ground, rng, plan, enterprise, place, self._insurer(rng, plan, place)
                )
                for place in _places(self.ground, rng, plan)
            ],
            verified_at=_verified_at(rng, registered_at, plan, self.ground.today),
            closed_on=plan.closed_on,
        )

    def _enterprise(
        self, rng: Random, organisation: Organisation, plan: Outline, former: str
    ) -> Enterprise:
        code = organisation.uscc or ""
        parents = names.PARENTS.get(plan.ownership)
        return Enterprise(
            organisation=organisation,
            public_id=public_id("ent", rng),
            uscc=code,
            name=organisation.name,
            ownership=plan.ownership,
            parent_name=rng.choice(parents) if parents else "",
            contact_name=names.person(rng),
            contact_phone=names.telephone(rng) if rng.random() < 0.93 else "",
            search=search_pieces(organisation.name, former, codes=(code,)),
            registered_at=organisation.created_at,
        )

    def _free_name(self, rng: Random, plan: Outline) -> str:
        place = plan.place
        town = place.town.name.removesuffix("街道")
        while True:
            name = names.firm(
                rng,
                place=place.district.name,
                town=town,
                word=rng.choice(plan.trade.words),
                ending=plan.trade.workshop,
                is_large=plan.is_large,
            )
            if name not in self.taken:
                self.taken.add(name)
                return name

    def _code(self, rng: Random, number: int, name: str, place: Place) -> str:
        """Most are registered where they stand; some by the city, a few in Guangzhou."""
        region = rng.choices((place.district.code, "440600", "440103"), (90, 8, 2))[0]
        kind = "92" if names.is_workshop(name) else "91"
        return credit_code(code_number(self.seed, number), region=region, kind=kind)

    def _insurer(self, rng: Random, plan: Outline, place: Place) -> Organisation | None:
        if plan.closed_on or rng.random() >= 0.7:
            return None
        return self.insurers[place.district.pk].draw(rng)


def code_number(seed: int, number: int) -> int:
    return (seed + number * STRIDE) % CODES


def _names(
    rng: Random, organisation: Organisation, former: str, plan: Outline
) -> Iterator[OrganisationName]:
    founded = plan.registered_on - timedelta(days=rng.randrange(400, 4_000))
    named = [(former, founded)] if former else []
    since = day_between(rng, founded + timedelta(days=200), plan.registered_on)
    for name, valid_from in [*named, (organisation.name, since if former else founded)]:
        yield OrganisationName(
            organisation=organisation, name=name, valid_from=valid_from, source=REGISTER
        )


def _places(ground: Ground, rng: Random, plan: Outline) -> list[Place]:
    """The first site stands where the firm is; a third one always in another district."""
    places = [plan.place]
    for position in range(1, plan.sites):
        near = ground.in_district(plan.place.district, but=plan.place.town)
        if position == 2 or rng.random() < 0.15:
            near = [p for p in ground.places if p.district != plan.place.district]
        places.append(Urn([(place, place.weight) for place in near]).draw(rng))
    return places


def _verified_at(
    rng: Random, registered_at: datetime, plan: Outline, today: date
) -> datetime | None:
    age = (today - plan.registered_on).days
    if plan.closed_on or rng.random() >= (0.92 if age > 60 else 0.35):
        return None
    day = plan.registered_on + timedelta(days=rng.randrange(1, 30))
    return max(office_hour(rng, day), registered_at) if day < today else None
