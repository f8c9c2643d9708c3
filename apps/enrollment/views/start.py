"""Opening an application: which site, and what one should have at hand."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.idempotency import new_act, once_per_act
from apps.enrollment.selectors.draft import refusal_to_start
from apps.enrollment.selectors.sites import Situation, next_step_for, next_steps
from apps.enrollment.services import start_application
from apps.enrollment.views.moves import list_crumb
from apps.enterprises.models import Site


@requires(Permission.APPLY_FOR_COVER)
def choose_site(request: UserRequest) -> HttpResponse:
    """Cover goes by site; whoever has one only is not asked which."""
    user = request.user
    sites = Site.objects.visible_to(user).exclude(state=Site.State.CLOSED).order_by("pk")
    steps = next_steps(sites.select_related("district", "town"), user, timezone.localdate())
    if len(steps) == 1:
        return redirect("enrollment:start", steps[0].site.public_id)
    facts = {
        "title": _("为哪个场所投保"),
        "lead": _("安责险按生产场所投保，每个场所一份保单。"),
        "crumbs": [list_crumb()],
        "steps": steps,
    }
    return render(request, "enrollment/choose_site.html", facts)


@requires(Permission.APPLY_FOR_COVER)
@once_per_act()
def start(request: UserRequest, public_id: str) -> HttpResponse:
    site, today = site_for(request.user, public_id), timezone.localdate()
    refusal = refusal_to_start(site)
    if request.method == "POST":
        try:
            row = start_application(site=site, by=request.user)
            return redirect("enrollment:terms", row.public_id)
        except DomainError as refused:
            refusal = str(refused)
    found = next_step_for(site, request.user, today)
    if found.situation in {Situation.DRAFT, Situation.SUBMITTED}:
        return redirect(found.url)
    facts = {
        "title": _("为“%(site)s”投保") % {"site": site.name},
        "lead": site.place,
        "crumbs": [list_crumb()],
        "site_row": site,
        "found": found,
        "refusal": refusal,
        "act": new_act(),
    }
    return render(request, "enrollment/start.html", facts, status=422 if request.POST else 200)


def site_for(user: User, public_id: str) -> Site:
    rows = Site.objects.visible_to(user).select_related("enterprise", "district", "town")
    found: Site = get_object_or_404(rows, public_id=public_id)
    return found
