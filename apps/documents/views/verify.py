"""Verifying a paper by its QR code, its number or the file itself: for anyone, without login."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.guards import public
from apps.core.http import show_form
from apps.documents.forms import FileForm, NumberForm
from apps.documents.selectors import (
    Verified,
    verified_by_hash,
    verified_by_number,
    verified_by_token,
)
from apps.documents.throttle import throttled


@public("whoever holds a paper may ask whether it is valid today")
@require_safe
@throttled
def verify_token(request: HttpRequest, token: str) -> HttpResponse:
    today = timezone.localdate()
    found = verified_by_token(token, today)
    if found is None:
        facts = {"title": _("查无此文书"), **frame()}
        return render(request, "documents/unknown.html", facts, status=404)
    form = FileForm(initial={"token": token})
    facts = {"title": found.paper.title, "form": form, **card(found)}
    return render(request, "documents/verified.html", facts)


@public("whoever holds a paper may ask whether it is valid today")
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    if not request.GET:
        return number_page(request, NumberForm())
    return by_number(request)


@throttled
def by_number(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.GET)
    if not form.is_valid():
        return number_page(request, form)
    typed = form.cleaned_data
    found = verified_by_number(typed["number"], typed["holder"], timezone.localdate())
    return number_page(request, form, is_miss=found is None, **(card(found) if found else {}))


def number_page(request: HttpRequest, form: NumberForm, **facts: Any) -> HttpResponse:
    words = {
        "title": _("查保单真伪"),
        "lead": _("填两项，马上看到保单今天是否有效。不用登录，不收集个人信息。"),
        "file_form": FileForm(),
    }
    return show_form(request, "documents/verify.html", form, {**words, **frame(), **facts})


@public("whoever holds the file of a paper may ask whether it was changed")
@require_POST
@throttled
def verify_file(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    facts: dict[str, Any] = {"title": _("核对文件"), **frame()}
    if form.is_valid():
        typed = form.cleaned_data
        digest = typed["digest"] or digest_of(typed["file"])
        found = verified_by_hash(digest, timezone.localdate())
        is_other = bool(found and typed["token"] and found.paper.token != typed["token"])
        facts |= {"digest": digest, "is_other": is_other, "is_checked": True}
        facts |= card(found) if found else {}
        form = FileForm(initial={"token": typed["token"]})
    return show_form(request, "documents/verify_file.html", form, facts)


def digest_of(file: Any) -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def frame() -> dict[str, Any]:
    return {"address": settings.SITE_URL, "today": timezone.localdate()}


def card(found: Verified) -> dict[str, Any]:
    return {
        "paper": found.paper,
        "state": found.state,
        "successor": found.successor,
        **frame(),
    }
