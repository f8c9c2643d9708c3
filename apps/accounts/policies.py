"""Row-level security, written from the same declarations that `visible_to` filters by.

One policy per table and kind of organisation, for that kind's own database role: no policy holds an
OR over kinds, so each keeps its index. Whoever has no context is `app_rw` itself, for which there
is no policy at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL
from pghistory.models import Event

from apps.accounts.kinds import Kind
from apps.accounts.scope import Key, ScopedQuerySet

ANYONE = "app_tenant"
LOGIN_DESK = "system_login"

# Tables without row-level security, each with its reason.
OPEN_TABLES: Mapping[str, str] = {
    "django_migrations": "names of migrations",
    "django_content_type": "names of models",
    "django_session": "opaque keys; the payload is signed and names one account",
    "auth_permission": "names of rights",
    "auth_group": "unused by the platform",
    "auth_group_permissions": "unused by the platform",
    "guardian_groupobjectpermission": "unused by the platform",
    "guardian_userobjectpermission": "unused: each shared model has a table of its own",
    "core_auditseal": "hashes only",
    "billing_entryseal": "hashes only",
    "enterprises_siteshare": "ids of a row and a person",
    "duty_stalesite": "numbers of sites whose line in the ledger is to be drawn anew",
    "core_counter": "the last number of each series",
    "core_idempotencykey": "answers are found by the caller's own key and actor",
    "pghistory_context": "unused: versions carry actor and request themselves",
}


@dataclass(frozen=True)
class Policy:
    table: str
    name: str
    roles: str
    using: str
    command: str = "all"

    @property
    def sql(self) -> str:
        check = "" if self.command == "select" else f"with check ({self.using})"
        using = "" if self.command == "insert" else f"using ({self.using})"
        return (
            f'create policy "{self.name}" on "{self.table}" '
            f"for {self.command} to {self.roles} {using} {check}"
        )

    @property
    def mark(self) -> str:
        """Names this very text. Postgres rewrites predicates, so the comment keeps the mark."""
        return sha256(self.sql.encode()).hexdigest()[:16]


def setting(key: str, cast: str = "bigint") -> str:
    return f"nullif(current_setting('app.{key}', true), '')::{cast}"


def _own(column: str, key: str, cast: str = "bigint") -> str:
    return f"{column} = {setting(key, cast)}"


SETTINGS = {key: RawSQL(setting(key), []) for key in Key}  # noqa: S611  from the enum alone

# What no queryset declares: the machinery's own tables, and the narrow system actors.
MACHINERY: tuple[Policy, ...] = (
    Policy("core_auditevent", "append", ANYONE, "true", "insert"),
    Policy(
        "core_auditevent",
        "addressed",
        ANYONE,
        f"audience && {setting('tokens', 'varchar[]')}",
        "select",
    ),
    *(
        Policy("core_auditevent", f"all_{kind}", kind.database_role, "true", "select")
        for kind in (Kind.CITY_BUREAU, Kind.PLATFORM)
    ),
    Policy("core_auditevent", "seal", "system_seal", "true", "select"),
    Policy("core_effect", "leave", ANYONE, "true", "insert"),
    Policy("core_effect", "dispatch", "system_dispatch", "true"),
    Policy("core_job", "own", ANYONE, _own("actor", "actor", "text")),
    Policy("core_job", "dispatch", "system_dispatch", "true"),
    Policy("accounts_user", "login", LOGIN_DESK, "true"),
    Policy("accounts_organisation", "login", LOGIN_DESK, "true", "select"),
    Policy("accounts_invitation", "login", LOGIN_DESK, "true"),
    Policy("accounts_apikey", "login", LOGIN_DESK, "true"),
    Policy("account_emailaddress", "own", ANYONE, _own("user_id", "user")),
    Policy("account_emailaddress", "login", LOGIN_DESK, "true"),
    Policy("account_emailconfirmation", "login", LOGIN_DESK, "true"),
    Policy("usersessions_usersession", "own", ANYONE, _own("user_id", "user")),
    Policy("usersessions_usersession", "login", LOGIN_DESK, "true"),
    Policy("usersessions_usersession", "accounts", Kind.PLATFORM.database_role, "true"),
    Policy("accounts_user", "messenger", "system_messenger", "true", "select"),
    Policy("accounts_organisation", "messenger", "system_messenger", "true", "select"),
    *(
        Policy(table, f"registrar_{command}", "system_registrar", predicate, command)
        for table, predicate in (
            ("accounts_organisation", "kind = 'enterprise'"),
            ("accounts_user", "role = 'enterprise_owner'"),
        )
        for command in ("select", "insert")
    ),
    Policy("messaging_notice", "messenger", "system_messenger", "true"),
    *(
        Policy(table, "enrolment", "system_enrolment", "true", "select")
        for table in (
            "accounts_organisation",
            "accounts_organisationname",
            "enterprises_enterprise",
            "enterprises_site",
            "policies_policy",
            "policies_insuredperson",
        )
    ),
    Policy("enterprises_site", "enrolment_hands_over", "system_enrolment", "true", "update"),
    Policy("policies_policy", "verifier", "system_verifier", "true", "select"),
    Policy("policies_policytransaction", "verifier", "system_verifier", "true", "select"),
    Policy("documents_paper", "verifier", "system_verifier", "true", "select"),
    Policy("documents_paper", "archive", "system_archive", "true", "select"),
    Policy("documents_paper", "archive_prints", "system_archive", "true", "update"),
    Policy("documents_storedfile", "archive", "system_archive", "true", "select"),
    Policy("documents_storedfile", "archive_scans", "system_archive", "true", "update"),
)


def scoped_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if isinstance(model._default_manager.all(), ScopedQuerySet)
    ]


def version_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, Event)]


def policies() -> list[Policy]:
    """Every policy of the platform, from the declarations."""
    declared = [policy for model in scoped_models() for policy in _declared(model)]
    versions = [policy for model in version_models() for policy in _of_versions(model)]
    return [*declared, *versions, *MACHINERY]


def _declared(model: type[models.Model]) -> Iterator[Policy]:
    rows: Any = model._default_manager.all()
    table = model._meta.db_table
    for kind in Kind:
        command = "select" if kind in rows.read_only else "all"
        if predicate := _scope_of(rows, kind):
            yield Policy(table, f"scope_{kind}", kind.database_role, predicate, command)
        if rule := rows.also_sees.get(kind):
            predicate = _predicate(rows.filter(rows.condition(rule, kind, SETTINGS)))
            yield Policy(table, f"also_{kind}", kind.database_role, predicate, "select")
        if kind in rows.may_add:
            yield Policy(table, f"add_{kind}", kind.database_role, "true", "insert")
    if rows.open_rows is not None:
        yield Policy(table, "open", ANYONE, _predicate(rows.filter(rows.open_rows)), "select")
    if rows.share:
        shared = _text(rows.shared_with(RawSQL(setting("user"), [])))  # noqa: S611
        # An array, not a join: it is read once, and the index on the key still serves.
        predicate = f"{model._meta.pk.column} = any(array({shared}))"
        roles = ", ".join(sorted(Kind(kind).database_role for kind in rows.share_with))
        yield Policy(table, "shared", roles, predicate, "select")


def _scope_of(rows: Any, kind: Kind) -> str:
    if rows.parent:  # the policies of the parent's own table decide inside the subquery
        column = rows.model._meta.get_field(rows.parent).column
        parent = rows.parents().model._meta
        # EXISTS, not IN: one row by its key must not read every parent that can be seen.
        seen = f"select 1 from {parent.db_table} parent where parent.{parent.pk.column}"  # noqa: S608
        return f"exists ({seen} = {rows.model._meta.db_table}.{column})"
    return _predicate(rows.filter(rows.condition(rows.scope.get(kind), kind, SETTINGS)))


def _of_versions(model: type[models.Model]) -> Iterator[Policy]:
    """A version is seen by whoever sees the row; the row's own policies decide that."""
    tracked: Any = model.pgh_tracked_model  # type: ignore[attr-defined]
    key, origin = tracked._meta.pk.column, tracked._meta.db_table
    seen = f"exists (select 1 from {origin} origin where origin.{key} = pgh_obj_id)"  # noqa: S608
    yield Policy(model._meta.db_table, "seen", ANYONE, seen, "select")
    yield Policy(model._meta.db_table, "append", ANYONE, "true", "insert")


