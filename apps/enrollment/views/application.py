"""The page of an application: for its writer a list of tasks, for everybody else what it says."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.selectors.steps import next_of, steps_of
from apps.enrollment.tabs import content
from apps.enrollment.views.moves import application_for, list_crumb, on_draft


@requires(Permission.VIEW_APPLICATIONS)
def application(request: UserRequest, public_id: str) -> HttpResponse:
    row = application_for(request.user, public_id)
    if row.state == ApplicationState.DRAFT and is_writer(row, request.user):
        return tasks(request, public_id)
    tab = request.GET.get("tab", "")
    facts = content(tab, row, request.user, timezone.localdate())
    return render(request, "enrollment/application.html", facts)


def is_writer(row: Application, user: User) -> bool:
    return row.enterprise_id == user.organisation_id and can(user, Permission.APPLY_FOR_COVER)


@on_draft
def tasks(request: UserRequest, row: Application) -> HttpResponse:
    steps = steps_of(row, timezone.localdate())
    done = sum(step.is_done for step in steps)
    facts = {
        "title": _("为“%(site)s”投保") % {"site": row.site.name},
        "lead": f"{row.site.enterprise.name} · {row.site.place}",
        "crumbs": [list_crumb()],
        "row": row,
        "steps": steps,
        "next": next_of(steps),
        "done": done,
        "total": len(steps),
    }
    return render(request, "enrollment/tasks.html", facts)
