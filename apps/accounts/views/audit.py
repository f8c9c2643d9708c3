"""The audit for whoever may read it: what happened, and whether the record still holds."""

from datetime import date, timedelta

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.audit_lines import audit_lines
from apps.accounts.filters import EventFilter
from apps.accounts.forms import DaysForm
from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.accounts.selectors import chain_of, events_before, events_visible_to
from apps.accounts.services import export_events
from apps.accounts.timeline import happening

SHOWN_AT_FIRST = timedelta(days=30)
CONDITIONS = ("since", "until", "action", "actor", "target_name", "target")


def conditions(query: QueryDict, today: date) -> dict[str, str]:
    """What was asked for; without any day and object, the last thirty days."""
    asked = {name: str(query[name]) for name in CONDITIONS if query.get(name)}
    if not asked.keys() & {"since", "until", "target"}:
        asked["since"] = (today - SHOWN_AT_FIRST).isoformat()
    return asked


@requires(Permission.VIEW_AUDIT)
def audit(request: UserRequest) -> HttpResponse:
    asked = conditions(request.GET, timezone.localdate())
    filters = EventFilter(asked, events_visible_to(request.user))
    events, older = events_before(filters.qs, request.GET.get("before", ""))
    facts = {
        "title": _("操作记录"),
        "lead": _("谁在什么时候对什么做了什么，为什么。只能增加，不能修改和删除。"),
        "lines": audit_lines(happening(event) for event in events),
        "older": older,
        "filter_form": filters.form,
        "conditions": asked,
        "days": (events[-1].day, events[0].day) if events else None,
    }
    return render(request, "accounts/audit.html", facts)


@requires(Permission.VIEW_AUDIT)
def audit_check(request: UserRequest) -> HttpResponse:
    """Recompute the chain of some days; takes a moment, so it is asked for."""
    today = timezone.localdate()
    form = DaysForm(request.GET or None, initial={"since": today, "until": today})
    facts = {
        "title": _("核对操作记录"),
        "lead": _("逐条重新计算，看看有没有被改过、删过、插过。"),
        "crumbs": [{"label": _("操作记录"), "url": reverse("accounts:audit")}],
        "form": form,
        "chain": chain_of(form.days()) if form.is_valid() else None,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "accounts/audit_check.html", facts, status=status)


@requires(Permission.VIEW_AUDIT)
@require_POST
def audit_export(request: UserRequest) -> HttpResponse:
    asked = conditions(request.POST, timezone.localdate())
    started = export_events(asked, by=request.user)
    return redirect("accounts:job", started.public_id)
