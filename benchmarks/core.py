"""The small things everything rests on, each beside the plainest way to do the same."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection, transaction

from apps.accounts.models import User
from apps.core import audit, context
from apps.core.money import split, split_fen
from apps.core.search import bigrams
from apps.core.splitting import split_many
from apps.enterprises.models import Enterprise, Headcount, Site
from benchmarks.city import City, without_history, without_row_security

ROUNDS = 5
COLUMN = 500_000
SHARES = {f"insurer{number}": weight for number, weight in enumerate((40, 25, 15, 12, 8))}
ROWS = 3_000
PLAIN_EVENT = """
    insert into plain_event (at, day, action, actor, actor_name, actor_role, organisation_name,
        request_id, target, target_name, reason, changes, audience, digest)
    values (now(), now(), 'bench', 'user:1', '', '', '', '', '', '', '', '{}', '{}', '')
"""


def best(measured: Callable[[], object], times: int) -> float:
    """Seconds per call in the best of five rounds; the others were disturbed."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(times):
            measured()
        rounds.append((time.perf_counter() - started) / times)
    return min(rounds)


@contextmanager
def undone(reader: context.Context) -> Iterator[None]:
    """Write as somebody, and leave nothing."""
    with context.entering(reader), transaction.atomic():
        yield
        transaction.set_rollback(True)


def splitting() -> tuple[float, float]:
    """Shares that add up, against shares that are merely rounded."""
    amount, total = Decimal("98765.43"), sum(SHARES.values())

    def rounded() -> list[Decimal]:
        return [(amount * weight / total).quantize(Decimal("0.01")) for weight in SHARES.values()]

    return best(lambda: split(amount, SHARES, key="pol_1"), 2_000), best(rounded, 2_000)


def splitting_columns() -> tuple[float, float]:
    """Premiums split over six members in a column, against one by one; splits a second."""
    shares = dict(zip("abcdef", (3_200, 2_748, 1_744, 1_311, 600, 397), strict=True))
    fen = np.random.default_rng(7).integers(1, 5_000_000, COLUMN)
    keys = [str(number) for number in range(COLUMN)]
    seconds = best(lambda: split_many(fen, shares, keys=keys), 1)
    return COLUMN / seconds, 1 / best(lambda: split_fen(1_234_567, shares, key="pol_1"), 2_000)


def recording(city: City, officer: User) -> tuple[float, float]:
    """An event with its digest, against the same row in a table without index or trigger."""
    target = officer.organisation
    with city.as_owner() as cursor:
        cursor.execute("drop table if exists plain_event")
        cursor.execute("create table plain_event (like core_auditevent including identity)")
        cursor.execute("grant insert on plain_event to app_tenant")
    with undone(officer.context):
        recorded = best(lambda: audit.record("bench", by=officer, on=target), 200)
    with undone(officer.context), connection.cursor() as cursor:
        plain = best(lambda: cursor.execute(PLAIN_EVENT), 200)
    with city.as_owner() as cursor:
        cursor.execute("drop table plain_event")
    return recorded, plain


def searching(city: City, text: str) -> tuple[float, float]:
    """Two signs found by the index of pairs, against reading every name."""
    grams = bigrams(text)
    with city.as_administrator() as cursor:

        def by_pairs() -> None:
            cursor.execute(
                "select count(*) from enterprises_enterprise where search @> %s::varchar[]", [grams]
            )

        def by_reading() -> None:
            cursor.execute(
                "select count(*) from enterprises_enterprise where name like %s", [f"%{text}%"]
            )

        return best(by_pairs, 10), best(by_reading, 10)


def listing(city: City, user: User) -> tuple[float, float, float]:
    """The first page of the list: with both locks, with RLS alone, with the filter alone."""
    both = _compiled(Enterprise.objects.visible_to(user).order_by("-pk")[:50])
    bare = _compiled(Enterprise.objects.order_by("-pk")[:50])
    with context.entering(user.context), transaction.atomic(), connection.cursor() as cursor:
        locked = best(lambda: _fetch(cursor, both), 10)
        secured = best(lambda: _fetch(cursor, bare), 10)
    with city.as_administrator() as cursor:
        filtered = best(lambda: _fetch(cursor, both), 10)
    return locked, secured, filtered


def storing(city: City, officer: User) -> tuple[float, float]:
    """Rows a second: with history and row-level security, and with neither."""
    with undone(officer.context):
        tracked = _store()
    history_off = without_history(city, Headcount._meta.db_table)
    with without_row_security(city), history_off, undone(officer.context):
        plain = _store()
    return tracked, plain


def _store() -> float:
    sites = list(Site.objects.order_by("pk")[:ROWS])
    first = min(Headcount.objects.values_list("valid_from", flat=True)) - timedelta(days=90)
    rows = [
        Headcount(site=site, valid_from=first, valid_to=first + timedelta(days=1), source="bench")
        for site in sites
    ]
    started = time.perf_counter()
    Headcount.objects.bulk_create(rows, batch_size=ROWS)
    return len(rows) / (time.perf_counter() - started)


def _compiled(rows: Any) -> tuple[str, Any]:
    compiled: tuple[str, Any] = rows.query.sql_with_params()
    return compiled


def _fetch(cursor: Any, statement: tuple[str, Any]) -> None:
    cursor.execute(*statement)
    cursor.fetchall()
