"""The whole site's doors: who gets past each, tried for every role over HTTP."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from apps.accounts.management.commands.write_docs import guard_of, routes
from apps.accounts.models import User
from apps.accounts.roles import ROLES
from tests.access.table import PUBLIC, TABLE
from tests.factories import UserFactory, organisation

ROUTES = {name: entry for name, entry, _address in routes()}
STAND_INS = {"int": 0, "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000"}
METHODS = {name: name.lower() for name in ("POST", "GET", "PATCH", "PUT", "DELETE")}


def url_for(route: str) -> str:
    name, _, _method = route.partition(" ")
    entry = ROUTES[name]
    converters = entry.pattern.converters
    if not converters and (groups := re.findall(r"\?P<(\w+)>", str(entry.pattern))):
        return reverse(name, kwargs=dict.fromkeys(groups, "1"))
    stand_ins = {
        key: STAND_INS[
            type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        ]
        for key, converter in converters.items()
    }
    return reverse(name, kwargs=stand_ins)


def ask(client, route: str):
    """Knock with the method the table names, or with GET; 405 comes after the door."""
    method = METHODS[route.partition(" ")[2] or "GET"]
    return getattr(client, method)(url_for(route))


def person_in(role: str) -> User:
    kind = sorted(ROLES[role].kinds)[0]
    return UserFactory(organisation=organisation(kind), role=role)


GUARDED = [route for route, who in TABLE.items() if who != PUBLIC]


def test_every_route_is_in_the_table_and_the_table_names_no_other():
    assert {route.partition(" ")[0] for route in TABLE} == set(ROUTES)


def test_every_view_carries_its_guard_or_says_why_it_is_public():
    assert [name for name, entry in ROUTES.items() if not guard_of(entry)] == []


def test_routes_of_the_table_that_are_public_say_why_in_the_code():
    said = {name for name, entry in ROUTES.items() if type(guard_of(entry)) is str}
    assert {route for route, who in TABLE.items() if who == PUBLIC} == said


def test_the_table_names_every_role():
    named = set().union(*(who for who in TABLE.values() if who != PUBLIC))
    assert named == set(ROLES)


@pytest.mark.parametrize("route", GUARDED)
def test_visitors_are_sent_to_the_login_or_turned_away(client, route):
    response = ask(client, route)
    assert response.status_code in {302, 401, 403}
    if response.status_code == 302:
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_past_exactly_its_own_doors(client, role):
    client.force_login(person_in(role))
    passed = {route for route in GUARDED if ask(client, route).status_code != 403}
    assert passed == {route for route in GUARDED if role in TABLE[route]}


def test_the_documents_say_what_the_code_does():
    call_command("write_docs", check=True)
