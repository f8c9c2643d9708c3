"""Every page within 25 queries, and no more of them for fifty rows than for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.models import Invitation
from apps.accounts.roles import ROLES
from apps.core import audit
from apps.messaging.models import Notice
from apps.reference.models import Town
from tests.access.table import PUBLIC, TABLE
from tests.access.test_routes import ROUTES
from tests.factories import (
    EnterpriseFactory,
    HeadcountFactory,
    OrganisationFactory,
    SiteFactory,
    UserFactory,
    organisation,
)

MOST = 25
# Answers that are no page of their own: they end in a redirect, a file or a health line.
NO_PAGES = {"healthz", "readyz", "robots", "api_schema"}
PAGES = [
    route
    for route, who in TABLE.items()
    if " " not in route and "_api:" not in route and not ROUTES[route].pattern.converters
    if route not in NO_PAGES and "reset_password_from_key" not in route
]


def grown_to(number: int, viewer) -> None:
    """As many rows as asked of everything a list shows."""
    town = Town.objects.select_related("district").get(name="桂城街道")
    for n in range(number):
        own = OrganisationFactory(district=town.district, town=town)
        site = SiteFactory(enterprise=EnterpriseFactory(organisation=own), town=town)
        HeadcountFactory(site=site)
        organisation(Kind.INSURER)
        UserFactory(organisation=viewer.organisation, role=viewer.role)
        Notice.objects.create(receiver=viewer, title="通知", once=f"{n}/{number}")
        Invitation.objects.create(
            organisation=viewer.organisation,
            role=viewer.role,
            name="新人",
            email=f"new{n}-{number}@example.com",
            expires_at=timezone.now(),
            invited_by=viewer,
        )
        audit.record("enterprise.verified", by=viewer, on=site.enterprise)


def queries_of(client, url: str) -> int:
    client.get(url)  # what is read once per process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(url)
    return len([query for query in captured if "set_config" not in query["sql"]])


def viewer_for(route: str):
    who = TABLE[route]
    role = "city_officer" if who == PUBLIC or "city_officer" in who else sorted(who)[0]
    own = organisation(sorted(ROLES[role].kinds)[0])
    return UserFactory(organisation=own, role=role)


@pytest.mark.parametrize("route", PAGES)
def test_a_page_keeps_its_budget(client, route):
    viewer = viewer_for(route)
    client.force_login(viewer)
    url = reverse(route)

    grown_to(1, viewer)
    few = queries_of(client, url)
    grown_to(50, viewer)
    many = queries_of(client, url)

    assert many <= MOST, f"{url}: {many} queries"
    assert many <= few + 2, f"{url}: {few} queries for one row, {many} for fifty"
