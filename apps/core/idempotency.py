"""One act, one effect: asking again with the same key gets the same answer and changes nothing.

The answer is kept in the transaction of the effect, so the two stand or fall together. While an act
is under way its key is held by an advisory lock, which a crash releases by itself.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from apps.core import context, sealing
from apps.core.errors import DomainError
from apps.core.models import IdempotencyKey

if TYPE_CHECKING:  # loads the default permission class, which loads this app
    from rest_framework.request import Request
    from rest_framework.views import APIView

DAY = timedelta(hours=24)
MONEY = timedelta(days=30)
ACT = "act"  # the hidden input of a page
HEADER = "Idempotency-Key"
KEY = re.compile(r"^[!-~]{1,200}$")
KEPT_HEADERS = ("Content-Type", "Location", "HX-Redirect", "HX-Location", "HX-Trigger")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
REFUSALS = (APIException, DomainError, Http404, PermissionDenied)
STEP = 0.05  # seconds between two tries for a key
PAGE_TRIES = 100  # a page waits for its twin, so that a second click shows what the first did

PageView = Callable[..., HttpResponse]


class KeyMissing(APIException):
    status_code = 400
    default_code = "idempotency_key_missing"
    default_detail = _(
        "写操作必须带Idempotency-Key请求头：每次操作一个不重复的值，不超过200个字符。"
    )


class KeyInFlight(APIException):
    status_code = 409
    default_code = "idempotency_key_in_flight"
    default_detail = _("同一操作正在处理，请稍候再试。")


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = _("这个操作编号已经用于内容不同的请求；新的操作请换一个编号。")


@dataclass(frozen=True)
class Act:
    """Something one actor means to do once, and what exactly was asked."""

    scope: str
    key: str
    fingerprint: str

    @property
    def place(self) -> str:
        return f"core_idempotencykey:{self.scope}:{self.key}"


def new_act() -> str:
    """For the hidden input `act`, each time a page with an act is drawn."""
    return token_urlsafe(16)


def once_per_act(keep: timedelta = DAY) -> Callable[[PageView], PageView]:
    """For pages: a POST with the same `act` acts once. A refused form may be sent again."""

    def decorate(view: PageView) -> PageView:
        @wraps(view)
        def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return view(request, *args, **kwargs)
            if not KEY.match(key := request.POST.get(ACT, "")):
                raise BadRequest("The form carries no act.")
            act = Act(_scope(), key, fingerprint(request))
            try:
                return answer_once(
                    act,
                    lambda: _rendered(view(request, *args, **kwargs)),
                    keep=keep,
                    below=400,
                    tries=PAGE_TRIES,
                )
            except (KeyInFlight, KeyReused) as refusal:
                facts = {"reason": refusal.detail}
                return render(request, "400.html", facts, status=refusal.status_code)

        return once

    return decorate


def once_per_key(keep: timedelta = DAY) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """For API methods: the client names the act in a header; refusals are kept as well."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def once(view: "APIView", request: "Request", *args: Any, **kwargs: Any) -> HttpResponse:
            if not KEY.match(key := request.headers.get(HEADER, "")):
                raise KeyMissing
            act = Act(_scope(), key, fingerprint(request._request))

            def answer() -> HttpResponse:
                try:
                    response = method(view, request, *args, **kwargs)
                except REFUSALS as refusal:
                    transaction.set_rollback(True)
                    response = view.handle_exception(refusal)
                return _rendered(view.finalize_response(request, response, *args, **kwargs))

            return answer_once(act, answer, keep=keep, below=500)

        return once

    return decorate


def answer_once(
    act: Act,
    answer: Callable[[], HttpResponse],
    *,
    keep: timedelta,
    below: int,
    tries: int = 1,
) -> HttpResponse:
    """Answer anew and keep what has a status below the limit, or repeat what was answered."""
    with transaction.atomic():
        _hold(act, tries)
        now = timezone.now()
        known = IdempotencyKey.objects.filter(scope=act.scope, key=act.key).first()
        if known is not None and known.expires_at > now:
            return _repeated(known, act)
        if known is not None:
            known.delete()
        with transaction.atomic():
            response = answer()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if response.status_code < below:
            _remember(act, response, now, keep)
        return response


def forget_expired(now: datetime) -> int:
    count, _rows = IdempotencyKey.objects.expired_at(now).delete()
    return count


def fingerprint(request: HttpRequest) -> str:
    """A keyed digest of what was asked: two requests with the same one ask the same."""
    parts = [request.method or "", request.get_full_path(), *_content(request)]
    digest = sha256(json.dumps(parts).encode()).hexdigest()
    return sealing.blind(digest, place="core_idempotencykey.fingerprint")


def _content(request: HttpRequest) -> Iterator[str]:
    """Forms by their fields: the browser draws a new boundary each time it sends the same one."""
    if request.content_type not in FORMS:
        yield sha256(request.body).hexdigest()
        return
    for name in sorted(request.POST.keys() - {ACT, "csrfmiddlewaretoken"}):
        yield json.dumps([name, request.POST.getlist(name)])
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            content = sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            yield json.dumps([name, file.name, content.hexdigest()])


def _scope() -> str:
    here = context.current()
    return here.actor if here else ""


def _hold(act: Act, tries: int) -> None:
    """Take the key until the transaction ends, unless another transaction keeps it."""
    while not _is_free(act):
        tries -= 1
        if tries < 1:
            raise KeyInFlight
        time.sleep(STEP)


def _is_free(act: Act) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [act.place])
        (is_free,) = cursor.fetchone()
    return bool(is_free)


def _rendered(response: HttpResponse) -> HttpResponse:
    render_now = getattr(response, "render", None)
    if render_now is not None:
        render_now()
    return response


def _remember(act: Act, response: HttpResponse, now: datetime, keep: timedelta) -> None:
    IdempotencyKey.objects.create(
        scope=act.scope,
        key=act.key,
        fingerprint=act.fingerprint,
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        sealed_body=sealing.seal(response.content, place=act.place),
        created_at=now,
        expires_at=now + keep,
    )


def _repeated(known: IdempotencyKey, act: Act) -> HttpResponse:
    if known.fingerprint != act.fingerprint:
        raise KeyReused
    body = sealing.unseal(known.sealed_body, place=act.place)
    headers = {**known.headers, "Idempotent-Replay": "true"}
    return HttpResponse(body, status=known.status, headers=headers)
