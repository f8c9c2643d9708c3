"""Policies as a list."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.kinds import Kind
from apps.accounts.roles import Permission
from apps.enterprises.paging import list_of, page_of
from apps.policies.filters import PolicyFilter
from apps.policies.lines import heads, lines_of
from apps.policies.models import Policy
from apps.policies.registry import LIST_LINKS
from apps.policies.selectors.listing import LEADS, rows_of

NEWEST = ("-pk",)


@requires(Permission.VIEW_POLICIES)
def listing(request: UserRequest) -> HttpResponse:
    user = request.user
    seen = Policy.objects.visible_to(user).for_list()
    found = PolicyFilter(request.GET, seen, user=user)
    rows: Any = found.filter_queryset(seen)
    after = request.GET.get("after")
    last = rows.filter(public_id=after).first() if after else None
    page = page_of(
        rows, order=NEWEST, number=request.GET.get("page"), after=last, of=list_of(request)
    )
    is_enterprise = user.organisation.kind == Kind.ENTERPRISE
    shown = rows_of(page.object_list, user, timezone.localdate())
    facts = {
        "title": _("保单"),
        "lead": LEADS.get(Kind(user.organisation.kind), ""),
        "page": page,
        "heads": heads(is_enterprise=is_enterprise),
        "lines": lines_of(shown, is_enterprise=is_enterprise),
        "filter_form": found.form,
        "filtered": found.is_narrowed,
        "links": [link for link in LIST_LINKS if can(user, link.permission)],
        "is_enterprise": is_enterprise,
    }
    return render(request, "policies/list.html", facts)
