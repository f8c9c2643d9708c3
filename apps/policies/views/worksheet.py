"""A policy's worksheet for paper, and why its premium is another than last year's."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.policies import tabs
from apps.policies.models import Policy
from apps.policies.selectors.listing import before_of
from apps.policies.selectors.shares import is_partner
from apps.rating.selectors.changes import change_facts
from apps.rating.selectors.proof import printed


def policy_for(user: User, public_id: str) -> Policy:
    """A partner in the pool sees money, not the people and the place a worksheet tells of."""
    rows = Policy.objects.visible_to(user).select_related(*tabs.SHOWN_WITH)
    found: Policy = get_object_or_404(rows, public_id=public_id)
    if is_partner(found, user):
        raise Http404
    return found


@requires(Permission.VIEW_POLICIES)
def paper(request: UserRequest, public_id: str) -> HttpResponse:
    found = policy_for(request.user, public_id)
    facts = {
        "title": _("保费计算书"),
        "crumbs": [{"label": found.number, "url": f"{found.get_absolute_url()}?tab=coverage"}],
        "number": found.number,
        "on": found.cover_from or found.wanted_from,
        **printed(found),
    }
    return render(request, "rating/print.html", facts)


@requires(Permission.VIEW_POLICIES)
def change(request: UserRequest, public_id: str) -> HttpResponse:
    found = policy_for(request.user, public_id)
    facts = {
        "title": _("保费为什么变了"),
        "lead": _("%(name)s，%(site)s") % {"name": found.insured_name, "site": found.site_name},
        "crumbs": [{"label": found.number, "url": f"{found.get_absolute_url()}?tab=coverage"}],
        **change_facts(before_of(found, request.user), found),
    }
    return render(request, "rating/change.html", facts)
