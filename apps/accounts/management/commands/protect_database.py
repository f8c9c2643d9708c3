"""Puts grants and row-level security in force; run as the owner after every migrate."""

from typing import Any

import pgtrigger
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from apps.accounts.policies import IN_FORCE, policies, protected_tables, version_models

APP_ROLES = "app_rw, app_tenant"
# The library lets whoever sets `pgtrigger.ignore` switch triggers off; any role may set a setting.
NEVER_IGNORE = """
create or replace function public._pgtrigger_should_ignore(trigger_name name)
returns boolean language sql as 'select false'
"""
APPEND_ONLY = "append_only_rows"  # the trigger of core.models.audit.append_only


class Command(BaseCommand):
    help = "Grants and row-level security, from the declarations in the code."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in [*grants(), NEVER_IGNORE, *row_security(cursor)]:
                cursor.execute(statement)
            for statement in seals(cursor):
                cursor.execute(statement)
        self.stdout.write(f"{len(protected_tables())} tables under row-level security")


def grants() -> list[str]:
    append_only = [model._meta.db_table for model in [*append_only_models(), *version_models()]]
    return [
        f"revoke all on all tables in schema public from {APP_ROLES}",
        f"grant usage on schema public to {APP_ROLES}",
        f"grant select, insert, update, delete on all tables in schema public to {APP_ROLES}",
        f"grant usage on all sequences in schema public to {APP_ROLES}",
        f"revoke insert, update, delete on django_migrations from {APP_ROLES}",
        *(f'revoke update, delete on "{table}" from {APP_ROLES}' for table in append_only),
    ]


def append_only_models() -> list[Any]:
    return [model for model, trigger in pgtrigger.registered() if trigger.name == APPEND_ONLY]


def row_security(cursor: Any) -> list[str]:
    cursor.execute("select tablename, policyname from pg_policies where schemaname = 'public'")
    dropped = [f'drop policy "{name}" on "{table}"' for table, name in cursor.fetchall()]
    forced = [
        f'alter table "{table}" {verb} row level security'
        for table in sorted(protected_tables())
        for verb in ("enable", "force")
    ]
    return [*dropped, *forced, *(policy.sql for policy in policies())]


def seals(cursor: Any) -> list[str]:
    """Comments that tie each policy to its declaration and to the text Postgres keeps."""
    marks = {(policy.table, policy.name): policy.mark for policy in policies()}
    cursor.execute(IN_FORCE)
    return [
        f'comment on policy "{name}" on "{table}" is \'{marks[table, name]} {text}\''
        for table, name, text, _comment in cursor.fetchall()
    ]
