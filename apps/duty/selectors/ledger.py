"""The ledger as somebody may see it on a day: rows, and how many there are of each state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from apps.accounts.actors import MESSENGER
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.core import context
from apps.core.remembering import RememberedFor
from apps.duty.ledger.drawing import freshen
from apps.duty.models import DutyState, Letter, SiteDuty
from apps.duty.rules import COUNTED, DEFAULTING
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.selectors.register import industries_under
from apps.reference.models import District, Sector, Town
from apps.reference.selectors import known

VIEW_STATES: Mapping[str, tuple[str, ...]] = {
    "": tuple(DEFAULTING),
    "all": tuple(COUNTED),
    **{state.value: (state.value,) for state in DutyState},
}


@dataclass(frozen=True)
class Terms:
    """What the ledger may be narrowed by."""

    q: str = ""
    district: District | None = None
    town: Town | None = None
    sector: Sector | None = None
    industry: str = ""
    since_from: date | None = None
    since_to: date | None = None
    view: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self != Terms(view=self.view)


@dataclass(frozen=True)
class Row:
    duty: SiteDuty
    site: Site
    enterprise: Enterprise
    letter: Letter | None
    authority: str


def duties_on(user: User, day: date) -> QuerySet[SiteDuty]:
    """Of each site one may see, the segment of that day. Drawn anew first where facts changed."""
    freshen()
    return SiteDuty.objects.visible_to(user).on(day)


def duties_fitting(user: User, day: date, terms: Terms) -> QuerySet[SiteDuty]:
    """Without regard to the view: how many there are of each state is told beside it."""
    rows = duties_on(user, day)
    places = {"district": terms.district, "town": terms.town, "sector": terms.sector}
    rows = rows.filter(**{name: place for name, place in places.items() if place})
    if terms.q:
        named = Enterprise.objects.visible_to(user).matching(terms.q)
        rows = rows.filter(enterprise__in=named.values("pk"))
    if terms.industry.isalpha():
        codes = known.industries()
        keys = [codes[key].code for key in industries_under(terms.industry)]
        rows = rows.filter(industry_code__in=keys)
    elif terms.industry:
        rows = rows.filter(industry_code__startswith=terms.industry)
    if terms.since_from:
        rows = rows.filter(since__gte=terms.since_from)
    return rows.filter(since__lte=terms.since_to) if terms.since_to else rows


def in_view(rows: QuerySet[SiteDuty], view: str) -> QuerySet[SiteDuty]:
    states = VIEW_STATES.get(view, VIEW_STATES[""])
    return rows.filter(state__in=states)


def counts_of(rows: QuerySet[SiteDuty]) -> dict[str, int]:
    """How many sites are in each state."""
    pairs = rows.order_by().values_list("state").annotate(number=Count("pk"))
    return dict(pairs.values_list("state", "number"))


@dataclass
class TownCounts:
    town: Town
    by_state: dict[str, int] = field(default_factory=dict)

    @property
    def due(self) -> int:
        """Those that must insure and are not exempt."""
        return sum(self.by_state.get(state, 0) for state in COUNTED)

    @property
    def defaulting(self) -> int:
        return sum(self.by_state.get(state, 0) for state in DEFAULTING)

    @property
    def covered(self) -> int:
        return self.due - self.defaulting


def counts_by_town(rows: QuerySet[SiteDuty]) -> list[TownCounts]:
    """Every town with a site that must insure, the one with most in default first."""
    towns = known.towns()
    found: dict[int, TownCounts] = {}
    told = rows.filter(state__in=COUNTED).order_by().values_list("town", "state")
    for town, state, number in told.annotate(number=Count("pk")):
        found.setdefault(town, TownCounts(towns[town])).by_state[state] = number
    return sorted(found.values(), key=lambda one: (-one.defaulting, one.town.code))


def rows_of(duties: Iterable[SiteDuty], user: User) -> list[Row]:
    """With what a line prints beside the segment, in three queries for any number of them."""
    found = list(duties)
    keys = [duty.site_id for duty in found]
    seen = Site.objects.visible_to(user).filter(pk__in=keys).select_related("enterprise")
    sites = {site.pk: site for site in known.filled(seen.defer("enterprise__search"))}
    letters = latest_letters(keys, user)
    names = authorities()
    return [
        Row(duty, site, site.enterprise, letters.get(duty.site_id), names.of(duty))
        for duty in found
        if (site := sites.get(duty.site_id))
    ]


def latest_letters(sites: Iterable[int], user: User) -> dict[int, Letter]:
    rows = Letter.objects.visible_to(user).filter(site__in=list(sites)).exclude(state="withdrawn")
    return {letter.site_id: letter for letter in rows.order_by("sent_on", "pk")}


@dataclass(frozen=True)
class Authorities:
    """Who answers for a site: the department of its line in its district, else the bureau."""

    departments: Mapping[tuple[int, int], str]
    bureaus: Mapping[int, str]
    sectors: Mapping[int, str]

    def of(self, duty: SiteDuty) -> str:
        own = self.departments.get((duty.sector_id, duty.district_id))
        return own or self.bureaus.get(duty.district_id) or ""


_AUTHORITIES = RememberedFor[Authorities](worth=lambda found: bool(found.bureaus))


def authorities() -> Authorities:
    """Names of offices, which are no secret; as they were at most a minute ago."""
    return _AUTHORITIES(connection.settings_dict["NAME"], _asked)


def _asked() -> Authorities:
    kinds = (Kind.DISTRICT_DEPARTMENT, Kind.DISTRICT_BUREAU)
    with context.entering(MESSENGER.context):
        offices = list(Organisation.objects.filter(kind__in=kinds, is_active=True).order_by("-pk"))
    sectors = {key: sector.name for key, sector in known.sectors().items()}
    return Authorities(
        departments={
            (office.sector_id, office.district_id): office.name
            for office in offices
            if office.sector_id and office.district_id
        },
        bureaus={
            office.district_id: office.name
            for office in offices
            if office.kind == Kind.DISTRICT_BUREAU and office.district_id
        },
        sectors=sectors,
    )


def line_of(site: Site, user: User) -> list[SiteDuty]:
    """The whole line of a site, earliest first."""
    freshen()
    return list(SiteDuty.objects.visible_to(user).filter(site=site).order_by("valid_from"))


def duties_of(enterprise: Enterprise, user: User, day: date) -> list[SiteDuty]:
    """Site by site: one enterprise may have sites in several districts."""
    rows = duties_on(user, day).filter(enterprise=enterprise.pk)
    return list(rows.select_related("site").order_by("site"))


def in_default(user: User, day: date) -> int:
    return duties_on(user, day).filter(Q(state__in=DEFAULTING)).count()


def states_known() -> list[Any]:
    return list(DutyState)
