"""Where one is signed in, and signing out there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.accounts.selectors import devices_of
from apps.accounts.services import sign_out


@requires(Permission.USE_DESK)
def sessions(request: UserRequest) -> HttpResponse:
    facts = {
        "title": _("我的登录设备"),
        "lead": _("有不认识的设备，请马上结束它的登录并修改密码。"),
        "devices": devices_of(
            request.user, now=timezone.now(), this_key=request.session.session_key or ""
        ),
    }
    return render(request, "accounts/sessions.html", facts)


@requires(Permission.USE_DESK)
@require_POST
def sessions_end(request: UserRequest) -> HttpResponse:
    """One device by its handle, or all but this one."""
    here = request.session.session_key or ""
    handle = request.POST.get("device", "")
    count = sign_out(request.user, by=request.user, only=handle, except_key=here)
    messages.success(request, _("已在 %(count)s 台设备上结束登录。") % {"count": count})
    return redirect("accounts:sessions")
