"""Django's Postgres backend, with the caller's context on every outermost transaction."""

from django.db.backends.postgresql import base

from apps.core import context


class DatabaseWrapper(base.DatabaseWrapper):
    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit and context.current() is not None:
            context.apply(self)
