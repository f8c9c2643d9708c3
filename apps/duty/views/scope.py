"""Who must insure, by which rule and since when; and what a district changed of its promotion."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.kinds import Kind
from apps.accounts.roles import Permission
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act
from apps.duty.forms import AdjustForm, EndForm
from apps.duty.services.scoping import adjust_promotion, end_adjustment
from apps.enterprises.tabs.shared import day_asked
from apps.enterprises.views.moves import done
from apps.reference.models import ScopeRule

P = Permission


@requires(P.VIEW_RULES)
def rules(request: UserRequest) -> HttpResponse:
    today = timezone.localdate()
    day = day_asked(request, today) or today
    rows = ScopeRule.objects.in_force_on(day).select_related("category", "tag", "district")
    own = request.user.organisation.district_id
    facts = {
        "title": _("投保范围规则"),
        "lead": _(
            "%(day)s 有效的规则，各附依据；强制范围由法律和市政策定，区里只调整重点推行范围。"
        )
        % {"day": day.isoformat()},
        "day": day,
        "rules": [rule_line(row, own) for row in rows.order_by("order", "valid_from")],
        "may_adjust": may_adjust(request),
    }
    return render(request, "duty/rules.html", facts)


def may_adjust(request: UserRequest) -> bool:
    own = request.user.organisation
    return own.kind == Kind.DISTRICT_BUREAU and can(request.user, P.SUPERVISE_DUTY)


def rule_line(row: ScopeRule, own: int | None) -> dict[str, Any]:
    subject = row.tag or row.category
    return {
        "row": row,
        "subject": subject.label if subject else _("任何生产经营单位"),
        "is_own": row.district_id is not None and row.district_id == own,
    }


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def adjust(request: UserRequest) -> HttpResponse:
    form = AdjustForm(request.POST or None, initial={"valid_from": timezone.localdate()})

    def act() -> None:
        given = form.cleaned_data
        adjust_promotion(
            tag=given["tag"],
            removes=given["way"] == "remove",
            valid_from=given["valid_from"],
            source=given["source"],
            by=request.user,
        )

    if done(form, act):
        messages.success(request, _("本区重点推行范围已调整。"))
        return redirect("duty:rules")
    facts = {
        "title": _("调整本区重点推行范围"),
        "lead": _("只影响本区场所，从所填日期起算。"),
        "submit_label": _("保存调整"),
        "cancel_url": reverse("duty:rules"),
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)


@requires(P.SUPERVISE_DUTY)
@once_per_act()
def adjust_end(request: UserRequest, code: str) -> HttpResponse:
    rows = ScopeRule.objects.filter(valid_to=None, district=request.user.organisation.district_id)
    row = get_object_or_404(rows.exclude(district=None), code=code)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})

    def act() -> None:
        end_adjustment(rule=row, by=request.user, **form.cleaned_data)

    if done(form, act):
        messages.success(request, _("调整已结束。"))
        return redirect("duty:rules")
    facts = {
        "title": _("结束本区的调整"),
        "lead": row.source,
        "submit_label": _("结束"),
        "cancel_url": reverse("duty:rules"),
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)
