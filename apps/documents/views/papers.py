"""The page of a paper we gave out, and its file."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.templatetags.ui import moment
from apps.documents import storage
from apps.documents.models import Paper
from apps.documents.rules import MEDIA_TYPES, FileKind
from apps.documents.services.papers import ask_to_print
from apps.documents.views.downloads import download

USUAL = timedelta(minutes=1)  # within which an issued paper is printed


def paper_for(user: User, public_id: str) -> Paper:
    rows = Paper.objects.visible_to(user).select_related("supersedes", "successor")
    return get_object_or_404(rows, public_id=public_id)


@requires(Permission.USE_DESK)
def paper(request: UserRequest, public_id: str) -> HttpResponse:
    found = paper_for(request.user, public_id)
    facts = {
        "title": found.title,
        "paper": found,
        "facts": facts_of(found),
        "successor": getattr(found, "successor", None),
        "is_late": not found.is_printed and found.issued_at < timezone.now() - USUAL,
    }
    return render(request, "documents/paper.html", facts)


def facts_of(found: Paper) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("编号"), "value": found.number},
        {"label": found.holder_label, "value": found.holder},
        {"label": _("签发时间"), "value": moment(found.issued_at)},
        {"label": _("内容校验码"), "value": found.content_code},
    ]
    if former := found.supersedes:
        facts.append({"label": _("代替"), "value": former, "url": former.get_absolute_url()})
    if found.is_printed:
        label = _("文件校验值（SHA-256）")
        facts.append({"label": label, "value": found.sha256, "wide": True})
    return facts


@requires(Permission.USE_DESK)  # type: ignore[arg-type]  # a file is streamed
def paper_file(request: UserRequest, public_id: str) -> HttpResponseBase:
    found = paper_for(request.user, public_id)
    if not found.is_printed:
        return redirect(found)
    try:
        content = storage.opened(found.path)
    except FileNotFoundError as gone:
        raise Http404 from gone
    return download(content, name=found.file_name, media_type=MEDIA_TYPES[FileKind.PDF])


@requires(Permission.USE_DESK)
@require_POST
def paper_print(request: UserRequest, public_id: str) -> HttpResponse:
    found = paper_for(request.user, public_id)
    ask_to_print(found)
    messages.success(request, _("已安排生成，几秒后可以下载。"))
    return redirect(found)
