"""A quote's worksheet for paper, and what made its premium another than the last one's."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.rating.models import Quote
from apps.rating.selectors.changes import change_facts
from apps.rating.selectors.proof import printed
from apps.rating.selectors.quotes import SHOWN_WITH, earlier


def quote_for(user: User, public_id: str) -> Quote:
    rows = Quote.objects.visible_to(user).select_related(*SHOWN_WITH)
    return get_object_or_404(rows, public_id=public_id)


@requires(Permission.VIEW_ENTERPRISES)
def paper(request: UserRequest, public_id: str) -> HttpResponse:
    found = quote_for(request.user, public_id)
    facts = {
        "title": _("保费计算书"),
        "crumbs": [{"label": _("报价"), "url": found.get_absolute_url()}],
        "number": found.public_id,
        "on": found.starts_on,
        **printed(found),
    }
    return render(request, "rating/print.html", facts)


@requires(Permission.VIEW_ENTERPRISES)
def change(request: UserRequest, public_id: str) -> HttpResponse:
    found = quote_for(request.user, public_id)
    before = earlier(found, request.user)
    facts = {
        "title": _("保费为什么变了"),
        "lead": _("%(name)s，%(site)s") % {"name": found.insured_name, "site": found.site_name},
        "crumbs": [{"label": _("报价"), "url": found.get_absolute_url()}],
        **change_facts(before, found),
    }
    return render(request, "rating/change.html", facts)
