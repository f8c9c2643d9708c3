"""The institutions of the programme: offices bear their real names, firms invented ones."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, OrganisationName
from apps.core.dates import start_of_day
from apps.enterprises.demo.draws import Urn, credit_code, public_id, stream
from apps.enterprises.demo.firms import CODES, code_number
from apps.enterprises.demo.reference import FOLDER
from apps.reference.models import District, Sector, Town

FOUNDED_AT = start_of_day(date(2018, 3, 1))
SAFETY_OFFICE = "安全生产监督管理局"
EMERGENCY_OFFICE = "应急管理局"
NAMED_ON = date(2010, 1, 1)
RENAMED_ON = date(2019, 3, 1)
REFORM = "机构改革（示范数据，日期为示例）"
SECTORS = {
    "housing": ("住房和城乡建设局", "住建局"),
    "transport": ("交通运输局", "交通局"),
    "agriculture": ("农业农村局", "农业农村局"),
    "commerce": ("经济促进局", "经促局"),
}
COMPANIES = {Kind.INSURER, Kind.BROKER, Kind.AGENCY}
SERVING = 5  # insurers in a district


@dataclass
class Institutions:
    """Organisations by slug, in the order of their founding, with the names they bore before."""

    by_slug: dict[str, Organisation] = field(default_factory=dict)
    names: list[OrganisationName] = field(default_factory=list)

    def add(self, slug: str, former: str = "", **fields: object) -> Organisation:
        added = self.by_slug[slug] = Organisation(created_at=FOUNDED_AT, **fields)
        for name, since in ((former, NAMED_ON), (added.name, RENAMED_ON)) if former else ():
            self.names.append(
                OrganisationName(organisation=added, name=name, valid_from=since, source=REFORM)
            )
        return added

    @property
    def generations(self) -> list[list[Organisation]]:
        """Those without a parent, then those below them, and so on: parents are stored first."""
        levels: list[list[Organisation]] = [[], [], []]
        for one in self.by_slug.values():
            levels[_height(one)].append(one)
        return levels

    def of_kind(self, kind: str) -> list[Organisation]:
        return [one for one in self.by_slug.values() if one.kind == kind]


def _height(organisation: Organisation) -> int:
    return 0 if organisation.parent is None else 1 + _height(organisation.parent)


def draw_institutions(seed: int) -> Institutions:
    found = Institutions()
    sectors = {sector.code: sector for sector in Sector.objects.all()}
    for row in _rows():
        sector = sectors[row["sector"]] if row["sector"] else None
        found.add(
            row["slug"],
            former=row["former"],
            kind=row["kind"],
            name=row["name"],
            short_name=row["short_name"],
            sector=sector,
        )
    for district in District.objects.prefetch_related("towns"):
        _add_district(found, district, sectors)
    for number, organisation in enumerate(found.by_slug.values()):
        _complete(organisation, number, seed, stream(seed, "institution", number))
    return found


def _add_district(found: Institutions, district: District, sectors: Mapping[str, Sector]) -> None:
    slug, place = slug_of(district), f"佛山市{district.name}"
    bureau = found.add(
        slug,
        kind=Kind.DISTRICT_BUREAU,
        name=place + EMERGENCY_OFFICE,
        former=place + SAFETY_OFFICE,
        short_name=f"{district.short_name}应急局",
        district=district,
        parent=found.by_slug["city"],
    )
    for code, (name, short_name) in SECTORS.items():
        found.add(
            f"{slug}-{code}",
            kind=Kind.DISTRICT_DEPARTMENT,
            name=place + name,
            short_name=district.short_name + short_name,
            district=district,
            sector=sectors[code],
            parent=found.by_slug[f"city-{code}"],
        )
    found.add(
        f"{slug}-finance",
        kind=Kind.DISTRICT_FINANCE,
        name=f"{place}财政局",
        short_name=f"{district.short_name}财政局",
        district=district,
        parent=found.by_slug["city-finance"],
    )
    for town in district.towns.all():
        found.add(
            slug_of(town),
            kind=Kind.TOWN_OFFICE,
            name=f"{place}{town.name}应急管理办公室",
            short_name=f"{town.name}应急办",
            district=district,
            town=town,
            parent=bureau,
        )


def _complete(organisation: Organisation, number: int, seed: int, rng: Random) -> None:
    organisation.public_id = public_id("org", rng)
    organisation.hotline = f"0757-0000{number + 1:04d}"
    if organisation.kind in COMPANIES:
        organisation.uscc = credit_code(code_number(seed, CODES - 1 - number), region="440600")


def serving(
    seed: int, districts: Iterable[District], insurers: list[Organisation]
) -> dict[int, Urn[Organisation]]:
    """Which insurers serve in which district, and how often each is chosen there."""
    return {
        district.pk: Urn(list(_weighed(stream(seed, "serving", district.code), insurers)))
        for district in districts
    }


def _weighed(rng: Random, insurers: list[Organisation]) -> Iterator[tuple[Organisation, float]]:
    """The first is the city's largest and serves everywhere."""
    chosen = [insurers[0], *rng.sample(insurers[1:], rng.randint(SERVING - 2, SERVING))]
    for position, insurer in enumerate(chosen):
        yield insurer, 1 / (position + 1.5)


def slug_of(place: District | Town) -> str:
    """Xi'nan Subdistrict → xinan"""
    name = place.name_en.rsplit(" ", 1)[0]
    return name.lower().replace("'", "").replace(" ", "-")


def _rows() -> list[dict[str, str]]:
    with (FOLDER / "institutions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
