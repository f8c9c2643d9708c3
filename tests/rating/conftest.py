from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.catalogue.models import TariffVersion
from apps.catalogue.rules.documents import write
from apps.catalogue.rules.tariff import Cell, Fact, FactKind, Group, Table, TableKind
from apps.catalogue.selectors.tariffs import tariff_of
from apps.catalogue.services import activate_version, approve_version, check_tariff, load_catalogue
from apps.catalogue.services.drafting import draft_tariff
from apps.enterprises.models import Grade, RiskFact, Site
from apps.rating.gate.services import run_gate
from apps.rating.models import Quote, RangeAuthority, Referral
from apps.rating.referrals.services import grant_authority, refer_site
from apps.rating.selectors.facts import Declared
from apps.rating.selectors.trial import golden_faults
from apps.rating.services import offer_quotes
from apps.reference.models import ActivityTag
from tests.factories import HeadcountFactory, SiteFactory, UserFactory, organisation, person

TODAY = date(2026, 3, 2)
START = date(2026, 3, 9)
AFTER_SINCE = date(2026, 3, 10)


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


@pytest.fixture
def ranged(site, acting) -> TariffVersion:
    """From 9 March the tariff leaves one factor open between 0.90 and 1.20."""
    makers = [UserFactory(organisation=organisation(Kind.CITY_BUREAU)) for _ in range(2)]
    tariff = tariff_of(TariffVersion.objects.on(AFTER_SINCE).get())
    table = Table(
        "judged",
        TableKind.FACTOR,
        "现场评价",
        (),
        {(): Cell(Decimal("0.90"), Decimal("1.20"))},
        group="judged",
    )
    changed = replace(
        tariff,
        facts=(*tariff.facts, Fact("judged", FactKind.CHOSEN, "现场评价")),
        tables=(*tariff.tables, table),
        groups=(*tariff.groups, Group("judged", "现场评价")),
        golden=tuple(
            replace(case, facts={**case.facts, "judged": {"value": "1", "reason": "算例"}})
            for case in tariff.golden
        ),
    )
    words = {"number": 3, "valid_from": START, "source": "市局", "certainty": "sample"}
    document = {**write(changed), **words, "rounding": "到分"}
    product = TariffVersion.objects.on(AFTER_SINCE).get().product
    with acting(makers[0]):
        draft = draft_tariff(document, product=product, by=makers[0])
        checked = check_tariff(version=draft, trial=golden_faults, by=makers[0])
        run_gate(version=checked, by=makers[0])
    with acting(makers[1]):
        approved = approve_version(version=checked, by=makers[1], reason="同意")
        return activate_version(version=approved, today=TODAY, by=makers[1])


@pytest.fixture
def underwriter(site):
    own = organisation(Kind.INSURER)
    site.insurer = own
    site.save(update_fields=["insurer"])
    return UserFactory(organisation=own, role="underwriter")


@pytest.fixture
def authority(ranged, acting) -> RangeAuthority:
    """An underwriter chooses in the upper two thirds: 1.00 to 1.20."""
    officer = person(Kind.CITY_BUREAU, "city_officer")
    with acting(officer):
        return grant_authority(
            role="underwriter", table="", part=(33, 100), since=TODAY, source="市局", by=officer
        )


@pytest.fixture
def referral(ranged, underwriter, owner, site, declared, acting) -> Referral:
    with acting(owner):
        return refer_site(
            site=site, on=AFTER_SINCE, declared=declared, today=TODAY, now=timezone.now(), by=owner
        )
