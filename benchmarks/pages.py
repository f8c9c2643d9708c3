"""Which pages are measured, as whom, and what each asks of the database."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from apps.accounts.models import User
from apps.core import context
from apps.enrollment.models import Application
from apps.enterprises.models import Enterprise, Site
from apps.policies.models import Policy

Address = Callable[[User], str]
SLOWEST = 3
DRAWINGS = 5


@dataclass(frozen=True)
class Page:
    name: str
    login: str
    address: Address


@dataclass(frozen=True)
class Asked:
    """What one drawing of a page takes: statements, and processor time here and in Postgres.

    Processor time hardly depends on what else the machine does; time on the clock does.
    """

    count: int
    python: float
    postgres: float
    slowest: list[tuple[float, str]]


def at(route: str, **query: object) -> Address:
    return lambda _user: reverse(route) + (f"?{urlencode(query)}" if query else "")


def narrowed(_user: User) -> str:
    query = {
        "district": "440605",
        "industry": "33",
        "people_from": 50,
        "site_state": "operating",
    }
    return f"{reverse('enterprises:list')}?{urlencode(query)}"


def an_enterprise(user: User) -> str:
    """One from the middle of what this person sees; an enterprise sees itself."""
    seen = Enterprise.objects.visible_to(user).order_by("pk")
    return seen[seen.count() // 2].get_absolute_url()


def one_page(user: User) -> str:
    return reverse("duty:one", args=[an_enterprise(user).strip("/").rpartition("/")[2]])


def a_site(user: User) -> str:
    seen = Site.objects.visible_to(user).order_by("pk")
    return seen[seen.count() // 2].get_absolute_url()


def a_policy(user: User) -> str:
    seen = Policy.objects.visible_to(user).order_by("pk")
    return seen[min(seen.count() // 2, 1_000)].get_absolute_url()


def an_application(user: User) -> str:
    return Application.objects.visible_to(user).order_by("-pk")[0].get_absolute_url()


LIST, HOME, AUDIT = "enterprises:list", "accounts:home", "accounts:audit"
POLICIES, APPLICATIONS = "policies:list", "enrollment:list"
CITY, BUREAU = "city-officer", "district-officer.nanhai"
TOWN, INSURER = "town-officer.shishan", "underwriter.lingnan"
DEPARTMENT, OWNER = "department-officer.city-transport", "enterprise-owner.1"
PAGES = (
    Page("list, city bureau", CITY, at(LIST)),
    Page("list, city bureau, page 20", CITY, at(LIST, page=20)),
    Page("list, city bureau, by people", CITY, at(LIST, sort="-headcount")),
    Page("list, district bureau", BUREAU, at(LIST)),
    Page("list, town office", TOWN, at(LIST)),
    Page("list, department", DEPARTMENT, at(LIST)),
    Page("list, insurer", INSURER, at(LIST)),
    Page("list, narrowed four ways", CITY, narrowed),
    Page("list, by name", CITY, at(LIST, q="家具")),
    Page("list, by name, insurer", INSURER, at(LIST, q="家具")),
    Page("search everywhere", CITY, at("accounts:search", q="榕澜")),
    Page("enterprise, city bureau", CITY, an_enterprise),
    Page("enterprise, insurer", INSURER, an_enterprise),
    Page("enterprise, its owner", OWNER, an_enterprise),
    Page("site, district bureau", BUREAU, a_site),
    Page("site, its owner", OWNER, a_site),
    Page("desk, city bureau", CITY, at(HOME)),
    Page("desk, district bureau", BUREAU, at(HOME)),
    Page("desk, insurer", INSURER, at(HOME)),
    Page("desk, enterprise", OWNER, at(HOME)),
    Page("audit, city bureau", CITY, at(AUDIT)),
    Page("API list, city bureau", CITY, at("enterprises_api:enterprises")),
    Page("policies, city bureau", CITY, at(POLICIES)),
    Page("policies, district bureau", BUREAU, at(POLICIES)),
    Page("policies, insurer", INSURER, at(POLICIES)),
    Page("policies, ending soon", CITY, at(POLICIES, state="ending")),
    Page("policies, by name", CITY, at(POLICIES, q="家具")),
    Page("policies, by name, insurer", INSURER, at(POLICIES, q="家具")),
    Page("policy, city bureau", CITY, a_policy),
    Page("policy, insurer", INSURER, a_policy),
    Page("policy, its owner", OWNER, a_policy),
    Page("applications, insurer", INSURER, at(APPLICATIONS)),
    Page("applications, city bureau", CITY, at(APPLICATIONS)),
    Page("application, insurer", INSURER, an_application),
    Page("must-insure ledger, city bureau", CITY, at("duty:list")),
    Page("must-insure ledger, district bureau", BUREAU, at("duty:list")),
    Page("one enterprise, district bureau", BUREAU, one_page),
)


def person(login: str, reader: context.Context) -> User:
    with context.entering(reader), transaction.atomic():
        people = User.objects.select_related("organisation")
        found: User = people.get(email__startswith=f"{login}@")
    return found


def path_of(page: Page, user: User) -> str:
    """Where the page is for this person, or nothing while there is no such page."""
    try:
        with context.entering(user.context), transaction.atomic():
            return page.address(user)
    except NoReverseMatch:
        return ""


def asked_by(path: str, cookies: Mapping[str, str]) -> Asked:
    """The page drawn once more in this process, where its statements can be counted."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies.load(dict(cookies))
    client.get(path)
    drawings = [_drawn(client, path) for _ in range(DRAWINGS)]
    python, postgres = (min(kind) for kind in zip(*drawings, strict=True))
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    taken = [(float(query["time"]), query["sql"]) for query in caught.captured_queries]
    slowest = sorted(taken, reverse=True)[:SLOWEST]
    return Asked(len(taken), python, postgres, slowest)


def _drawn(client: Client, path: str) -> tuple[float, float]:
    here, there = time.process_time(), backend_time()
    client.get(path)
    return time.process_time() - here, backend_time() - there


def backend_time() -> float:
    """Processor time of our backend so far; 0 where the server is on another machine."""
    try:
        statistics = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except OSError:
        return 0.0
    return int(statistics.split()[0]) / 1e9
