"""One enterprise, one page, for who has a minute; and what its gate shows to everybody."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.guards import UserRequest, public, requires
from apps.accounts.roles import Permission
from apps.accounts.throttle import limited
from apps.accounts.timeline import timeline
from apps.core import context
from apps.documents.actors import VERIFIER
from apps.documents.outputs import qr_code
from apps.duty.selectors.one import one_page
from apps.enterprises.models import Enterprise
from apps.enterprises.views.moves import enterprise_for
from apps.policies.models import Policy, PolicyState
from apps.policies.selectors.standing import label_of, period_of

P = Permission
LATEST = 12


@requires(P.VIEW_DUTY)
def one(request: UserRequest, public_id: str) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    enterprise = enterprise_for(user, public_id)
    page = one_page(enterprise, user, today)
    address = f"{settings.SITE_URL}{reverse('duty:gate', args=[public_id])}"
    facts = {
        "title": enterprise.name,
        "enterprise": enterprise,
        "one": page,
        "events": timeline(enterprise, user, and_of=page.sites)[:LATEST],
        "gate": address,
        "qr": qr_code(address),
        "crumbs": [{"label": _("应保台账"), "url": reverse("duty:list")}],
    }
    return render(request, "duty/one.html", facts)


@public("whoever stands at the gate may know whether the people inside are insured")
@require_safe
@limited("gate", most=60, seconds=60, methods=frozenset({"GET"}))
def gate(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the code at the gate opens: covers in force today, without a name of anybody."""
    today = timezone.localdate()
    with context.entering(VERIFIER.context), transaction.atomic():
        found = Enterprise.objects.filter(public_id=public_id).only("pk", "name", "uscc").first()
        if found is None:
            raise Http404
        rows = Policy.objects.filter(enterprise=found.pk).for_list().in_force_on(today)
        policies: list[Any] = list(rows.order_by("site_name", "pk"))
    facts = {
        "title": found.name,
        "uscc": found.uscc,
        "day": today,
        "covers": [
            {
                "site": row.site_name,
                "period": period_of(row),
                "label": label_of(row, PolicyState.IN_FORCE, today),
                "insured": row.insured_count,
            }
            for row in policies
        ],
    }
    return render(request, "duty/gate.html", facts)
