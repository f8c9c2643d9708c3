"""Applications as a list; open work comes first."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.enrollment.columns import columns_for
from apps.enrollment.filters import ApplicationFilter
from apps.enrollment.lines import lines_of
from apps.enrollment.models import Application
from apps.enrollment.selectors.listing import (
    OPEN,
    ORDERS,
    VIEWS,
    applications_fitting,
    rows_of,
)
from apps.enterprises.paging import ListPage, list_of, page_of


@requires(Permission.VIEW_APPLICATIONS)
def listing(request: UserRequest) -> HttpResponse:
    user = request.user
    is_own = user.organisation.kind == Kind.ENTERPRISE
    found = ApplicationFilter(request.GET, Application.objects.none(), user=user)
    sort = asked if (asked := request.GET.get("sort")) in ORDERS else usual_order(user)
    page = page_asked(request, applications_fitting(user, found.terms), sort)
    shown, choices = columns_for(user, request.GET.getlist("col"))
    facts = {
        "title": _("投保申请"),
        "lead": lead_for(user),
        "page": page,
        "sort": sort,
        "is_own": is_own,
        "filter_form": None if is_own else found.form,
        "filtered": found.terms.is_narrowed,
        "saved_views": views_of(found.terms.view),
        "shown": shown,
        "columns": choices,
        "lines": lines_of(rows_of(page.object_list, user), shown, is_own=is_own),
        "empty": empty_words(user, found.terms.view),
        "may_apply": can(user, Permission.APPLY_FOR_COVER),
    }
    return render(request, "enrollment/list.html", facts)


def page_asked(request: UserRequest, rows: QuerySet[Application], sort: str) -> ListPage:
    after = request.GET.get("after")
    last = rows.filter(public_id=after).first() if after else None
    return page_of(
        rows, order=ORDERS[sort], number=request.GET.get("page"), after=last, of=list_of(request)
    )


def usual_order(user: User) -> str:
    """Underwriters take the oldest first; everybody else looks for what is new."""
    return "created" if can(user, Permission.UNDERWRITE) else "-created"


def lead_for(user: User) -> str:
    match user.organisation.kind:
        case Kind.ENTERPRISE:
            return _("本企业各场所的投保申请。")
        case Kind.INSURER:
            return _("选定本机构的投保申请。企业提交后才会出现在这里。")
    return _("辖区内企业的投保申请。承保机构不予承保的，理由在申请页上。")


def views_of(current: str) -> list[dict[str, Any]]:
    home = reverse("enrollment:list")
    return [
        {
            "label": label,
            "url": home if key == OPEN else f"{home}?state={key}",
            "active": key == current,
        }
        for key, label in VIEWS.items()
    ]


def empty_words(user: User, view: str) -> dict[str, str]:
    """Why nothing is here, for whom it is not."""
    if view != OPEN:
        return {"title": _("没有这个状态的申请"), "text": _("换一个状态看看，或看“全部”。")}
    if can(user, Permission.APPLY_FOR_COVER):
        text = _("选好场所就可以开始，约 10 分钟办好；填到一半可以离开，内容自动保存。")
        return {"title": _("没有办理中的投保申请"), "text": text}
    if user.organisation.kind == Kind.INSURER:
        text = _("企业选定本机构并提交后，申请会出现在这里，并发消息提醒核保人员。")
        return {"title": _("没有待核保的申请"), "text": text}
    return {
        "title": _("没有办理中的投保申请"),
        "text": _("企业开始投保后会出现在这里。已出单和不予承保的，在上面的分页里。"),
    }
