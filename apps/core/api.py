"""What every API answer shares: problem+json for refusals, pages by cursor."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.core import context
from apps.core.errors import DomainError


class NewestFirst(CursorPagination):
    """Stable under inserts, the same cost on every page."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200


TITLES = {
    400: gettext_lazy("请求内容有误"),
    401: gettext_lazy("请先登录"),
    403: gettext_lazy("没有此项权限"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("不支持此方法"),
    406: gettext_lazy("不支持所要的格式"),
    409: gettext_lazy("业务规则不允许"),
    415: gettext_lazy("不支持的内容类型"),
    422: gettext_lazy("内容需要更正"),
    429: gettext_lazy("请求过于频繁"),
}


def problem_from(exc: Exception, handler_context: dict[str, Any]) -> Response | None:
    """Answer every refusal as problem+json (RFC 9457) with a stable code and a sentence."""
    if isinstance(exc, DomainError):
        errors = {exc.field: [str(exc)]} if exc.field else {}
        return problem(409, exc.code, str(exc), errors)
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    response = exception_handler(exc, handler_context)
    if response is None or not isinstance(exc, exceptions.APIException):
        return response
    if isinstance(exc, exceptions.ValidationError):
        answer = problem(422, "invalid", _("有内容需要更正，请见各项说明。"), response.data)
    else:
        answer = problem(response.status_code, exc.default_code, str(exc.detail), {})
    for header in ("Retry-After", "WWW-Authenticate", "Allow"):
        if header in response:
            answer[header] = response[header]
    return answer


def problem(status: int, code: str, detail: str, errors: Any) -> Response:
    body = {
        "type": f"about:blank#{code}",
        "title": str(TITLES.get(status, "")),
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": context.request_id(),
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type="application/problem+json")
