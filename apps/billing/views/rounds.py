"""Computing a share round needs the money's side: the button on its page leads here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.core.running import start_job
from apps.pools.models import ShareRound
from apps.pools.services.rounds import refusal_to_compute


@requires(Permission.MANAGE_POOLS)
@require_POST
def compute(request: UserRequest, public_id: str) -> HttpResponse:
    rows = ShareRound.objects.visible_to(request.user).select_related("pool__district", "agreement")
    row = get_object_or_404(rows, public_id=public_id)
    if refusal := refusal_to_compute(row, timezone.localdate()):
        messages.error(request, refusal)
        return redirect(row)
    title = _("计算份额：%(pool)s") % {"pool": row.pool.name}
    job = start_job(
        "billing.compute_round", by=request.user, title=title, share_round=row.public_id
    )
    return redirect("accounts:job", job.public_id)
