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
        actor = getattr(self.request, "actor", "") or ""
        with context.as_request(getattr(self.request, "request", None) or ""):
            caller = context.actor_of(actor) if actor else None
            with context.entering(caller.context if caller else None):
                return super().__call__(*args, **kwargs)
