"""Pages ask the database as often for fifty rows as for one, and never more than 25 times."""

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Invitation
from apps.core import audit
from apps.core.models import Effect, Job
from apps.messaging.models import Notice
from tests.factories import UserFactory, organisation, person

MOST = 25


def colleagues(own, count):
    for _number in range(count):
        UserFactory(organisation=own.organisation, role=own.role)


def invitations(own, count):
    for number in range(count):
        Invitation.objects.create(
            organisation=own.organisation,
            role=own.role,
            name=f"客人{number}",
            email=f"guest{number}@example.com",
            invited_by=own,
            expires_at=timezone.now(),
        )


def institutions(own, count):
    for number in range(count):
        organisation("district_bureau", name=f"第{number}局")


def notices(own, count):
    for number in range(count):
        Notice.objects.create(receiver=own, title="消息", once=str(number), url="/home/")


def jobs(own, count):
    for _number in range(count):
        Job.objects.create(kind="x", title="导出", actor=own.actor_key)


def events(own, count):
    for number in range(count):
        audit.record("person.joined", by=own, on=own, changes={"role": own.role, "n": number})


def parked(own, count):
    for _number in range(count):
        Effect.objects.create(name="x", actor="user:1", parked_at=timezone.now())


def devices(own, count):
    """Signed in in so many places."""
    for _number in range(count):
        client = Client()
        client.force_login(own)
        UserSession.objects.create(
            user=own, ip="127.0.0.1", user_agent="x", session_key=client.session.session_key
        )


PAGES = [
    ("insurer", "insurer_admin", "/people/", colleagues),
    ("platform", "security_admin", "/people/", colleagues),
    ("insurer", "insurer_admin", "/people/invitations/", invitations),
    ("platform", "security_admin", "/people/invitations/", invitations),
    ("insurer", "underwriter", "/organisations/", institutions),
    ("insurer", "underwriter", "/notices/", notices),
    ("insurer", "underwriter", "/jobs/", jobs),
    ("platform", "audit_admin", "/audit/", events),
    ("platform", "system_admin", "/system/", parked),
    ("insurer", "insurer_admin", "/home/", notices),
    ("platform", "system_admin", "/home/", parked),
    ("city_bureau", "city_officer", "/home/", notices),
    ("insurer", "insurer_admin", "/search/?q=第1", institutions),
    ("insurer", "insurer_admin", "{organisation}?tab=related", colleagues),
    ("insurer", "insurer_admin", "{organisation}?tab=history", invitations),
    ("insurer", "insurer_admin", "/people/{person}/?tab=history", events),
    ("insurer", "insurer_admin", "/people/{person}/", devices),
    ("insurer", "underwriter", "/account/sessions/", devices),
    ("insurer", "insurer_admin", "/api/v1/organisations/", institutions),
    ("insurer", "insurer_admin", "/api/v1/notices/", notices),
]
RULES = ["parameters", "working-days", "industries", "industries/?q=五金", "categories"]
PLAIN = [
    *(f"/rules/{page}" + ("" if "?" in page else "/") for page in RULES),
    "/rules/",
    "/rules/districts/",
    "/rules/articles/",
    "/rules/tables/",
    "/rules/roles/",
    "/account/sessions/",
]


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize(("kind", "role", "url", "fill"), PAGES)
def test_a_list_asks_no_more_for_fifty_rows_than_for_one(as_, kind, role, url, fill):
    own = person(kind, role)
    address = url.format(organisation=own.organisation.get_absolute_url(), person=own.public_id)
    client = as_(own)
    fill(own, 1)
    with_one = queries(client, address)
    empty(own)
    fill(own, 50)
    with_fifty = queries(client, address)

    assert with_fifty <= with_one
    assert with_fifty <= MOST


def empty(own):
    """Rows whose keys are counted from nought again."""
    Invitation.objects.all().delete()
    Notice.objects.all().delete()


@pytest.mark.parametrize("url", PLAIN)
def test_a_page_of_rules_asks_at_most_25_times(as_, url):
    assert queries(as_(person("insurer")), url) <= MOST
