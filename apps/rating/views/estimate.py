"""What would it cost? Four questions, a range, and nothing kept."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import public
from apps.catalogue.actors import VISITOR
from apps.core import context
from apps.core.errors import DomainError
from apps.core.http import note_refusal
from apps.rating.forms import EstimateForm
from apps.rating.selectors.estimate import estimate, limits_to_choose

TOMORROW = timedelta(days=1)


@public("anyone may ask what cover would cost; nothing is stored")
def ask(request: HttpRequest) -> HttpResponse:
    with context.entering(VISITOR.context):
        return render(request, "rating/estimate.html", _facts(request))


def _facts(request: HttpRequest) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "title": _("算保费"),
        "lead": _("回答四个问题，看看大约多少钱。不用登录，也不保存任何内容。"),
    }
    on = timezone.localdate() + TOMORROW
    try:
        form = EstimateForm(request.GET or None, limits=limits_to_choose(on))
    except DomainError as refusal:
        return facts | {"refusal": str(refusal)}
    if form.is_valid():
        try:
            facts["found"] = estimate(on=on, **form.cleaned_data)
        except DomainError as refusal:
            note_refusal(form, refusal)
    return facts | {"form": form, "on": on}
