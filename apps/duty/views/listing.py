"""The ledger as a list, by town, and as a file."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.idempotency import new_act, once_per_act
from apps.core.remembering import RememberedFor
from apps.duty.columns import ON_PAGE
from apps.duty.filters import DutyFilter
from apps.duty.lines import lines_of
from apps.duty.models import DutyState, SiteDuty
from apps.duty.rules import COUNTED, DEFAULTING
from apps.duty.selectors.ledger import (
    counts_by_town,
    counts_of,
    duties_fitting,
    in_view,
    rows_of,
)
from apps.duty.services.exports import export_ledger
from apps.enterprises.paging import list_of, page_of
from apps.enterprises.tabs.shared import visibility_note

P = Permission
ORDER = ("since", "pk")
MANY = 2_000  # what takes time to count is counted once a minute
COUNTS = RememberedFor[dict[str, int]](worth=lambda found: sum(found.values()) > MANY)


@requires(P.VIEW_DUTY)
def listing(request: UserRequest) -> HttpResponse:
    user = request.user
    found = DutyFilter(request.GET, SiteDuty.objects.none(), user=user)
    fitting = duties_fitting(user, found.day, found.terms)
    rows: Any = in_view(fitting, found.terms.view)
    after = request.GET.get("after")
    last = rows.filter(public_id=after).first() if after else None
    page = page_of(
        rows, order=ORDER, number=request.GET.get("page"), after=last, of=list_of(request)
    )
    may_pick = can(user, P.SUPERVISE_DUTY) and found.day == timezone.localdate()
    facts = {
        "title": _("应保台账"),
        "lead": visibility_note(user),
        "page": page,
        "heads": ON_PAGE,
        "lines": lines_of(rows_of(page.object_list, user), found.day, may_pick=may_pick),
        "may_pick": may_pick,
        "filter_form": found.form,
        "filtered": found.terms.is_narrowed,
        "saved_views": views_of(request, counted(request, fitting), found.terms.view),
        "day": found.day,
        **tools_of(request, may_pick=may_pick),
    }
    return render(request, "duty/list.html", facts)


def counted(request: UserRequest, fitting: Any) -> dict[str, int]:
    return COUNTS(list_of(request), lambda: counts_of(fitting))


def tools_of(request: UserRequest, *, may_pick: bool) -> dict[str, Any]:
    asked = request.GET.urlencode()
    tools: dict[str, Any] = {"towns_url": f"{reverse('duty:towns')}?{asked}", "act": new_act()}
    if can(request.user, P.EXPORT_ENTERPRISES):
        tools["export_url"] = f"{reverse('duty:export')}?{asked}"
    if may_pick:
        tools["bulk_url"] = f"{reverse('duty:letters')}?{asked}"
    tools["may_import"] = can(request.user, P.REGISTER_ENTERPRISE)
    return tools


def views_of(request: UserRequest, counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    """The states one after the other, each with how many sites are in it."""
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("after", None)

    def view(key: str, label: Any, states: tuple[str, ...]) -> dict[str, Any]:
        query["view"] = key
        number = sum(counts.get(state, 0) for state in states)
        url = f"{request.path}?{query.urlencode()}"
        return {"label": label, "url": url, "active": key == current, "count": number}

    heaps = [view("", _("要跟进"), DEFAULTING), view("all", _("全部应保"), COUNTED)]
    return heaps + [view(state.value, state.label, (state.value,)) for state in DutyState]


@requires(P.VIEW_DUTY)
def towns(request: UserRequest) -> HttpResponse:
    """How many must insure, are insured and are not, town by town."""
    found = DutyFilter(request.GET, SiteDuty.objects.none(), user=request.user)
    counts = counts_by_town(duties_fitting(request.user, found.day, found.terms))
    facts = {
        "title": _("各镇街应保情况"),
        "lead": _("%(day)s 的情况；数字可点开名单。") % {"day": found.day.isoformat()},
        "crumbs": [{"label": _("应保台账"), "url": reverse("duty:list")}],
        "towns": [town_line(one) for one in counts],
        "due": sum(one.due for one in counts),
        "covered": sum(one.covered for one in counts),
        "states": [state for state in DutyState if state.value in COUNTED],
    }
    return render(request, "duty/towns.html", facts)


def town_line(one: Any) -> dict[str, Any]:
    home = f"{reverse('duty:list')}?town={one.town.code}"
    return {
        "town": one.town,
        "url": home,
        "due": one.due,
        "percent": one.covered * 1000 // one.due / 10 if one.due else 0,
        "cells": [
            {
                "label": state.label,
                "number": one.by_state.get(state.value, 0),
                "url": f"{home}&view={state.value}",
            }
            for state in DutyState
            if state.value in COUNTED
        ],
    }


@requires(P.EXPORT_ENTERPRISES)
@require_POST
@once_per_act()
def export(request: UserRequest) -> HttpResponse:
    terms = {key: request.GET.getlist(key) for key in request.GET}
    job = export_ledger(terms=terms, by=request.user)
    return redirect("accounts:job", job.public_id)
