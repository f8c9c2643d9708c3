"""What the register puts around every page: navigation, desks, search, names of its acts."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.access import can
from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.shell import DESK_CARDS, NAVIGATION, SEARCHES, Desk, Entry, Hits
from apps.core.templatetags.ui import count
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.rules import CONFIRM_AFTER_MONTHS, months_before
from apps.enterprises.selectors.desk import Figures, figures_of, own_sites
from apps.enterprises.selectors.register import rows_of

MOST_HITS = 8
MANY = frozenset(Kind) - {Kind.ENTERPRISE}

NAVIGATION += [
    Entry(
        10,
        gettext_lazy("企业名录"),
        "enterprises:list",
        "building-factory-2",
        Permission.VIEW_ENTERPRISES,
        hidden_from=frozenset({Kind.ENTERPRISE}),
        short=gettext_lazy("企业"),
    ),
    Entry(
        10,
        gettext_lazy("我的企业"),
        "enterprises:list",
        "building-factory-2",
        Permission.VIEW_ENTERPRISES,
        hidden_from=MANY,
        short=gettext_lazy("企业"),
    ),
]

ACTIONS |= {
    "demo.loaded": gettext_lazy("载入示范数据"),
    "enterprise.registered": gettext_lazy("登记企业"),
    "enterprise.corrected": gettext_lazy("更正企业资料"),
    "enterprise.verified": gettext_lazy("核实企业"),
    "enterprise.closed": gettext_lazy("注销企业"),
    "enterprise.restored": gettext_lazy("恢复企业"),
    "enterprises.exported": gettext_lazy("导出企业名录"),
    "enterprises.exported_with_contacts": gettext_lazy("导出企业名录（含联系人）"),
    "contact.revealed": gettext_lazy("查看联系人"),
    "site.added": gettext_lazy("增设场所"),
    "site.corrected": gettext_lazy("更正场所资料"),
    "site.moved": gettext_lazy("场所迁出本区"),
    "site.insurer_left": gettext_lazy("不再服务此场所"),
    "site.insurer_assigned": gettext_lazy("指定承保机构"),
    "site.suspended": gettext_lazy("登记停产"),
    "site.resumed": gettext_lazy("登记复产"),
    "site.closed": gettext_lazy("登记关闭"),
    "headcount.recorded": gettext_lazy("登记从业人数"),
    "headcount.corrected": gettext_lazy("更正以前的人数"),
    "fact.recorded": gettext_lazy("登记风险情形"),
    "fact.ended": gettext_lazy("结束风险情形"),
    "grade.recorded": gettext_lazy("登记等级"),
    "grade.ended": gettext_lazy("撤销等级"),
    "accident.declared": gettext_lazy("申报死亡事故"),
}
FACTS |= {
    "on": gettext_lazy("日期"),
    "valid_from": gettext_lazy("自"),
    "valid_to": gettext_lazy("至"),
    "source": gettext_lazy("依据"),
    "tag": gettext_lazy("情形"),
    "tags": gettext_lazy("情形"),
    "quantity": gettext_lazy("数量"),
    "grade": gettext_lazy("等级"),
    "job": gettext_lazy("任务"),
    "happened_on": gettext_lazy("事故日期"),
    "died_on": gettext_lazy("死亡日期"),
}


def list_url(**terms: str) -> str:
    home = reverse("enterprises:list")
    return f"{home}?{'&'.join(f'{key}={value}' for key, value in terms.items())}" if terms else home


def register_card(user: User, today: date) -> Desk:
    """For those who look at many enterprises: what to do about them, and how many there are."""
    kind = user.organisation.kind
    if kind == Kind.ENTERPRISE or not can(user, Permission.VIEW_ENTERPRISES):
        return Desk()
    figures = figures_of(user)
    desk = Desk(stats=_stats(figures))
    if can(user, Permission.REGISTER_ENTERPRISE):
        desk.todos += _registrar_todos(figures)
    return desk


def _registrar_todos(figures: Figures) -> list[dict[str, Any]]:
    todos = []
    if number := figures.unverified:
        title = ngettext("待核实 %(count)s 家企业", "待核实 %(count)s 家企业", number)
        todos.append(
            _todo(title % {"count": count(number)}, list_url(view="unverified"), _("去核实"))
        )
    if number := figures.uncounted:
        title = ngettext("%(count)s 处场所缺少人数", "%(count)s 处场所缺少人数", number)
        todos.append(
            _todo(title % {"count": count(number)}, list_url(view="uncounted"), _("去补登"))
        )
    return todos


def _todo(title: str, url: str, action: str, note: str = "") -> dict[str, Any]:
    return {"title": title, "url": url, "action": action, "note": note}


def _stats(figures: Figures) -> list[dict[str, Any]]:
    return [
        {
            "label": _("在册企业"),
            "value": count(figures.enterprises),
            "unit": _("家"),
            "url": list_url(),
            "icon": "building-factory-2",
        },
        {
            "label": _("在产场所"),
            "value": count(figures.operating),
            "unit": _("处"),
            "url": list_url(site_state=Site.State.OPERATING),
            "icon": "map-pin",
        },
        {
            "label": _("从业人数"),
            "value": count(figures.people),
            "unit": _("人"),
            "url": list_url(sort="-headcount"),
            "icon": "users",
        },
    ]


def own_card(user: User, today: date) -> Desk:
    """For an enterprise: what its own entry still lacks."""
    if user.organisation.kind != Kind.ENTERPRISE:
        return Desk()
    enterprise = Enterprise.objects.visible_to(user).filter(pk=user.organisation_id).first()
    if enterprise is None:
        return Desk()
    sites = own_sites(enterprise)
    people = sum(entry.site.headcount for entry in sites)
    page = enterprise.get_absolute_url()
    stats = [
        {
            "label": _("生产场所"),
            "value": count(len(sites)),
            "unit": _("处"),
            "url": page,
            "icon": "map-pin",
        },
        {
            "label": _("从业人数"),
            "value": count(people),
            "unit": _("人"),
            "url": page,
            "icon": "users",
        },
    ]
    todos = _own_todos(enterprise) if can(user, Permission.EDIT_ENTERPRISE) else []
    if can(user, Permission.EDIT_ENTERPRISE):
        for entry in sites:
            todos += _count_todo(entry.site, entry.counted_on, today)
    return Desk(todos=todos, stats=stats)


def _own_todos(enterprise: Enterprise) -> list[dict[str, Any]]:
    if enterprise.contact_name and enterprise.__dict__["contact_phone"]:
        return []
    url = reverse("enterprises:correct", args=[enterprise.public_id])
    return [_todo(_("补填联系人和电话"), url, _("去填写"), _("便于通知和上门服务"))]


def _count_todo(site: Site, counted_on: date | None, today: date) -> list[dict[str, Any]]:
    url = reverse("enterprises:headcount", args=[site.public_id])
    if site.state != Site.State.OPERATING:
        return []
    if counted_on is None:
        title = _("登记“%(site)s”的从业人数") % {"site": site.name}
        return [_todo(title, url, _("去登记"))]
    if counted_on < months_before(today, CONFIRM_AFTER_MONTHS):
        title = _("确认“%(site)s”的从业人数") % {"site": site.name}
        note = _("上次登记：%(day)s") % {"day": counted_on.isoformat()}
        return [_todo(title, url, _("去确认"), note)]
    return []


def find_enterprises(user: User, asked: str) -> Hits | None:
    if not can(user, Permission.VIEW_ENTERPRISES):
        return None
    found = Enterprise.objects.visible_to(user).matching(asked).order_by("-pk")[:MOST_HITS]
    items = []
    for row in rows_of(found, user, along=["town"], asked=asked):
        town = row.main.town.label if row.main else ""
        former = _("曾用名：%(name)s") % {"name": row.former_name} if row.former_name else ""
        note = " · ".join(filter(None, (row.enterprise.uscc, town, former)))
        items.append(
            {"label": row.enterprise.name, "url": row.enterprise.get_absolute_url(), "note": note}
        )
    return Hits(gettext_lazy("企业"), items, list_url(q=asked))


DESK_CARDS.extend([own_card, register_card])
SEARCHES.insert(0, find_enterprises)
