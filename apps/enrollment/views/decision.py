"""An underwriter issues as applied for, or refuses for a reason of the product."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import Organisation
from apps.accounts.roles import Permission
from apps.core.errors import DomainError
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act
from apps.core.templatetags.ui import day, yuan
from apps.enrollment import services
from apps.enrollment.forms import RefuseForm
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.views.moves import application_for, crumbs_of, done
from apps.pools.selectors import share_vector
from apps.rating.models import Quote


@requires(Permission.UNDERWRITE)
@once_per_act()
def issue(request: UserRequest, public_id: str) -> HttpResponse:
    row, today, refusal = application_for(request.user, public_id), timezone.localdate(), ""
    if row.state == ApplicationState.DRAFT or row.quote is None:
        return redirect(row)
    if request.method == "POST":
        try:
            policy = services.issue(
                application=row, today=today, now=timezone.now(), by=request.user
            )
        except DomainError as refused:
            refusal = str(refused)
        else:
            text = _("已出单，保单号 %(number)s。保费到账后起保。")
            messages.success(request, text % {"number": policy.number})
            return redirect(policy)
    elif row.state != ApplicationState.SUBMITTED:
        return redirect(row)
    facts = issue_page(row, row.quote) | {"refusal": refusal}
    return render(request, "enrollment/issue.html", facts, status=422 if refusal else 200)


def issue_page(row: Application, quote: Quote) -> dict[str, Any]:
    return {
        "title": _("核对后出单"),
        "row": row,
        "crumbs": crumbs_of(row),
        "sections": [{"title": _("将要出具的保单"), "rows": _terms(quote)}],
        "shares": shares_today(row),
        "submit_label": _("出单"),
        "cancel_url": row.get_absolute_url(),
        "cancel_label": _("先不出单"),
        "act": new_act(),
    }


def _terms(quote: Quote) -> list[dict[str, Any]]:
    return [
        {"label": _("被保险人"), "value": quote.insured_name},
        {"label": _("场所"), "value": quote.site_name},
        {"label": _("产品版本"), "value": str(quote.product_version)},
        {"label": _("每人责任限额"), "value": yuan(quote.limit_choice.per_person)},
        {"label": _("每次事故免赔额"), "value": yuan(quote.deductible)},
        {"label": _("参保人数"), "value": quote.insured_count},
        {"label": _("保险费"), "value": yuan(quote.premium)},
        {"label": _("约定起保日"), "value": day(quote.starts_on)},
    ]


def shares_today(row: Application) -> list[dict[str, Any]]:
    """The vector that issue freezes, the largest share first; none when the pool has no table."""
    try:
        vector = share_vector(row.pool, timezone.localdate())
    except DomainError:
        return []
    members = Organisation.objects.in_bulk(list(vector))
    ordered = sorted(vector.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"insurer": members.get(key), "percent": points / 100} for key, points in ordered]


@requires(Permission.UNDERWRITE)
@once_per_act()
def refuse(request: UserRequest, public_id: str) -> HttpResponse:
    row = application_for(request.user, public_id)
    if row.quote is None or (request.method == "GET" and row.state != ApplicationState.SUBMITTED):
        return redirect(row)
    form = RefuseForm(request.POST or None, reasons=row.quote.product_version.refusal_reasons.all())
    moment: dict[str, Any] = {"now": timezone.now(), "by": request.user}
    if done(form, lambda: services.refuse(application=row, **form.chosen, **moment)):
        messages.success(request, _("已记录不予承保，企业和保险顾问机构已收到通知。"))
        return redirect(row)
    facts = {
        "title": _("不予承保"),
        "lead": _("除产品方案约定的特殊情形外，不得限制投保或者拒保（A2.3）。"),
        "row": row,
        "crumbs": crumbs_of(row),
        "submit_label": _("确定不予承保"),
        "cancel_url": row.get_absolute_url(),
        "act": new_act(),
    }
    return show_form(request, "enrollment/refuse.html", form, facts)
