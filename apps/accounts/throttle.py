"""How often one address may do something without logging in, counted exactly per window."""

import logging
import time
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def limited(
    name: str, *, most: int, seconds: int, methods: frozenset[str] = frozenset({"POST"})
) -> Callable[[View], View]:
    """Views of one name share a count per address. Without the counter, they are answered."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            now = time.time()
            if request.method not in methods:
                return view(request, *args, **kwargs)
            if _count(request, name, int(now // seconds), seconds) <= most:
                return view(request, *args, **kwargs)
            wait = seconds - int(now % seconds)
            response = render(request, "429.html", {"wait": wait}, status=429)
            response["Retry-After"] = str(wait)
            return response

        return counted

    return decorate


def _count(request: HttpRequest, name: str, window: int, seconds: int) -> int:
    key = f"limited:{name}:{get_adapter().get_client_ip(request)}:{window}"
    try:
        cache.add(key, 0, timeout=2 * seconds)
        return cache.incr(key)
    except RedisError:
        logger.warning("%s is not counted: the cache does not answer", name)
        return 0
