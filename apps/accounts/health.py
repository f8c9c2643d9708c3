"""Whether the process answers, and whether everything it stands on is there.

Both are asked by machines every few seconds; the thorough answer is kept for ten.
"""

import time
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from apps.accounts.guards import public
from apps.accounts.policies import drift

KEPT_SECONDS = 10.0
_last: dict[str, tuple[float, dict[str, str]]] = {}


@public("asked by the load balancer; says nothing but ok")
@never_cache
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@public("asked by the load balancer; names parts, tells no data")
@never_cache
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> HttpResponse:
    parts = _known()
    is_ready = set(parts.values()) == {"ok"}
    return JsonResponse({"ready": is_ready, **parts}, status=200 if is_ready else 503)


def _known() -> dict[str, str]:
    now = time.monotonic()
    at, parts = _last.get("parts", (float("-inf"), {}))
    if now - at > KEPT_SECONDS:
        parts = {name: _state(check) for name, check in CHECKS.items()}
        _last["parts"] = (now, parts)
    return parts


def forget() -> None:
    """Ask anew at the next question."""
    _last.clear()


def _state(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "wrong"
    except Exception:  # whatever a part dies of, the answer is that it is not there
        return "absent"


def database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        return bool(cursor.fetchone() == (1,))


def redis() -> bool:
    cache.set("readyz", "ok", timeout=60)
    return bool(cache.get("readyz") == "ok")


def migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def row_security() -> bool:
    return not drift()


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database,
    "redis": redis,
    "migrations": migrations,
    "row_level_security": row_security,
}
