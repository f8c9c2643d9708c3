"""District pools: their members, and the shares to those who may see them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.accounts.timeline import timeline
from apps.pools.models import Pool
from apps.pools.selectors import members_of, pools_with_members, share_tables

TABS = ["summary", "related", "history"]


@requires(Permission.VIEW_POOLS)
def pools(request: UserRequest) -> HttpResponse:
    facts = {
        "title": _("区域共保体"),
        "lead": _("每区一个共保体；企业在本区的成员中自主选择承保机构。"),
        "pools": pools_with_members(request.user, timezone.localdate()),
    }
    return render(request, "pools/list.html", facts)


@requires(Permission.VIEW_POOLS)
def detail(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Pool.objects.visible_to(request.user).select_related("district")
    pool = get_object_or_404(rows, public_id=public_id)
    tab = request.GET.get("tab", "summary")
    facts = {
        "title": pool.name,
        "public_id": pool.public_id,
        "crumbs": [{"label": _("区域共保体"), "url": reverse("pools:list")}],
        "tabs": TABS,
        "tab": tab if tab in TABS else "summary",
        "members": members_of(pool, timezone.localdate()),
        "tables": share_tables(pool, request.user),
        "events": timeline(pool, request.user),
    }
    return render(request, "pools/detail.html", facts)
