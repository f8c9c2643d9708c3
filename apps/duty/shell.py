"""What the ledger adds to the shell: navigation, desks, names of acts, verification of letters."""

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
from apps.accounts.shell import DESK_CARDS, DOORS, NAVIGATION, Desk, Door, Entry
from apps.core.templatetags.ui import count
from apps.duty.models import Letter
from apps.duty.rules import COUNTED, DEFAULTING
from apps.duty.selectors.desk import figures_of
from apps.duty.selectors.ledger import duties_of
from apps.duty.words import status_of
from apps.enterprises.models import Enterprise, Site
from apps.enterprises.tabs.shared import RELATED, RelatedCard

NAVIGATION.append(
    Entry(
        12,
        gettext_lazy("应保台账"),
        "duty:list",
        "list-check",
        Permission.VIEW_DUTY,
        # They are told on their desk and on the page of each enterprise.
        hidden_from=frozenset({Kind.ENTERPRISE, Kind.INSURER}),
        short=gettext_lazy("台账"),
    )
)
DOORS.append(
    Door(
        gettext_lazy("投保范围规则"),
        gettext_lazy("谁应当投保：每条规则的依据、层级和有效日期；各区调整重点推行范围。"),
        "duty:rules",
        "list-check",
        Permission.VIEW_RULES,
    )
)
ACTIONS |= {
    "scope.adjusted": gettext_lazy("调整本区重点推行范围"),
    "scope.adjustment_ended": gettext_lazy("结束本区的调整"),
    "duty.exported": gettext_lazy("导出应保台账"),
    "duty.exempted": gettext_lazy("办理投保豁免"),
    "duty.exemption_ended": gettext_lazy("结束投保豁免"),
    "duty.enlisted": gettext_lazy("列入名录"),
    "duty.contacted": gettext_lazy("登记联系"),
    "duty.letters_asked": gettext_lazy("批量发督促文书"),
    "duty.letter_sent": gettext_lazy("发督促文书"),
    "duty.letter_settled": gettext_lazy("督促文书办结"),
    "duty.letter_withdrawn": gettext_lazy("撤回督促文书"),
    "duty.disputed": gettext_lazy("对投保义务提出异议"),
    "duty.dispute_decided": gettext_lazy("答复异议"),
    "duty.dispute_withdrawn": gettext_lazy("撤回异议"),
    "accident.recorded": gettext_lazy("登记死亡事故"),
    "registry.uploaded": gettext_lazy("上传企业名录"),
    "registry.discarded": gettext_lazy("放弃企业名录"),
    "registry.committed": gettext_lazy("企业名录入库"),
    "external.submitted": gettext_lazy("登记外部保障"),
    "external.decided": gettext_lazy("审核外部保障"),
}
FACTS |= {
    "ground": gettext_lazy("事由"),
    "due_on": gettext_lazy("期限"),
    "outcome": gettext_lazy("结果"),
    "letters": gettext_lazy("份数"),
    "removes": gettext_lazy("调出"),
    "added": gettext_lazy("新增数"),
    "changed": gettext_lazy("更改数"),
    "gap": gettext_lazy("每人限额缺口"),
    "missing": gettext_lazy("缺少的保障项目数"),
}


def list_url(**terms: str) -> str:
    home = reverse("duty:list")
    return f"{home}?{'&'.join(f'{key}={value}' for key, value in terms.items())}" if terms else home


def office_card(user: User, today: date) -> Desk:
    """For whoever answers for many sites: how many are in default, and what is overdue."""
    kind = user.organisation.kind
    if kind == Kind.ENTERPRISE or not can(user, Permission.VIEW_DUTY):
        return Desk()
    figures = figures_of(user, today)
    due = sum(figures.by_state.get(state, 0) for state in COUNTED)
    missing = sum(figures.by_state.get(state, 0) for state in DEFAULTING)
    desk = Desk(
        stats=[
            _stat(_("应保场所"), due, list_url(view="all")),
            _stat(_("要跟进的场所"), missing, list_url()),
        ]
    )
    if can(user, Permission.SUPERVISE_DUTY):
        desk.todos += _office_todos(figures.overdue, figures.disputes, figures.externals)
    return desk


def _stat(label: str, number: int, url: str) -> dict[str, Any]:
    return {
        "label": label,
        "value": count(number),
        "unit": _("处"),
        "url": url,
        "icon": "list-check",
    }


def _office_todos(overdue: int, disputes: int, externals: int) -> list[dict[str, Any]]:
    waiting = reverse("duty:waiting")
    todos = []
    if overdue:
        title = ngettext(
            "%(count)s 份督促文书已过期限", "%(count)s 份督促文书已过期限", overdue
        ) % {"count": count(overdue)}
        url = f"{reverse('duty:letters_sent')}?view=overdue"
        todos.append({"title": title, "url": url, "action": _("去处理")})
    if disputes:
        title = ngettext("%(count)s 项异议待答复", "%(count)s 项异议待答复", disputes)
        todos.append(
            {"title": title % {"count": count(disputes)}, "url": waiting, "action": _("去答复")}
        )
    if externals:
        title = ngettext("%(count)s 份外部保障待审核", "%(count)s 份外部保障待审核", externals)
        todos.append(
            {"title": title % {"count": count(externals)}, "url": waiting, "action": _("去审核")}
        )
    return todos


def own_card(user: User, today: date) -> Desk:
    """For an enterprise: letters that it has not answered yet."""
    if user.organisation.kind != Kind.ENTERPRISE or not can(user, Permission.VIEW_DUTY):
        return Desk()
    rows = Letter.objects.visible_to(user).filter(state=Letter.State.SENT)
    return Desk(
        todos=[
            {
                "title": _("%(kind)s %(number)s：请办理投保")
                % {"kind": letter.get_kind_display(), "number": letter.number},
                "url": letter.get_absolute_url(),
                "action": _("去查看"),
                "due": letter.due_on,
                "subject": letter.site.name,
            }
            for letter in rows.select_related("site").order_by("due_on")[:5]
        ]
    )


def duties_card(row: Enterprise | Site, user: User, today: date) -> RelatedCard | None:
    if not can(user, Permission.VIEW_DUTY):
        return None
    own = row.enterprise if isinstance(row, Site) else row
    items = [
        {
            "label": one.site.name,
            "url": reverse("duty:site", args=[one.site.public_id]),
            "note": "",
            "status": status_of(one, None, today),
        }
        for one in duties_of(own, user, today)
        if not isinstance(row, Site) or one.site_id == row.pk
    ]
    return RelatedCard(_("投保义务"), _("不在应保台账内。"), items)


DESK_CARDS.extend([own_card, office_card])
RELATED.insert(0, duties_card)
