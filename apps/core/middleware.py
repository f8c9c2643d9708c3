"""Gives every request an id: in the log, in the audit, in the answer, on the error page."""

import re
from collections.abc import Callable
from secrets import token_hex

from django.http import HttpRequest, HttpResponse

from apps.core import context

USABLE = re.compile(r"^[A-Za-z0-9_-]{8,40}$")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        identifier = given if USABLE.match(given) else f"req_{token_hex(8)}"
        request.request_id = identifier  # type: ignore[attr-defined]
        with context.as_request(identifier):
            response = self.get_response(request)
        response["X-Request-Id"] = identifier
        return response
