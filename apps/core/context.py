"""Under whose eyes the database is read: one context per transaction.

A context names a database role and the settings its row-level policies compare with. The backend
in apps.core.postgres puts it on the outermost transaction; `entering` also switches it inside one.
Without a context the connection has no policy, hence no rows.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

# Every setting a policy may read; all are written each time, so that none survives from before.
SETTINGS = ("actor", "user", "organisation", "district", "town", "sector", "tokens", "request")


class Actor(Protocol):
    """Somebody whose acts are written down: a user, or a named part of the system."""

    @property
    def actor_key(self) -> str: ...
    @property
    def actor_name(self) -> str: ...
    @property
    def actor_role(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def organisation_name(self) -> str: ...
    @property
    def audience(self) -> list[str]: ...
    @property
    def context(self) -> "Context": ...


@dataclass(frozen=True)
class SystemActor:
    """A named part of the system with its own narrow database role."""

    name: str
    actor_name: str
    organisation_id: int | None = None
    organisation_name: str = ""
    audience: list[str] = field(default_factory=list)
    actor_role: str = "system"

    @property
    def actor_key(self) -> str:
        return f"system:{self.name}"

    @property
    def context(self) -> "Context":
        return Context(role=f"system_{self.name}", actor=self.actor_key)


@dataclass(frozen=True)
class Context:
    role: str
    actor: str
    settings: Mapping[str, str] = field(default_factory=dict)


DISPATCH = SystemActor("dispatch", "后台任务")
SEAL = SystemActor("seal", "审计链")
SYSTEM_ACTORS = {actor.actor_key: actor for actor in (DISPATCH, SEAL)}

_context: ContextVar[Context | None] = ContextVar("context", default=None)
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current() -> Context | None:
    return _context.get()


def request_id() -> str:
    return _request_id.get()


@contextmanager
def entering(context: Context | None) -> Iterator[None]:
    """Read and write as `context` until the block ends, inside a transaction or around one."""
    before = _context.get()
    token = _context.set(context)
    inside = connection.in_atomic_block
    try:
        if inside and context != before:
            apply(connection)
        yield
    finally:
        _context.reset(token)
        if inside and context != before and not _is_aborted():
            apply(connection)


@contextmanager
def as_request(identifier: str) -> Iterator[None]:
    token = _request_id.set(identifier)
    try:
        yield
    finally:
        _request_id.reset(token)


def apply(wrapper: Any) -> None:
    """Write the current context onto the open transaction of `wrapper`, in one statement."""
    context = _context.get()
    role = context.role if context else "none"
    values = {"actor": context.actor, **context.settings} if context else {}
    values["request"] = _request_id.get()
    names = ["role", *(f"app.{name}" for name in SETTINGS)]
    arguments = [role, *(values.get(name, "") for name in SETTINGS)]
    calls = ", ".join("set_config(%s, %s, true)" for _ in names)
    pairs = [item for pair in zip(names, arguments, strict=True) for item in pair]
    with wrapper.connection.cursor() as cursor:
        cursor.execute(f"select {calls}", pairs)


def actor_of(actor_key: str) -> Actor | None:
    """The stored actor, looked up anew, so that rights withdrawn meanwhile count at once."""
    if system := SYSTEM_ACTORS.get(actor_key):
        return system
    resolve = import_string(settings.ACTOR_RESOLVER)
    actor: Actor | None = resolve(actor_key)
    return actor


def _is_aborted() -> bool:
    """After an error the rollback restores the settings, and no statement would be taken."""
    raw = connection.connection
    return raw is None or raw.closed or raw.get_transaction_status() == TRANSACTION_STATUS_INERROR
