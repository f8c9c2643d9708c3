"""The page of one policy."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from apps.accounts.guards import UserRequest, requires
from apps.accounts.roles import Permission
from apps.policies import tabs
from apps.policies.models import Policy


@requires(Permission.VIEW_POLICIES)
def detail(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Policy.objects.visible_to(request.user).select_related(*tabs.SHOWN_WITH)
    found = get_object_or_404(rows, public_id=public_id)
    asked = request.GET.get("tab", "")
    today = timezone.localdate()
    facts = tabs.content(asked, found, request.user, today, request.GET)
    return render(request, "policies/policy.html", facts)
