"""The city the pages are measured on: a copy of the prepared database, filled by load_demo."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from ops.environment import as_role
from ops.processes import ROOT

NEEDED = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "SECRET_KEY")


@dataclass(frozen=True)
class City:
    """A database with its three ways in, and where its accounts are written."""

    name: str
    app: str
    owner: str
    admin: str
    accounts: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.app,
            "DATABASE_OWNER_URL": self.owner,
            "DEMO": "1",
        }

    @contextmanager
    def as_owner(self) -> Iterator[Any]:
        with closing(connect(self.owner)) as connection, connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def as_administrator(self) -> Iterator[Any]:
        with closing(connect(self.admin)) as connection, connection.cursor() as cursor:
            yield cursor

    def logins(self) -> Mapping[str, str]:
        """Passwords by login."""
        return {row["login"]: row["password"] for row in json.loads(self.accounts.read_text())}


def planned(folder: Path) -> City:
    """Beside the prepared database, so that this one stays empty for the next run."""
    app, owner, admin = (os.environ[name] for name in NEEDED[:3])
    name = urlsplit(app).path.strip("/") + "_city"
    app, owner, admin = (as_role(url, None, None, name) for url in (app, owner, admin))
    return City(name, app, owner, admin, folder / f"{name}-accounts.json")


def is_there(city: City) -> bool:
    try:
        with city.as_administrator() as cursor:
            cursor.execute("select 1 from core_auditevent where action = 'demo.loaded'")
            return bool(cursor.fetchone()) and city.accounts.exists()
    except psycopg2.Error:
        return False


def copy_prepared(city: City) -> None:
    names = {
        "name": sql.Identifier(city.name),
        "template": sql.Identifier(urlsplit(os.environ["DATABASE_URL"]).path.strip("/")),
        "owner": sql.Identifier(urlsplit(city.owner).username or ""),
    }
    admin = as_role(os.environ["DATABASE_ADMIN_URL"], None, None, "postgres")
    with closing(connect(admin)) as connection, connection.cursor() as cursor:
        for text in (
            "drop database if exists {name} with (force)",
            "create database {name} template {template} owner {owner}",
        ):
            cursor.execute(sql.SQL(text).format(**names))


def fill(city: City, enterprises: int) -> float:
    """Seconds that load_demo took, from its start as a process to its end."""
    command = [sys.executable, str(ROOT / "manage.py"), "load_demo"]
    options = ["--enterprises", str(enterprises), "--accounts", str(city.accounts)]
    started = time.perf_counter()
    subprocess.run(
        [*command, *options], env=city.environment, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def analyse(city: City) -> int:
    """Statistics as autovacuum would have them a minute later; says how many rows there are."""
    with city.as_owner() as cursor:
        cursor.execute("vacuum analyze")
        cursor.execute(
            "select sum(reltuples)::bigint from pg_class"
            " where relkind = 'r' and relnamespace = 'public'::regnamespace"
            " and relname not like 'reference%' and reltuples > 0"
        )
        return int((cursor.fetchone() or (0,))[0])


def connect(url: str) -> Any:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


@contextmanager
def without_row_security(city: City) -> Iterator[None]:
    """The same pages with the filter of the application alone."""
    with city.as_owner() as cursor:
        cursor.execute(
            "select oid::regclass::text from pg_class where relrowsecurity"
            " and relnamespace = 'public'::regnamespace"
        )
        tables = [table for (table,) in cursor.fetchall()]
        _switch(cursor, tables, "disable")
        try:
            yield
        finally:
            _switch(cursor, tables, "enable")


@contextmanager
def without_history(city: City, table: str) -> Iterator[None]:
    with city.as_owner() as cursor:
        cursor.execute(f"alter table {table} disable trigger user")
        try:
            yield
        finally:
            cursor.execute(f"alter table {table} enable trigger user")


def _switch(cursor: Any, tables: list[str], verb: str) -> None:
    for table in tables:
        cursor.execute(f"alter table {table} {verb} row level security")
