from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import write
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services import load_catalogue
from apps.catalogue.services.drafting import draft_tariff
from apps.policies.models import Policy
from apps.pools.models import Pool
from apps.pools.services import found_pool
from apps.rating.impact import store
from apps.rating.impact.reckoning import Change, changed
from apps.rating.models import Quote
from apps.rating.selectors.facts import Declared
from apps.rating.selectors.trial import golden_faults
from apps.rating.services import offer_quotes
from apps.reference.models import Industry, Town
from tests.factories import HeadcountFactory, SiteFactory, UserFactory, organisation, person

TODAY = date(2026, 3, 2)
BEGUN = date(2026, 3, 3)
TOWNS = ("桂城街道", "荷城街道")
NEXT_YEAR = date(2027, 1, 1)
DEARER = Decimal("1.10")


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    store._HELD.clear()


@pytest.fixture
def insurers() -> list[Organisation]:
    return [organisation(Kind.INSURER, name=f"第{n}保险", short_name=f"第{n}") for n in "甲乙"]


def site_in(town: str, industry: str, heads: int, n: int) -> Any:
    place = Town.objects.select_related("district").get(name=town)
    row = SiteFactory(
        town=place,
        district=place.district,
        industry=Industry.objects.get(code=industry),
        opened_on=date(2010, 5, 1),
    )
    HeadcountFactory(site=row, production=heads, other=0, source=f"企业申报{n}")
    return row


def policy_of(quote: Quote, insurer: Organisation, pool: Pool, **changed: Any) -> Policy:
    """Sold and paid for, in force from 3 March 2026."""
    facts: dict[str, Any] = {
        "number": f"AZ-NH-2026-{quote.pk:06d}",
        "quote": quote,
        "pool": pool,
        "insurer": insurer,
        "insured_uscc": "",
        "site_address": "",
        "industry_name": "",
        "product": quote.product_version.product,
        "wanted_from": BEGUN,
        "issued_by": "test",
        "issued_by_name": "",
        "cover_from": BEGUN,
        "cover_to": date(2027, 3, 3),
    }
    same = (
        *("enterprise_id", "site_id", "district_id", "town_id", "sector_id", "insured_name"),
        *("site_name", "product_version_id", "tariff_version_id", "limit_choice_id", "deductible"),
        *("insured_count", "premium", "worksheet", "worksheet_hash"),
    )
    facts |= {name: getattr(quote, name) for name in same}
    return Policy.objects.create(**facts | changed)


@pytest.fixture
def policies(insurers: list[Organisation], acting: Callable[..., Any]) -> list[Policy]:
    """Twelve of two towns, two industries, six sizes and two insurers."""
    load_catalogue(trial=golden_faults)
    declared = Declared(source="申请", on=TODAY, had_accident=False, is_listed=False)
    bureau = person(Kind.CITY_BUREAU, "city_officer")
    found = []
    for n, heads in enumerate((20, 21, 100, 101, 300, 1001) * 2):
        site = site_in(TOWNS[n % 2], ("3311", "1711")[n // 6], heads, n)
        district = site.district
        pool = Pool.objects.filter(district=district).first() or found_pool(
            district=district, name=f"{district.name}共保体", by=bureau
        )
        owner = UserFactory(organisation=site.enterprise.organisation)
        with acting(owner):
            quotes = offer_quotes(site=site, on=BEGUN, declared=declared, today=TODAY, by=owner)
        quote = Quote.objects.select_related("product_version__product").get(pk=quotes[0].pk)
        found.append(policy_of(quote, insurers[n % 2], pool))
    return found


@pytest.fixture
def officer() -> User:
    return person(Kind.CITY_BUREAU, "city_officer")


@pytest.fixture
def base(policies: list[Policy]) -> TariffVersion:
    return TariffVersion.objects.select_related("product").get(number=2)


@pytest.fixture
def draft(base: TariffVersion, officer: User, acting: Callable[..., Any]) -> TariffVersion:
    """Ten percent more for the smallest, from next year on."""
    table = tariff_of(base).table["size"]
    smallest = next(iter(table.cells))
    document = write(changed(tariff_of(base), Change("size", DEARER, smallest)))
    words = {"number": 3, "valid_from": NEXT_YEAR, "source": "市局", "certainty": "sample"}
    with acting(officer):
        return draft_tariff(
            {**document, **words, "rounding": "到分"}, product=base.product, by=officer
        )
