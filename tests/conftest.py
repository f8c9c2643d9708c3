"""Every test runs as the application's own database role, on a clone of a migrated database.

Arranging is done by a role that walks past row-level security and exists in test servers only;
what is under test enters the context of a person, through the client or with `acting(user)`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
import time_machine
from django.db import connection, connections
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

from apps.core import context, remembering
from apps.core.context import Context
from foshan_sli import environment as env

ARRANGER = Context(role="test_arranger", actor="test:arranger")
TEMPLATE = os.environ.get("TEST_TEMPLATE_DATABASE", "sli_template")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def admin(*statements: sql.Composable | str) -> None:
    admin_in(env.database("DATABASE_ADMIN_URL")["NAME"], *statements)


def admin_in(database: str, *statements: sql.Composable | str) -> None:
    """Run statements as the superuser of the test server."""
    target = env.database("DATABASE_ADMIN_URL")
    server = psycopg2.connect(
        dbname=database,
        user=target["USER"],
        password=target["PASSWORD"],
        host=target["HOST"],
        port=target["PORT"] or None,
    )
    server.autocommit = True
    with closing(server), server.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def clone(name: str) -> None:
    names = {"name": sql.Identifier(name), "template": sql.Identifier(TEMPLATE)}
    admin(
        sql.SQL("drop database if exists {name} with (force)").format(**names),
        sql.SQL("create database {name} template {template} owner app_owner").format(**names),
    )
    # What was loaded has its audit; a test counts what it did itself.
    admin_in(name, "set session_replication_role = replica", "truncate core_auditevent")


def drop(name: str) -> None:
    admin(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    admin(
        """
        do $$ begin
            create role test_arranger nologin bypassrls;
        exception when duplicate_object or unique_violation then null; end $$
        """,
        "grant app_tenant to test_arranger",
        "grant test_arranger to app_rw",
    )
    name = f"{TEMPLATE}_{WORKER}"
    clone(name)
    connections["default"].settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    drop(name)


@pytest.fixture(autouse=True)
def _the_second_of_march_2026(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test starts at the same moment, a Monday, so dates can be written as plain dates."""
    if request.node.get_closest_marker("real_clock"):
        yield
        return
    with time_machine.travel("2026-03-02T09:00:00+08:00", tick=False):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process keeps of the tables is that of the test before."""
    remembering.forget_all()


@pytest.fixture(autouse=True)
def _arranging(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests arrange freely in a transaction that is rolled back, unless they ask for a database
    of their own (`own_database`) or say that they need none (`no_database`).
    """
    if request.node.get_closest_marker("no_database") or "own_database" in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    with context.entering(ARRANGER):
        yield


@pytest.fixture
def own_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A fresh database in which commits are real; for threads, kills and triggers at commit."""
    shared = connection.settings_dict["NAME"]
    name = f"{TEMPLATE}_{WORKER}_own"
    clone(name)
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = shared
            drop(name)


@pytest.fixture
def acting() -> Callable[..., Any]:
    """`with acting(user): …` reads and writes as that person."""

    @contextmanager
    def enter(user: Any) -> Iterator[None]:
        with context.entering(user.context if user else None):
            yield

    return enter
