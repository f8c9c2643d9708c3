from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.catalogue.services import load_catalogue
from apps.core.dates import SHANGHAI
from apps.enrollment.models import Application
from apps.enrollment.services import (
    Terms,
    attest,
    choose_insurer,
    choose_quote,
    issue,
    offer_limits,
    save_terms,
    start_application,
    submit,
)
from apps.enterprises.models import Site
from apps.policies.models import Policy
from apps.pools.models import Pool
from apps.pools.services import found_pool, join_pool, set_shares
from apps.rating.selectors.trial import golden_faults
from tests.factories import HeadcountFactory, SiteFactory, UserFactory, organisation, person

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
START = date(2026, 3, 9)
SHARES = (5_000, 3_333, 1_667)


@pytest.fixture
def catalogue() -> None:
    """The product and the tariff that ship."""
    load_catalogue(trial=golden_faults)


@pytest.fixture
def site(catalogue: None) -> Site:
    """A metal workshop of 46 people in Nanhai."""
    row = SiteFactory(opened_on=date(2010, 5, 1), headcount=46)
    HeadcountFactory(site=row, production=38, other=8, source="企业申报")
    return row


@pytest.fixture
def insurers(catalogue: None) -> list[Organisation]:
    return [organisation(Kind.INSURER, name=f"第{n}保险", short_name=f"第{n}") for n in "甲乙丙"]


@pytest.fixture
def bureau() -> User:
    return person(Kind.DISTRICT_BUREAU, "district_officer")


@pytest.fixture
def pool(site: Site, insurers: list[Organisation], bureau: User, acting: Callable) -> Pool:
    with acting(bureau):
        row = found_pool(district=site.district, name="南海区共保体", by=bureau)
    broker = person(Kind.BROKER, "broker_admin")
    with acting(broker):
        since = date(2026, 1, 1)
        for insurer in insurers:
            join_pool(pool=row, insurer=insurer, valid_from=since, source="协议", by=broker)
        shares = dict(zip(insurers, SHARES, strict=True))
        set_shares(pool=row, shares=shares, valid_from=since, source="协议", by=broker)
    return row


@pytest.fixture
def owner(site: Site) -> User:
    return UserFactory(organisation=site.enterprise.organisation, role="enterprise_owner")


@pytest.fixture
def seller(insurers: list[Organisation]) -> Organisation:
    return insurers[1]


@pytest.fixture
def underwriter(seller: Organisation) -> User:
    return UserFactory(organisation=seller, role="underwriter")


@pytest.fixture
def finance(seller: Organisation) -> User:
    return UserFactory(organisation=seller, role="insurer_finance")


@pytest.fixture
def draft(site: Site, pool: Pool, owner: User, acting: Callable[..., Any]) -> Application:
    with acting(owner):
        return start_application(site=site, by=owner)


TERMS = Terms(START, had_accident=False, is_listed=False)


def filled(draft: Application, insurer: Organisation, owner: User) -> Application:
    """Every step done, as the owner; to be called inside `acting(owner)`."""
    save_terms(application=draft, terms=TERMS, today=TODAY, by=owner)
    quotes = offer_limits(application=draft, today=TODAY, by=owner)
    choose_quote(application=draft, quote=quotes[0], today=TODAY, by=owner)
    choose_insurer(application=draft, insurer=insurer, today=TODAY, now=NOW, by=owner)
    return attest(application=draft, now=NOW, by=owner)


@pytest.fixture
def submitted(
    draft: Application, seller: Organisation, owner: User, acting: Callable[..., Any]
) -> Application:
    with acting(owner):
        filled(draft, seller, owner)
        return submit(application=draft, today=TODAY, now=NOW, by=owner)


@pytest.fixture
def issued(submitted: Application, underwriter: User, acting: Callable[..., Any]) -> Policy:
    with acting(underwriter):
        policy = issue(application=submitted, today=TODAY, now=NOW, by=underwriter)
        # Issued "today": what comes later in the test is dated after it.
        return Policy.objects.get(pk=policy.pk)


@pytest.fixture
def as_(client: Client) -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in
