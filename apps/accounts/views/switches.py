"""The reader's own settings, kept in the browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from apps.accounts.guards import public

YEAR = 365 * 24 * 3600


@public("large type is for visitors too")
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    allowed = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(target, allowed, require_https=request.is_secure())
    response = redirect(target if safe else "/")
    if request.POST.get("type") == "large":
        options = {"secure": request.is_secure(), "httponly": True, "samesite": "Lax"}
        response.set_cookie("appearance", "large", max_age=YEAR, **options)  # type: ignore[arg-type]
    else:
        response.delete_cookie("appearance")
    return response
