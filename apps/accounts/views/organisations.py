"""Who takes part in the programme: the directory, and the page of one organisation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.filters import OrganisationFilter
from apps.accounts.guards import UserRequest, requires
from apps.accounts.models import Organisation, User
from apps.accounts.pages import has_conditions, in_order, page_of
from apps.accounts.roles import Permission
from apps.accounts.selectors import by_kind, directory_for, reads_events
from apps.accounts.timeline import timeline

COLUMNS = {"name": "name", "kind": "rank"}


@requires(Permission.VIEW_ORGANISATION)
def organisations(request: UserRequest) -> HttpResponse:
    rows = directory_for(request.user).select_related("district", "town", "sector")
    filters = OrganisationFilter(request.GET, rows)
    ordered, sort = in_order(request, by_kind(filters.qs), COLUMNS, "kind")
    facts = {
        "title": _("单位名录"),
        "lead": _("参与安责险的监管部门、承保机构、顾问机构和服务机构。"),
        "page": page_of(request, ordered),
        "sort": sort,
        "filter_form": filters.form,
        "filtered": has_conditions(filters),
    }
    return render(request, "accounts/organisations.html", facts)


@requires(Permission.VIEW_ORGANISATION)
def organisation(request: UserRequest, public_id: str) -> HttpResponse:
    rows = Organisation.objects.visible_to(request.user)
    found = get_object_or_404(
        rows.select_related("district", "town", "sector", "parent"), public_id=public_id
    )
    tabs = tabs_for(request.user, found)
    tab = request.GET.get("tab", "summary")
    facts: dict[str, Any] = {
        "title": found.name,
        "organisation": found,
        "public_id": found.public_id,
        "crumbs": [{"label": _("单位名录"), "url": reverse("accounts:organisations")}],
        "status": state_of(found),
        "tabs": tabs,
        "tab": tab if tab in tabs else "summary",
        "may_invite": can(request.user, Permission.VIEW_ALL_ACCOUNTS) and found.is_active,
    }
    facts |= CONTENT[facts["tab"]](found, request.user)
    return render(request, "accounts/organisation.html", facts)


def tabs_for(user: User, found: Organisation) -> list[str]:
    is_own = found.pk == user.organisation_id and can(user, Permission.VIEW_PEOPLE)
    sees_people = is_own or can(user, Permission.VIEW_ALL_ACCOUNTS)
    optional = {"related": sees_people, "history": reads_events(user)}
    return ["summary", *(tab for tab, is_shown in optional.items() if is_shown)]


def state_of(found: Organisation) -> dict[str, Any]:
    if found.is_active:
        return {"tone": "done", "label": _("使用中"), "since": found.created_at}
    return {"tone": "problem", "label": _("已停用")}


def summary_of(found: Organisation, user: User) -> dict[str, Any]:
    given = [
        (_("简称"), found.short_name),
        (_("统一社会信用代码"), found.uscc),
        (_("所在区"), found.district and found.district.label),
        (_("镇街"), found.town and found.town.label),
        (_("行业领域"), found.sector and found.sector.label),
    ]
    facts = [{"label": _("类别"), "value": found.get_kind_display()}]
    facts += [{"label": label, "value": value} for label, value in given if value]
    facts.append({"label": _("联系电话"), "value": found.hotline})
    if found.parent:
        url = found.parent.get_absolute_url()
        facts.append({"label": _("上级单位"), "value": found.parent.name, "url": url})
    return {"facts": facts, "names": found.names.visible_to(user).order_by("-valid_from")}


def people_of(found: Organisation, user: User) -> dict[str, Any]:
    people = found.people.visible_to(user).order_by("-is_active", "name", "pk")
    return {"people": people[:200]}


def history_of(found: Organisation, user: User) -> dict[str, Any]:
    belonging = [*found.people.visible_to(user), *found.invitations.visible_to(user)]
    return {"events": timeline(found, user, and_of=belonging, leaving_out="session.")}


CONTENT = {"summary": summary_of, "related": people_of, "history": history_of}
