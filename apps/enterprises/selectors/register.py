"""The list of enterprises: what fits the conditions, in which order, with the sites one may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import OrganisationName, User
from apps.core.search import folded
from apps.enterprises.models import Enterprise, Site
from apps.reference.models import District, Sector, Town
from apps.reference.selectors import known

Text = str | Promise

PLACE = ("district", "town", "industry", "sector", "insurer")
ORDERS: dict[str, Sequence[str]] = {
    "registered": ("pk",),
    "-registered": ("-pk",),
    "name": ("name", "pk"),
    "-name": ("-name", "-pk"),
    "headcount": ("people", "pk"),
    "-headcount": ("-people", "-pk"),
}
NEWEST = "-registered"

VIEWS: dict[str, Text] = {
    "": _("在册"),
    "unverified": _("待核实"),
    "uncounted": _("缺少人数"),
    "several": _("多场所"),
    "suspended": _("停产"),
    "closed": _("已注销"),
}


@dataclass(frozen=True)
class Terms:
    """What a list may be narrowed by. Conditions on a place must hold for one and the same site."""

    q: str = ""
    district: District | None = None
    town: Town | None = None
    industry: str = ""
    sector: Sector | None = None
    state: str = ""
    site_state: str = ""
    people_from: int | None = None
    people_to: int | None = None
    view: str = ""

    @property
    def about_site(self) -> dict[str, Any]:
        """The conditions a site has to meet."""
        conditions: dict[str, Any] = {
            "district": self.district,
            "town": self.town,
            "sector": self.sector,
            "state": self.site_state or ("suspended" if self.view == "suspended" else ""),
        }
        if self.industry:
            conditions["industry__in"] = industries_under(self.industry)
        if self.view == "uncounted":
            conditions |= {"state": Site.State.OPERATING, "headcount": 0}
        return {key: value for key, value in conditions.items() if value not in (None, "")}

    @property
    def is_narrowed(self) -> bool:
        return self != Terms(view=self.view)


@dataclass(frozen=True)
class Row:
    """One line of the list: an enterprise with the sites that the reader may see."""

    enterprise: Enterprise
    sites: list[Site]
    former_name: str = ""

    @property
    def people(self) -> int:
        return sum(site.headcount for site in self.sites)

    @property
    def main(self) -> Site | None:
        return self.sites[0] if self.sites else None

    @property
    def more(self) -> int:
        return len(self.sites) - 1

    @property
    def is_suspended(self) -> bool:
        """Stopped at every site that is not closed."""
        states = {site.state for site in self.sites} - {Site.State.CLOSED}
        return states == {Site.State.SUSPENDED}


def industries_under(asked: str) -> list[int]:
    """The keys of a section (C), or of a division, group or class by the digits it begins with."""
    section = asked.upper() if asked.isalpha() else None
    return [
        industry.pk
        for industry in known.industries().values()
        if (industry.section == section if section else industry.code.startswith(asked))
    ]


def enterprises_fitting(user: User, terms: Terms) -> QuerySet[Enterprise]:
    rows = Enterprise.objects.visible_to(user)
    sites = Site.objects.visible_to(user)
    if terms.q:
        rows = rows.matching(terms.q)
    if terms.state:
        rows = rows.filter(state=terms.state)
    elif terms.view == "unverified":
        rows = rows.filter(state=Enterprise.State.REGISTERED)
    elif terms.view == "closed":
        rows = rows.filter(state=Enterprise.State.CLOSED)
    elif not terms.q:  # whoever asks for a name wants it found, closed or not
        rows = rows.exclude(state=Enterprise.State.CLOSED)
    if terms.about_site:
        meeting = sites.filter(**terms.about_site).values("enterprise")
        # People are added up for those enterprises alone.
        rows, sites = rows.filter(pk__in=meeting), sites.filter(enterprise__in=meeting)
    if terms.view == "several":
        rows = rows.filter(pk__in=_per_enterprise(sites, Count("pk")).filter(figure__gt=1))
    return _with_so_many(rows, sites, terms, user)


def _with_so_many(
    rows: QuerySet[Enterprise], sites: QuerySet[Site], terms: Terms, user: User
) -> QuerySet[Enterprise]:
    """Of so many people at the sites the reader sees."""
    asked = {"gte": terms.people_from, "lte": terms.people_to}
    bounds = {sign: number for sign, number in asked.items() if number is not None}
    if not bounds:
        return rows
    if sees_every_site(user):
        return rows.filter(**{f"people__{sign}": number for sign, number in bounds.items()})
    people = _per_enterprise(sites, Sum("headcount"))
    figures = {f"figure__{sign}": number for sign, number in bounds.items()}
    return rows.filter(pk__in=people.filter(**figures))


def sees_every_site(user: User) -> bool:
    """The totals kept with the enterprises are then what this person would add up."""
    return not Site.objects.visible_to(user).query.where


def _per_enterprise(sites: QuerySet[Site], figure: Any) -> Any:
    return sites.order_by().values("enterprise").annotate(figure=figure).values("enterprise")


def in_order(rows: QuerySet[Enterprise], sort: str, user: User) -> tuple[Any, Sequence[str]]:
    order = ORDERS.get(sort, ORDERS[NEWEST])
    if "headcount" not in sort or sees_every_site(user):
        return rows, order
    own = Q(sites__in=Site.objects.visible_to(user))
    added_up = rows.annotate(seen_people=Coalesce(Sum("sites__headcount", filter=own), 0))
    return added_up, [name.replace("people", "seen_people") for name in order]


def rows_of(
    enterprises: Iterable[Enterprise],
    user: User,
    *,
    along: Iterable[str] = PLACE,
    asked: str = "",
) -> list[Row]:
    """Each with the sites this person may see, in two queries for any number of rows.

    `along` names what of a site is needed too. Where a text was asked for that the name does not
    bear, the former name that does goes along.
    """
    found = list(enterprises)
    sites: dict[int, list[Site]] = {}
    seen = Site.objects.visible_to(user).filter(enterprise__in=found)
    along = set(along)
    if asked_for := along - known.BY_FIELD.keys():
        seen = seen.select_related(*asked_for)
    for site in known.filled(seen.order_by("pk"), along):
        sites.setdefault(site.enterprise_id, []).append(site)
    former = _former_names(found, user, folded(asked))
    for one in found:
        for site in sites.get(one.pk, []):
            site.enterprise = one
    return [Row(one, sites.get(one.pk, []), former.get(one.pk, "")) for one in found]


def _former_names(found: Iterable[Enterprise], user: User, asked: str) -> dict[int, str]:
    others = [one.pk for one in found if asked and asked not in folded(one.name + one.uscc)]
    if not others:
        return {}
    names = OrganisationName.objects.visible_to(user).filter(organisation__in=others)
    pairs = names.order_by("valid_from").values_list("organisation", "name")
    return {key: name for key, name in pairs if asked in folded(name)}
