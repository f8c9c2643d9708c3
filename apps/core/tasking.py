"""Celery carries the actor of whoever caused a task and works under that actor's context."""

from collections.abc import Mapping
from typing import Any

from celery import Task

from apps.core import context


class ScopedTask(Task):  # type: ignore[type-arg]
    """The actor's key and the request id travel in the headers; rights are asked at the worker."""

    def apply_async(
        self,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
        *pass_on: Any,
        headers: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        here = context.current()
        carried = {"actor": here.actor if here else "", "request": context.request_id()}
        headers = {**carried, **(headers or {})}
        return super().apply_async(args, kwargs, *pass_on, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        carried = self.carried
        with context.as_request(carried.get("request", "")):
            caller = context.actor_of(carried["actor"]) if carried.get("actor") else None
            with context.entering(caller.context if caller else None):
                return super().__call__(*args, **kwargs)

    @property
    def carried(self) -> dict[str, str]:
        """What came in the headers; a worker finds them on the request, an eager call below it."""
        headers = self.request.headers or {}
        names = ("actor", "request")
        return {name: getattr(self.request, name, None) or headers.get(name, "") for name in names}
