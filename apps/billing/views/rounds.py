"""Computing a share round needs the money's side: the button on its page leads here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.billing.earned.computing import start_computing
from apps.core.errors import DomainError
from apps.pools.models import ShareRound


@requires(Permission.MANAGE_POOLS)
@require_POST
def compute(request: UserRequest, public_id: str) -> HttpResponse:
    rows = ShareRound.objects.visible_to(request.user).select_related("pool__district", "agreement")
    row = get_object_or_404(rows, public_id=public_id)
    try:
        job = start_computing(share_round=row, today=timezone.localdate(), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    return redirect("accounts:job", job.public_id)
