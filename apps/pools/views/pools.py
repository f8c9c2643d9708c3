"""District pools: their members, and the shares to those who may see them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.timeline import timeline
from apps.pools.models import Agreement, Pool
from apps.pools.selectors import members_of, pools_with_members, share_tables
from apps.pools.selectors.picture import history_of
from apps.pools.selectors.rounds import rounds_for

TABS = ["summary", "related", "process", "history"]


@requires(Permission.VIEW_POOLS)
def pools(request: UserRequest) -> HttpResponse:
    facts = {
        "title": _("区域共保体"),
        "lead": _("每区一个共保体；企业在本区的成员中自主选择承保机构。"),
        "pools": pools_with_members(request.user, timezone.localdate()),
    }
    return render(request, "pools/list.html", facts)


def pool_for(user: User, public_id: str) -> Pool:
    rows = Pool.objects.visible_to(user).select_related("district")
    return get_object_or_404(rows, public_id=public_id)


def crumbs_of(pool: Pool | None = None) -> list[dict[str, str]]:
    crumbs = [{"label": _("区域共保体"), "url": reverse("pools:list")}]
    return crumbs + ([{"label": pool.name, "url": pool.get_absolute_url()}] if pool else [])


@requires(Permission.VIEW_POOLS)
def detail(request: UserRequest, public_id: str) -> HttpResponse:
    pool, today = pool_for(request.user, public_id), timezone.localdate()
    tab = request.GET.get("tab", "summary")
    facts = {
        "title": pool.name,
        "public_id": pool.public_id,
        "crumbs": crumbs_of(),
        "pool": pool,
        "tabs": TABS,
        "tab": tab if tab in TABS else "summary",
        "can_manage": can(request.user, Permission.MANAGE_POOLS),
        **_of_tab(pool, tab, request.user),
        "members": members_of(pool, today),
    }
    return render(request, "pools/detail.html", facts)


def _of_tab(pool: Pool, tab: str, user: User) -> dict[str, Any]:
    """Only what the open tab shows."""
    today = timezone.localdate()
    if tab == "related":
        tables = share_tables(pool, user)
        return {"tables": tables, "picture": history_of(tables, today)}
    if tab == "process":
        return {"rounds": list(rounds_for(user).filter(pool=pool)[:24])}
    if tab == "history":
        return {"events": timeline(pool, user)}
    agreements = Agreement.objects.visible_to(user).filter(pool=pool)
    newest = share_tables(pool, user)
    shares = next((table for table in newest if table.valid_from <= today), None)
    points = {line.insurer_id: line.percent for line in shares.lines.all()} if shares else {}
    return {"agreements": list(agreements), "points": points}
