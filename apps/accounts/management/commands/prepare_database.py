"""Creates the database and its roles on a Postgres server; run once per server, safe to repeat.

Needs DATABASE_ADMIN_URL (a superuser, or a role with CREATEROLE and CREATEDB). The passwords of the
two login roles are those in DATABASE_OWNER_URL and DATABASE_URL.
"""

from contextlib import closing
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand
from psycopg2 import sql

from apps.accounts.kinds import Kind
from apps.core.context import SYSTEM_ACTORS
from foshan_sli import environment as env

# Says of no row what it holds, so Postgres may look into the index of a search before it applies
# row-level security. It is not marked so because of element types whose comparison can fail;
# ours are texts. Only a superuser can say so; without it a search reads more and finds the same.
SEARCH_BEFORE_SECURITY = "alter function pg_catalog.arraycontains(anyarray, anyarray) leakproof"
LOCK = 7_301_102  # any constant: several starts at once take turns


class Command(BaseCommand):
    help = "Creates the database and its roles."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        admin, owner, app = (
            env.database(name)
            for name in ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_URL")
        )
        with closing(_connection(admin)) as server, server.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [LOCK])
            for statement in _roles(cursor, owner, app):
                cursor.execute(statement)
            created = _create_database(cursor, owner)
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
        with (
            closing(_connection({**admin, "NAME": owner["NAME"]})) as database,
            database.cursor() as cursor,
        ):
            cursor.execute("revoke create on schema public from public")
            name, role = sql.Identifier(owner["NAME"]), sql.Identifier(owner["USER"])
            cursor.execute(sql.SQL("alter schema public owner to {}").format(role))
            cursor.execute(sql.SQL("revoke temporary on database {} from public").format(name))
            cursor.execute("select rolsuper from pg_roles where rolname = current_user")
            if cursor.fetchone() == (True,):
                cursor.execute(SEARCH_BEFORE_SECURITY)
        self.stdout.write(f"database {owner['NAME']} {'created' if created else 'is there'}")


def _connection(target: dict[str, Any]) -> Any:
    connection = psycopg2.connect(
        dbname=target["NAME"],
        user=target["USER"],
        password=target["PASSWORD"],
        host=target["HOST"],
        port=target["PORT"] or None,
    )
    connection.autocommit = True
    return connection


def _roles(cursor: Any, owner: dict[str, Any], app: dict[str, Any]) -> list[sql.Composed]:
    """The statements that bring the server's roles to what they should be."""
    cursor.execute("select rolname from pg_roles")
    there = {name for (name,) in cursor.fetchall()}
    scopes = [kind.database_role for kind in Kind]
    scopes += [actor.context.role for actor in SYSTEM_ACTORS.values()]
    statements = [
        _login(owner, "inherit", owner["USER"] in there),
        _login(app, "noinherit", app["USER"] in there),
    ]
    for name in ["app_tenant", *scopes]:
        if name not in there:
            statements.append(sql.SQL("create role {} nologin").format(sql.Identifier(name)))
    for name in scopes:
        role = sql.Identifier(name)
        statements.append(sql.SQL("grant app_tenant to {}").format(role))
        statements.append(sql.SQL("grant {} to {}").format(role, sql.Identifier(app["USER"])))
    return statements


def _login(account: dict[str, Any], inherit: str, exists: bool) -> sql.Composed:
    verb = "alter" if exists else "create"
    template = sql.SQL(
        f"{verb} role {{}} login {inherit} nosuperuser nocreatedb nocreaterole password {{}}"
    )
    return template.format(sql.Identifier(account["USER"]), sql.Literal(account["PASSWORD"]))


def _create_database(cursor: Any, owner: dict[str, Any]) -> bool:
    cursor.execute("select 1 from pg_database where datname = %s", [owner["NAME"]])
    if cursor.fetchone():
        return False
    name, role = sql.Identifier(owner["NAME"]), sql.Identifier(owner["USER"])
    cursor.execute(sql.SQL("grant {} to current_user").format(role))
    cursor.execute(
        sql.SQL("create database {} owner {} encoding 'UTF8' template template0").format(name, role)
    )
    return True