def _predicate(rows: models.QuerySet[Any]) -> str:
    """The WHERE of a queryset as text; "" when it can match nothing."""
    compiler = rows.query.get_compiler("default")
    rows.query.get_initial_alias()
    try:
        sql, params = compiler.compile(rows.query.where)
    except EmptyResultSet:
        return ""
    except FullResultSet:
        return "true"
    if sum(1 for uses in rows.query.alias_refcount.values() if uses) > 1:
        raise TypeError(f"{rows.model.__name__}: a policy may compare own columns only, not joins")
    return _filled_in(sql, params)


def _text(rows: models.QuerySet[Any, Any]) -> str:
    return _filled_in(*rows.query.get_compiler("default").as_sql())


def _filled_in(sql: str, params: Any) -> str:
    with connection.cursor() as cursor:
        text: str = cursor.cursor.mogrify(sql, params).decode()
    return text


def protected_tables() -> set[str]:
    return {policy.table for policy in policies()}


def drift() -> list[str]:
    """Where the database's locks differ from the declarations; [] when they are in force."""
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE)
        in_force = {
            f"{table}.{name} {seal.removesuffix(text).strip()}"
            for table, name, text, seal in cursor.fetchall()
        }
        cursor.execute(LOCKED)
        locked = {table for (table,) in cursor.fetchall()}
    declared = {f"{policy.table}.{policy.name} {policy.mark}" for policy in policies()}
    return sorted((declared ^ in_force) | (protected_tables() - locked))


# Table, policy, a digest of what Postgres made of its text, and the comment it was sealed with.
IN_FORCE = """
select c.relname, p.polname, md5(concat_ws('|', p.polcmd, p.polroles::regrole[]::text,
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))),
    coalesce(obj_description(p.oid, 'pg_policy'), '')
from pg_policy p join pg_class c on c.oid = p.polrelid
where c.relnamespace = 'public'::regnamespace
"""
LOCKED = """
select relname from pg_class
where relnamespace = 'public'::regnamespace and relrowsecurity and relforcerowsecurity
"""
