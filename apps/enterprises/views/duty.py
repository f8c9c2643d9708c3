"""Must I insure? A visitor answers a few questions; nothing of it is kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.guards import public
from apps.accounts.throttle import limited
from apps.core.http import show_form
from apps.enterprises.forms.visitors import DutyForm
from apps.enterprises.obligation.rules import Facts, Obligation, obligation
from apps.enterprises.obligation.selectors import rules_on
from apps.enterprises.obligation.words import duty_words


@public("who must insure is published law; whoever asks need not say who they are")
@require_safe
@limited("duty", most=60, seconds=60, methods=frozenset({"GET"}))
def duty(request: HttpRequest) -> HttpResponse:
    form = DutyForm(request.GET) if "industry" in request.GET else DutyForm()
    facts: dict[str, Any] = {
        "title": _("我要不要投保"),
        "lead": _("回答三个问题，看政策和法律怎么说。不用登录，也不保存任何内容。"),
    }
    if form.is_valid():
        facts |= {
            "duty": duty_words(answered(form)),
            "industry": form.cleaned_data["industry"],
            "on": timezone.localdate(),
        }
    return show_form(request, "enterprises/duty.html", form, facts)


def answered(form: DutyForm) -> Obligation:
    today, data = timezone.localdate(), form.cleaned_data
    facts = Facts(
        industry=data["industry"].code,
        tags=frozenset(tag.code for tag in data["tags"]),
        deaths=(form.death,) if form.death else (),
    )
    return obligation(facts, rules_on(today), today)
