"""Moves that the pages of the register share."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.core.http import note_refusal, show_form
from apps.core.idempotency import new_act
from apps.enterprises.errors import ChangedMeanwhile
from apps.enterprises.forms.base import VersionedForm
from apps.enterprises.models import Enterprise, Site
from apps.reference.selectors import known


def enterprise_for(user: User, public_id: str) -> Enterprise:
    found: Enterprise = get_object_or_404(Enterprise.objects.visible_to(user), public_id=public_id)
    return found


def site_for(user: User, public_id: str) -> Site:
    rows = Site.objects.visible_to(user).select_related("enterprise", "insurer")
    [found] = known.filled([get_object_or_404(rows, public_id=public_id)])
    return found


def done(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether the form was right and its act went through; a refusal is noted on the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except DomainError as refusal:
        note_refusal(form, refusal)
        if isinstance(refusal, ChangedMeanwhile) and isinstance(form, VersionedForm):
            form.show_what_changed()
        return False
    return True


def form_page(
    request: HttpRequest,
    form: BaseForm,
    subject: Enterprise | Site,
    *,
    title: str,
    submit: str,
    template: str = "enterprises/form.html",
    lead: str = "",
    **more: Any,
) -> HttpResponse:
    """A form about an enterprise or a site, with the way back to it."""
    facts = {
        "title": title,
        "lead": lead,
        "submit_label": submit,
        "crumbs": crumbs_of(subject, request),
        "cancel_url": subject.get_absolute_url(),
        "subject": subject,
        "act": new_act(),
    }
    return show_form(request, template, form, facts | more)


def crumbs_of(subject: Enterprise | Site, request: HttpRequest) -> list[dict[str, str]]:
    """The way back; an enterprise has no list above its own page."""
    chain: list[Any] = [subject.enterprise, subject] if isinstance(subject, Site) else [subject]
    is_own = getattr(request.user, "organisation_id", None) == chain[0].pk
    home = {"label": _("企业名录"), "url": reverse("enterprises:list")}
    above = [] if is_own else [home]
    return [*above, *({"label": row.name, "url": row.get_absolute_url()} for row in chain)]
