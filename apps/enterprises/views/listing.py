"""The register as a list, and the list as a file."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.http import show_form
from apps.core.idempotency import new_act, once_per_act
from apps.enterprises import columns as layout
from apps.enterprises.filters import POINTLESS, EnterpriseFilter
from apps.enterprises.forms.exports import ExportForm
from apps.enterprises.lines import lines_of
from apps.enterprises.models import Enterprise
from apps.enterprises.paging import ListPage, list_of, page_of
from apps.enterprises.selectors.register import (
    NEWEST,
    ORDERS,
    VIEWS,
    Row,
    Terms,
    enterprises_fitting,
    in_order,
    rows_of,
)
from apps.enterprises.services import export_enterprises
from apps.enterprises.tabs.shared import visibility_note
from apps.enterprises.views.moves import done


@requires(Permission.VIEW_ENTERPRISES)
def listing(request: UserRequest) -> HttpResponse:
    user = request.user
    if user.organisation.kind == Kind.ENTERPRISE:
        own = Enterprise.objects.visible_to(user)
        return redirect(get_object_or_404(own, pk=user.organisation_id))
    found = EnterpriseFilter(request.GET, Enterprise.objects.none(), user=user)
    sort = asked if (asked := request.GET.get("sort")) in ORDERS else NEWEST
    page = page_asked(request, found.terms, sort)
    shown = shown_columns(request)
    facts = {
        "title": _("企业名录"),
        "lead": visibility_note(user),
        "page": page,
        "sort": sort,
        "filter_form": found.form,
        "filtered": found.terms.is_narrowed,
        "saved_views": views_of(found.terms.view),
        "shown": shown,
        "lines": lines_of(rows_on(page, user, shown, found.terms.q), shown),
        **tools_of(request, shown),
    }
    return render(request, "enterprises/list.html", facts)


def page_asked(request: UserRequest, terms: Terms, sort: str) -> ListPage:
    user, after = request.user, request.GET.get("after")
    seen: Any = Enterprise.objects.visible_to(user)
    fitting: Any = enterprises_fitting(user, terms)
    rows, order = in_order(fitting.for_list(), sort, user)
    is_work = terms.is_narrowed or "headcount" in sort
    return page_of(
        rows,
        order=order,
        number=request.GET.get("page"),
        after=rows.filter(public_id=after).first() if after else None,
        whole=seen.for_list() if is_work else None,
        of=list_of(request),
    )


def rows_on(page: ListPage, user: User, shown: list[layout.Column], asked: str) -> list[Row]:
    return rows_of(page.object_list, user, along=layout.needs_of(shown), asked=asked)


def shown_columns(request: UserRequest) -> list[layout.Column]:
    hidden = POINTLESS.get(request.user.organisation.kind, frozenset())
    return layout.chosen(request.GET.getlist("col"), without=hidden)


def tools_of(request: UserRequest, shown: list[layout.Column]) -> dict[str, Any]:
    """What this person may do with the list."""
    keys = {column.key for column in shown}
    tools: dict[str, Any] = {
        "may_register": can(request.user, Permission.REGISTER_ENTERPRISE),
        "columns": [
            {"key": one.key, "label": one.label, "shown": one.key in keys} for one in layout.COLUMNS
        ],
    }
    if can(request.user, Permission.EXPORT_ENTERPRISES):
        tools |= {
            "export_url": export_url(request),
            "may_export_contacts": can(request.user, Permission.REVEAL_PERSONAL_DATA),
            "act": new_act(),
        }
    return tools


def export_url(request: UserRequest) -> str:
    """The export carries the conditions and columns of the page in its own address."""
    return f"{reverse('enterprises:export')}?{request.GET.urlencode()}"


def views_of(current: str) -> list[dict[str, Any]]:
    home = reverse("enterprises:list")
    return [
        {"label": label, "url": f"{home}?view={key}" if key else home, "active": key == current}
        for key, label in VIEWS.items()
    ]


@requires(Permission.EXPORT_ENTERPRISES)
@once_per_act()
def export(request: UserRequest) -> HttpResponse:
    """Start the job; the page itself is for those who have something to put right first."""
    form = ExportForm(request.POST or None, user=request.user)
    started: list[Any] = []
    terms = {key: request.GET.getlist(key) for key in request.GET}
    keys = [column.key for column in shown_columns(request)]

    def start() -> None:
        job = export_enterprises(terms=terms, columns=keys, by=request.user, **form.cleaned_data)
        started.append(job)

    if done(form, start):
        return redirect("accounts:job", started[0].public_id)
    facts = {
        "title": _("导出企业名录"),
        "lead": _("导出当前条件下的全部企业，列与页面上显示的一致。"),
        "submit_label": _("开始导出"),
        "cancel_url": f"{reverse('enterprises:list')}?{request.GET.urlencode()}",
        "act": new_act(),
    }
    return show_form(request, "layouts/form.html", form, facts)
