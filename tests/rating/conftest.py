from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.accounts.models import User
from apps.catalogue.services import load_catalogue
from apps.enterprises.models import Grade, RiskFact, Site
from apps.rating.models import Quote
from apps.rating.selectors.facts import Declared
from apps.rating.selectors.trial import golden_faults
from apps.rating.services import offer_quotes
from apps.reference.models import ActivityTag
from tests.factories import HeadcountFactory, SiteFactory, UserFactory

TODAY = date(2026, 3, 2)
START = date(2026, 3, 9)


@pytest.fixture
def catalogue() -> None:
    """The product and the tariff that ship."""
    load_catalogue(trial=golden_faults)


@pytest.fixture
def site(catalogue: None) -> Site:
    """A metal workshop of 46 people, eight of them in the office, with a hoist and grade three."""
    row = SiteFactory(opened_on=date(2010, 5, 1))
    HeadcountFactory(site=row, production=38, other=8, source="企业申报")
    Grade.objects.create(
        site=row, kind=1, value="3", valid_from="2025-06-01", valid_to="2028-06-01", source="粤AQB"
    )
    RiskFact.objects.create(
        site=row,
        tag=ActivityTag.objects.get(code="special_equipment"),
        quantity=2,
        valid_from="2024-01-01",
        source="使用登记证",
    )
    return row


@pytest.fixture
def owner(site: Site) -> User:
    return UserFactory(organisation=site.enterprise.organisation)


@pytest.fixture
def declared() -> Declared:
    return Declared(source="投保申请", on=TODAY, had_accident=False, is_listed=False)


@pytest.fixture
def quotes(site: Site, owner: User, declared: Declared, acting: Callable[..., Any]) -> list[Quote]:
    with acting(owner):
        return offer_quotes(site=site, on=START, declared=declared, today=TODAY, by=owner)
