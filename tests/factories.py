"""The fewest fields that make a valid object. A test states whatever it depends on."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.roles import roles_of
from apps.core.search import search_pieces
from apps.enterprises.models import Enterprise, Headcount, Site
from apps.reference.models import District, Industry, Sector, Town
from tests.codes import uscc


class OrganisationFactory(DjangoModelFactory):
    kind = Kind.ENTERPRISE
    name = factory.Sequence(lambda n: f"机构{n}")

    class Meta:
        model = Organisation


def organisation(kind: str, *, town: str = "桂城街道", sector: str = "", **fields) -> Organisation:
    """An organisation of any kind, with the area its kind asks for."""
    place = Town.objects.select_related("district").get(name=town)
    if kind in {Kind.DISTRICT_BUREAU, Kind.DISTRICT_FINANCE, Kind.DISTRICT_DEPARTMENT}:
        fields.setdefault("district", place.district)
    if kind == Kind.TOWN_OFFICE:
        fields |= {"district": place.district, "town": place}
    if kind in {Kind.CITY_DEPARTMENT, Kind.DISTRICT_DEPARTMENT}:
        chosen = Sector.objects.filter(code=sector) if sector else Sector.objects.all()
        fields.setdefault("sector", chosen.first())
    return OrganisationFactory(kind=kind, **fields)


class UserFactory(DjangoModelFactory):
    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"用户{n}")
    email = factory.Sequence(lambda n: f"user{n}@example.com")
    role = factory.LazyAttribute(lambda user: roles_of(user.organisation.kind)[0][0])

    class Meta:
        model = User


def person(kind: str, role: str = "", **organisation_fields) -> User:
    """Somebody of a new organisation of that kind."""
    own = organisation(kind, **organisation_fields)
    return UserFactory(organisation=own, **({"role": role} if role else {}))


class EnterpriseFactory(DjangoModelFactory):
    name = factory.Sequence(lambda n: f"佛山市第{n}五金制品有限公司")
    uscc = factory.Sequence(uscc)
    organisation = factory.LazyAttribute(
        lambda new: OrganisationFactory(name=new.name, uscc=new.uscc)
    )
    search = factory.LazyAttribute(lambda new: search_pieces(new.name, codes=(new.uscc,)))

    class Meta:
        model = Enterprise


class SiteFactory(DjangoModelFactory):
    enterprise = factory.SubFactory(EnterpriseFactory)
    name = "主厂区"
    town = factory.LazyFunction(lambda: Town.objects.get(name="桂城街道"))
    district = factory.LazyAttribute(lambda site: site.town.district)
    address = "工业大道1号"
    industry = factory.LazyFunction(lambda: Industry.objects.get(code="3311"))
    sector = factory.LazyFunction(lambda: Sector.objects.first())
    headcount = 20

    class Meta:
        model = Site


class HeadcountFactory(DjangoModelFactory):
    site = factory.SubFactory(SiteFactory)
    valid_from = date(2026, 1, 1)
    production = 20
    source = "企业申报"

    class Meta:
        model = Headcount


def district(name: str) -> District:
    return District.objects.get(name=name)
