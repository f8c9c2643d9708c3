"""What the platform told one: the list, opening a notice, having seen them all."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.pages import page_of
from apps.accounts.roles import Permission
from apps.messaging.models import Notice
from apps.messaging.services import mark_all_read, mark_read


@requires(Permission.USE_DESK)
def notices(request: UserRequest) -> HttpResponse:
    only_unread = request.GET.get("show") == "unread"
    rows = Notice.objects.visible_to(request.user)
    unread = rows.unread()
    facts = {
        "title": _("消息"),
        "page": page_of(request, unread if only_unread else rows),
        "unread_count": unread.count(),
        "saved_views": [
            {"label": _("全部"), "url": "?", "active": not only_unread, "count": None},
            {"label": _("未读"), "url": "?show=unread", "active": only_unread, "count": None},
        ],
    }
    return render(request, "messaging/notices.html", facts)


@requires(Permission.USE_DESK)
def notice(request: UserRequest, public_id: str) -> HttpResponse:
    """Opening a notice is reading it; most lead on to the thing they speak of."""
    rows = Notice.objects.visible_to(request.user)
    found = get_object_or_404(rows, public_id=public_id)
    mark_read(found, by=request.user, now=timezone.now())
    if found.url:
        return redirect(found.url)
    return render(request, "messaging/notice.html", {"title": found.title, "notice": found})


@requires(Permission.USE_DESK)
@require_POST
def read_all(request: UserRequest) -> HttpResponse:
    mark_all_read(by=request.user, now=timezone.now())
    messages.success(request, _("全部消息已标为已读。"))
    return redirect("messaging:notices")
