"""The rules of the programme as the platform knows them, each with its source."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.guards import UserRequest, requires
from apps.accounts.rights import right_label
from apps.accounts.roles import ROLES, Permission, holders
from apps.accounts.shell import DOORS
from apps.core.errors import DomainError
from apps.reference.forms import IndustrySearchForm, ParameterDayForm, WorkingDaysForm
from apps.reference.models import AccidentCause, DisabilityTable, PolicyArticle
from apps.reference.selectors import (
    calendar_years,
    category_table,
    districts_with_towns,
    industry_branch,
    parameter_table,
    search_industries,
    working_day_after,
    year_to_enter,
)

view_rules = requires(Permission.VIEW_RULES)


def inside(title: str, lead: str = "", **facts: Any) -> dict[str, Any]:
    """What every page of rules shows around its own facts."""
    crumbs = [{"label": _("制度与规则"), "url": reverse("accounts:rules")}]
    return {"title": title, "lead": lead, "crumbs": crumbs, **facts}


@view_rules
def rules(request: UserRequest) -> HttpResponse:
    facts = {
        "title": _("制度与规则"),
        "lead": _("平台按这些规则推算、提醒和校验；每一条都写明依据，示例值会标明。"),
        "doors": [door for door in DOORS if can(request.user, door.permission)],
    }
    return render(request, "accounts/rules.html", facts)


@view_rules
def parameters(request: UserRequest) -> HttpResponse:
    today = timezone.localdate()
    form = ParameterDayForm(request.GET or None, initial={"day": today})
    day = form.chosen(today)
    facts = inside(
        _("方案参数"),
        _("限额、时限、比例等取值。业务发生在哪一天，就用哪一天的取值。"),
        form=form,
        day=day,
        topics=parameter_table(day),
    )
    return render(request, "reference/parameters.html", facts)


@view_rules
def working_days(request: UserRequest) -> HttpResponse:
    today = timezone.localdate()
    form = WorkingDaysForm(request.GET or None, initial={"start": today})
    facts = inside(
        _("法定工作日年历"),
        _("周末休息，工作日上班，放假和调休以国务院办公厅当年通知为准。"),
        form=form,
        years=calendar_years(),
        missing=year_to_enter(today),
    )
    if form.is_valid():
        facts |= counted(**form.cleaned_data)
    return render(request, "reference/calendar.html", facts)


def counted(start: date, count: int) -> dict[str, Any]:
    try:
        return {"deadline": working_day_after(start, count)}
    except DomainError as refusal:
        return {"refusal": str(refusal)}


@view_rules
def industries(request: UserRequest) -> HttpResponse:
    form = IndustrySearchForm(request.GET)
    asked = form.cleaned_data["q"] if form.is_valid() else ""
    facts = inside(
        _("行业分类"),
        _("国民经济行业分类 GB/T 4754-2017，以及每个行业属于政策的哪一类、归哪个部门管。"),
        form=form,
        results=search_industries(asked) if asked else [],
        branch=industry_branch(request.GET.get("code", "")[:4], timezone.localdate()),
    )
    return render(request, "reference/industries.html", facts)


@view_rules
def categories(request: UserRequest) -> HttpResponse:
    facts = inside(
        _("投保范围"),
        _("政策点名的类别：哪些必须投保，哪些重点推行，对应哪些行业和活动。"),
        categories=category_table(timezone.localdate()),
    )
    return render(request, "reference/categories.html", facts)


@view_rules
def districts(request: UserRequest) -> HttpResponse:
    facts = inside(_("区和镇街"), _("全市五区三十二镇街。"), districts=districts_with_towns())
    return render(request, "reference/districts.html", facts)


@view_rules
def articles(request: UserRequest) -> HttpResponse:
    facts = inside(
        _("政策条款"), _("佛府办〔2018〕2号，按条款引用。"), articles=PolicyArticle.objects.all()
    )
    return render(request, "accounts/articles.html", facts)


@view_rules
def tables(request: UserRequest) -> HttpResponse:
    facts = inside(
        _("事故类别和伤残比例"),
        _("事故类别按 GB 6441；伤残赔偿比例表由产品版本指定用哪一张。"),
        causes=AccidentCause.objects.all(),
        tables=DisabilityTable.objects.prefetch_related("grades"),
    )
    return render(request, "accounts/tables.html", facts)


@view_rules
def roles(request: UserRequest) -> HttpResponse:
    facts = inside(
        _("角色和权限"),
        _("由程序代码直接生成，与实际执行的一致。"),
        roles=[
            (spec, sorted(kind.label for kind in spec.kinds), name == request.user.role)
            for name, spec in ROLES.items()
        ],
        rights=[(right_label(right), holders(right)) for right in Permission],
    )
    return render(request, "accounts/roles.html", facts)
