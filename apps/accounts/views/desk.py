"""Where everybody begins, and the search that goes with every page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.kinds import GOVERNMENT, Kind
from apps.accounts.models import User
from apps.accounts.roles import ROLES, Permission
from apps.accounts.selectors import account_managers
from apps.accounts.shell import SEARCHES, desk_of

SHORTEST = 2  # characters; one Chinese character finds half the city
NEWS = 8


@requires(Permission.USE_DESK)
def home(request: UserRequest) -> HttpResponse:
    desk = desk_of(request.user, timezone.localdate())
    facts = {
        "title": _("工作台"),
        "lead": ROLES[request.user.role].sentence,
        "greeting": greeting(request.user, len(desk.todos)),
        "todos": desk.todos,
        "stats": desk.stats,
        "lamps": desk.lamps,
        "news": desk.news[:NEWS],
        "shortcuts": shortcuts(request.user),
        "manager": account_managers(request.user.organisation).exclude(pk=request.user.pk).first(),
    }
    return render(request, "accounts/home.html", facts)


def shortcuts(user: User) -> list[dict[str, Any]]:
    """What the navigation has no room for."""
    links = [
        ("accounts:invite", _("邀请人员"), "user-plus", Permission.MANAGE_PEOPLE),
        ("accounts:jobs", _("我的任务"), "list-check", Permission.USE_DESK),
        ("accounts:sessions", _("我的登录设备"), "device-desktop", Permission.USE_DESK),
        ("accounts:articles", _("政策条款"), "file-text", Permission.VIEW_RULES),
        ("accounts:roles", _("角色和权限"), "id-badge-2", Permission.VIEW_RULES),
    ]
    return [
        {"url": reverse(route), "label": label, "icon": icon}
        for route, label, icon, permission in links
        if can(user, permission)
    ]


def greeting(user: User, count: int) -> str:
    """The first line of the desk: how much there is to do, or what is well."""
    if count:
        return ngettext("您还有 %(count)s 件事要办", "您还有 %(count)s 件事要办", count) % {
            "count": count
        }
    kind = Kind(user.organisation.kind)
    if kind == Kind.ENTERPRISE:
        return _("本企业现在没有要办的事")
    if kind == Kind.PLATFORM:
        return _("平台现在没有要您处理的事")
    if kind in GOVERNMENT:
        return _("辖区内现在没有要您办的事")
    return _("现在没有要您办的事")


@requires(Permission.USE_DESK)
def search(request: UserRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = [find(request.user, asked) for find in SEARCHES] if len(asked) >= SHORTEST else []
    facts = {
        "title": _("搜索"),
        "asked": asked,
        "is_short": 0 < len(asked) < SHORTEST,
        "groups": [hits for hits in found if hits and hits.items],
    }
    return render(request, "accounts/search.html", facts)
