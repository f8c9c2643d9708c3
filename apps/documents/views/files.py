"""Taking a kept file home."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from apps.accounts.guards import MissingRight, UserRequest, requires
from apps.accounts.roles import Permission
from apps.documents.models import StoredFile
from apps.documents.rules import MEDIA_TYPES, FileKind
from apps.documents.selectors import may_open, purpose_of
from apps.documents.services.files import open_file
from apps.documents.views.downloads import download


@requires(Permission.USE_DESK)  # type: ignore[arg-type]  # a file is streamed
def file(request: UserRequest, public_id: str) -> HttpResponseBase:
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user), public_id=public_id)
    if not may_open(stored, request.user):
        raise MissingRight(Permission.REVEAL_PERSONAL_DATA)
    if not stored.is_ready:
        return not_ready(request, stored)
    try:
        content = open_file(stored, by=request.user)
    except FileNotFoundError as gone:
        raise Http404 from gone
    return download(content, name=stored.name, media_type=MEDIA_TYPES[FileKind(stored.kind)])


def not_ready(request: UserRequest, stored: StoredFile) -> HttpResponse:
    facts = {"title": stored.name, "file": stored, "purpose": purpose_of(stored)}
    return render(request, "documents/not_ready.html", facts, status=409)
