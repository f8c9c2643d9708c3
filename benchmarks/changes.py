"""How long a factory waits to be enrolled, priced and valued again, by its number of workers."""

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.core import context
from apps.core.context import Context
from apps.policies.models import Policy
from apps.policies.roster.persons import Person, read_person
from apps.policies.rules.amending import Amendment
from apps.policies.services import changing
from apps.policies.services.people import add_people
from apps.policies.tabs import SHOWN_WITH
from benchmarks.issuing import UNDERWRITERS, people
from benchmarks.report import Table, milliseconds
from benchmarks.rosters import line

SIZES = (500, 5_000, 20_000)
ENROL_BUDGET, VALUE_BUDGET = 0.5, 0.3  # seconds, for 500
BUDGET_FOR = 500
FEW = 5
AT_ONCE = 1_000  # persons in a call
ROOM = 30  # days that a term must still have


class Undone(Exception):
    """Takes a measurement back."""


def changes(reader: Context) -> list[str]:
    """One line per size and way; everything is taken back."""
    table = Table([("workers", 44), ("enrolled, priced", 18), ("valued again", 14), ("", 8)])
    table.head("A factory on its policy: premium for everybody, and everybody by name")
    missed: list[str] = []
    found = sold(reader)
    if found is None:
        table.line("–", "–", "–", "no rows")
        return missed
    taken_back(*found, FEW, by_service)  # the tariff is read once in a process
    for size in SIZES:
        for way, act in (("service", by_service), ("HTTP", by_http)):
            enrolled, valued = taken_back(*found, size, act)
            late = size == BUDGET_FOR and (enrolled > ENROL_BUDGET or valued > VALUE_BUDGET)
            verdict = "" if size != BUDGET_FOR else "NOT MET" if late else "met"
            name = f"{size:,} by {way}"
            table.line(name, milliseconds(enrolled), milliseconds(valued), verdict)
            missed += [f"{name}: {milliseconds(enrolled)}, {milliseconds(valued)}"] if late else []
    return missed


def sold(reader: Context) -> tuple[Policy, User] | None:
    """A policy that covers for a while yet, and the underwriter who may change it."""
    today = timezone.localdate()
    for by in people(UNDERWRITERS, reader):
        with context.entering(by.context), transaction.atomic():
            rows = Policy.objects.visible_to(by).in_force_on(today)
            own = rows.filter(insurer=by.organisation_id, people=None, cancelled_from=None)
            lasting = own.filter(cover_to__gt=today + timedelta(days=ROOM))
            if policy := lasting.select_related(*SHOWN_WITH).first():
                return policy, by
    return None


Act = Callable[[Policy, User, int], tuple[float, float]]


def taken_back(policy: Policy, by: User, size: int, act: Act) -> tuple[float, float]:
    told = (0.0, 0.0)
    try:
        with context.entering(by.context), transaction.atomic():
            told = act(policy, by, size)
            raise Undone
    except Undone:
        return told


def workers(size: int, today: date) -> list[Person]:
    fields = ("name", "document_kind", "document_number", "employment", "post")
    rows = (dict(zip(fields, line(number), strict=True)) for number in range(size))
    return [person for row in rows if (person := read_person(row, today=today)[0])]


def another_limit(policy: Policy) -> Decimal:
    """The highest of the product, or the one below where the policy has that already."""
    limits = policy.product_version.limits.order_by("-per_person")
    amounts = [row.per_person for row in limits]
    return amounts[0] if amounts[0] != policy.limit_choice.per_person else amounts[1]


def by_service(policy: Policy, by: User, size: int) -> tuple[float, float]:
    today, now = timezone.localdate(), timezone.now()
    team = workers(size, today)
    moment: dict[str, Any] = {"policy": policy, "effective_on": today, "now": now}

    def endorse(asked: Amendment) -> None:
        plan = changing.plan_endorsement(amendment=asked, **moment)
        changing.endorse(amendment=asked, reason="", shown=plan.mark, by=by, **moment)

    began = time.perf_counter()
    endorse(Amendment(heads_by=size))
    add_people(policy=policy, people=team, today=today, by=by)
    enrolled = time.perf_counter()
    endorse(Amendment(limit=another_limit(policy)))
    return enrolled - began, time.perf_counter() - enrolled


def by_http(policy: Policy, by: User, size: int) -> tuple[float, float]:
    client = Client(
        headers={"host": settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")}
    )
    client.force_login(by)
    today, home = timezone.localdate().isoformat(), f"/api/v1/policies/{policy.public_id}"
    team, calls = [told(number) for number in range(size)], iter(range(10_000))

    def post(what: str, asked: dict[str, Any]) -> dict[str, Any]:
        answer = client.post(
            f"{home}/{what}/",
            json.dumps(asked),
            content_type="application/json",
            headers={"Idempotency-Key": f"bench-{what}-{size}-{next(calls)}"},
        )
        if answer.status_code >= 400:
            raise RuntimeError(answer.content.decode())
        said: dict[str, Any] = answer.json()
        return said

    def endorse(asked: dict[str, Any]) -> None:
        shown = post("endorsements", asked)["mark"]
        post("endorsements", asked | {"shown": shown})

    began = time.perf_counter()
    endorse({"effective_on": today, "heads": policy.insured_count + size})
    for start in range(0, size, AT_ONCE):
        post("people", {"people": team[start : start + AT_ONCE]})
    enrolled = time.perf_counter()
    endorse({"effective_on": today, "limit": str(another_limit(policy))})
    return enrolled - began, time.perf_counter() - enrolled


def told(number: int) -> dict[str, str]:
    name, _kind, document, _employment, post = line(number)
    return {
        "name": name,
        "document_number": document,
        "employment": "production",
        "post": post,
    }
