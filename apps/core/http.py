"""Small moves every page makes."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from apps.core.errors import DomainError


def go_to(request: HttpRequest, target: Any) -> HttpResponse:
    """Redirect a whole page, whether the browser or htmx made the request."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url(target))
    return redirect(target)


def show_form(
    request: HttpRequest, template: str, form: BaseForm, context: dict[str, Any]
) -> HttpResponse:
    """The page of a form: 200 when fresh, 422 when something in it must be put right."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def note_refusal(form: BaseForm, refusal: DomainError) -> None:
    """Put a business refusal where the form shows its errors, at its field when it names one."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
