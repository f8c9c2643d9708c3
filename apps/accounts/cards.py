"""What accounts, the audit and the platform itself put on desks and into the search."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.access import can
from apps.accounts.models import Invitation, User
from apps.accounts.operations import queue
from apps.accounts.roles import ROLES, Permission
from apps.accounts.selectors import directory_for, events_visible_to
from apps.accounts.shell import DESK_CARDS, SEARCHES, Desk, Hits
from apps.core.templatetags.ui import count
from apps.reference.selectors import year_to_enter

MOST_HITS = 10


def people_card(user: User, today: date) -> Desk:
    if not can(user, Permission.MANAGE_PEOPLE):
        return Desk()
    invitations = Invitation.objects.visible_to(user).filter(state=Invitation.State.OPEN)
    lapsed = invitations.filter(expires_at__lte=timezone.now()).count()
    people = User.objects.visible_to(user).filter(is_active=True)
    desk = Desk(
        stats=[
            stat(_("可登录人员"), people.count(), reverse("accounts:people"), "users"),
            stat(_("待接受的邀请"), invitations.count(), invitations_url(), "mail"),
        ]
    )
    if lapsed:
        title = ngettext(
            "%(count)s 份邀请已过期，没有人接受", "%(count)s 份邀请已过期，没有人接受", lapsed
        )
        facts = {"url": invitations_url(), "action": _("重新发送或撤回")}
        desk.todos.append({"title": title % {"count": lapsed}, **facts})
    return desk


def invitations_url() -> str:
    return f"{reverse('accounts:invitations')}?state={Invitation.State.OPEN}"


def audit_card(user: User, today: date) -> Desk:
    if not can(user, Permission.VIEW_AUDIT):
        return Desk()
    events = events_visible_to(user).filter(day=today)
    url = f"{reverse('accounts:audit')}?since={today}"
    refused = events.filter(action="session.refused").count()
    return Desk(
        stats=[
            stat(_("今日操作记录"), events.count(), url, "history"),
            stat(_("今日登录失败"), refused, f"{url}&action=session.refused", "lock"),
        ]
    )


def system_card(user: User, today: date) -> Desk:
    if not can(user, Permission.VIEW_SYSTEM):
        return Desk()
    waiting, url = queue(), reverse("accounts:system")
    desk = Desk(stats=[stat(_("等待执行的后台事项"), waiting.pending, url, "hourglass")])
    if waiting.parked_count:
        title = ngettext(
            "%(count)s 件后台事项停住了", "%(count)s 件后台事项停住了", waiting.parked_count
        )
        title %= {"count": waiting.parked_count}
        desk.todos.append({"title": title, "url": f"{url}#parked", "action": _("去查看")})
    if year := year_to_enter(today):
        title = _("录入 %(year)s 年的法定工作日年历") % {"year": year}
        link = {"url": reverse("accounts:working_days"), "action": _("去查看")}
        desk.todos.append({"title": title, **link})
    return desk


def stat(label: str, value: int, url: str, icon: str) -> dict[str, Any]:
    return {"label": label, "value": count(value), "url": url, "icon": icon}


def find_people(user: User, asked: str) -> Hits | None:
    if not can(user, Permission.VIEW_PEOPLE):
        return None
    rows = User.objects.visible_to(user).select_related("organisation")
    found = rows.filter(name__icontains=asked)[:MOST_HITS]
    items = [
        {
            "label": person.name,
            "url": person_url(person),
            "note": f"{ROLES[person.role].title} · {person.organisation.name}",
        }
        for person in found
    ]
    return Hits(_("人员"), items, f"{reverse('accounts:people')}?q={asked}")


def find_organisations(user: User, asked: str) -> Hits | None:
    if not can(user, Permission.VIEW_ORGANISATION):
        return None
    named = Q(name__icontains=asked) | Q(short_name__icontains=asked)
    found = directory_for(user).filter(named)[:MOST_HITS]
    items = [
        {
            "label": organisation.name,
            "url": organisation.get_absolute_url(),
            "note": organisation.get_kind_display(),
        }
        for organisation in found
    ]
    return Hits(_("单位"), items, f"{reverse('accounts:organisations')}?q={asked}")


def person_url(person: User) -> str:
    return reverse("accounts:person", args=[person.public_id])


DESK_CARDS.extend([people_card, audit_card, system_card])
SEARCHES.extend([find_people, find_organisations])
