from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.policies.models import Policy


@requires(Permission.VIEW_POLICIES)
def detail(request: UserRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Policy.objects.visible_to(request.user), public_id=public_id)
    return HttpResponse(str(found))
