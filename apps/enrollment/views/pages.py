from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.enrollment.models import Application


@requires(Permission.VIEW_APPLICATIONS)
def application(request: UserRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Application.objects.visible_to(request.user), public_id=public_id)
    return HttpResponse(str(found))
