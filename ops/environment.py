"""What the platform's processes are told through their environment, for each database role."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2

from ops.home import Home
from ops.postgres import Postgres
from ops.refusal import Refusal
from ops.secrets import Secrets

DATABASE = "foshan_sli"
MAINTENANCE_DATABASES = {"", "postgres", "template1"}


@dataclass(frozen=True)
class Urls:
    """Without an administrator somebody else has made the roles and the database."""

    admin: str | None
    owner: str
    app: str


def embedded_urls(postgres: Postgres, database: str = DATABASE) -> Urls:
    return Urls(
        admin=postgres.url("postgres", "postgres"),
        owner=postgres.url("app_owner", database),
        app=postgres.url("app_rw", database),
    )


def external_urls(given: Mapping[str, str], secrets: Secrets, database: str | None = None) -> Urls:
    """DATABASE_URL alone is an administrator's, from which the two roles are derived."""
    url = given["DATABASE_URL"]
    owner = given.get("DATABASE_OWNER_URL")
    if owner:
        admin = given.get("DATABASE_ADMIN_URL")
        if database is None:
            return Urls(admin, owner, url)
        if admin is None:
            raise Refusal("Tests and benchmarks make databases: set DATABASE_ADMIN_URL too.")
        return Urls(admin, as_role(owner, None, None, database), as_role(url, None, None, database))
    admin = given.get("DATABASE_ADMIN_URL") or url
    refuse_unless_administrator(admin)
    named = database or urlsplit(url).path.strip("/")
    target = DATABASE if named in MAINTENANCE_DATABASES else named
    return Urls(
        admin=as_role(admin, None, None, "postgres"),
        owner=as_role(admin, "app_owner", secrets.owner_password, target),
        app=as_role(admin, "app_rw", secrets.app_password, target),
    )


def as_role(url: str, user: str | None, password: str | None, database: str) -> str:
    parts = urlsplit(url)
    userinfo, _, address = parts.netloc.rpartition("@")
    if user:
        userinfo = f"{quote(user)}:{quote(password or '')}"
    return urlunsplit(parts._replace(netloc=f"{userinfo}@{address}", path=f"/{database}"))


def refuse_unless_administrator(url: str) -> None:
    try:
        connection = psycopg2.connect(as_role(url, None, None, "postgres"))
    except psycopg2.Error as problem:
        reason = str(problem).strip().splitlines()[-1]
        raise Refusal(
            f"DATABASE_URL leads to no database ({reason}): correct or unset it."
        ) from None
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "select rolsuper or (rolcreaterole and rolcreatedb), rolname, version()"
                " from pg_roles where rolname = current_user"
            )
            may_create, name, version = cursor.fetchone() or (False, "nobody", "")
            number = connection.server_version
    finally:
        connection.close()
    if not may_create:
        raise Refusal(
            f"DATABASE_URL logs in as {name}, which may not create roles and databases:"
            " give an administrator's, or set DATABASE_OWNER_URL too (docs/operations.md)."
        )
    if number < 150000:
        raise Refusal(f"PostgreSQL 15 or newer is needed; DATABASE_URL leads to {version[:20]}.")


def for_process(
    home: Home, secrets: Secrets, database_url: str, redis_url: str, port: int
) -> dict[str, str]:
    """Whatever the caller's environment says wins over what we make up."""
    site = f"http://127.0.0.1:{port}"
    made_up = {
        "SECRET_KEY": secrets.secret_key,
        "FIELD_KEYS": secrets.field_keys,
        "BLIND_INDEX_KEY": secrets.blind_index_key,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "CSRF_TRUSTED_ORIGINS": f"{site},http://localhost:{port}",
        "SITE_URL": site,
        "SECURE": "0",
        "DEMO": "1",
        "MEDIA_ROOT": str(home.media),
        "STATIC_ROOT": str(home.static),
        "PORT": str(port),
    }
    ours = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "SLI_HOME": str(home.path)}
    inherited = {name: value for name, value in os.environ.items() if name not in ADMIN_ONLY}
    return {**made_up, **inherited, **ours, "DJANGO_SETTINGS_MODULE": "foshan_sli.settings"}


# A web process that is broken into must not find a way around its own role here.
ADMIN_ONLY = {"DATABASE_ADMIN_URL", "DATABASE_OWNER_URL"}
