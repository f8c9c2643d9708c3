"""How often one address may ask without logging in: so many times in a minute, counted exactly."""

import logging
import time
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
MINUTE = 60
A_MINUTE = 60  # questions


def throttled(view: View) -> View:
    """Lookups by visitors share one count per address. Without the counter, they are answered."""

    @wraps(view)
    def counted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        now = time.time()
        if _count(request, int(now // MINUTE)) <= A_MINUTE:
            return view(request, *args, **kwargs)
        wait = MINUTE - int(now % MINUTE)
        facts = {"title": _("查询太频繁"), "wait": wait}
        response = render(request, "documents/too_many.html", facts, status=429)
        response["Retry-After"] = str(wait)
        return response

    return counted


def _count(request: HttpRequest, minute: int) -> int:
    key = f"verify:{get_adapter().get_client_ip(request)}:{minute}"
    try:
        cache.add(key, 0, timeout=2 * MINUTE)
        return cache.incr(key)
    except RedisError:
        logger.warning("lookups are not counted: the cache does not answer")
        return 0
