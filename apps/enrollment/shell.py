"""What enrolment puts around every page: navigation, desks, search, names of its acts."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.access import can
from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.shell import DESK_CARDS, NAVIGATION, SEARCHES, Desk, Entry, Hits, News
from apps.core.templatetags.ui import count, day
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.renewals.board import ending, going_on
from apps.enrollment.selectors.listing import ALL, Terms, applications_fitting, rows_of
from apps.enrollment.selectors.sites import NextStep, Situation, next_step_for, next_steps
from apps.enterprises.models import Site
from apps.enterprises.onward import ONWARD, Way
from apps.policies.models import Policy
from apps.policies.registry import LIST_LINKS, ListLink

MOST_HITS = 8
MOST_NEWS = 5
RENEW_FROM = 60  # days before the end
# The city bureau has more to look at than a navigation holds; its desk leads to the list.
NAMED_ELSEWHERE = frozenset({Kind.CITY_BUREAU})


def waiting_for(user: User) -> int:
    """How many applications an underwriter has to decide."""
    if not can(user, Permission.UNDERWRITE):
        return 0
    rows: Any = Application.objects.visible_to(user)
    return int(rows.awaiting_decision().count())


NAVIGATION.append(
    Entry(
        15,
        gettext_lazy("投保申请"),
        "enrollment:list",
        "clipboard-check",
        Permission.VIEW_APPLICATIONS,
        count=waiting_for,
        hidden_from=NAMED_ELSEWHERE,
        short=gettext_lazy("投保"),
    )
)
ACTIONS |= {
    "renewal.started": gettext_lazy("办理续保"),
    "renewal.lapsed": gettext_lazy("登记未续保原因"),
    "application.started": gettext_lazy("开始投保申请"),
    "application.insurer_chosen": gettext_lazy("选择承保机构"),
    "application.attested": gettext_lazy("承诺保费不向从业人员摊派"),
    "application.submitted": gettext_lazy("提交投保申请"),
    "application.withdrawn": gettext_lazy("撤回投保申请"),
    "application.issued": gettext_lazy("核保通过并出单"),
    "application.refused": gettext_lazy("不予承保"),
}
FACTS |= {
    "number": gettext_lazy("编号"),
    "shown_order": gettext_lazy("当时显示的次序"),
    "policy": gettext_lazy("保单"),
    "premium": gettext_lazy("保险费"),
    "reason_code": gettext_lazy("理由代码"),
    "renews": gettext_lazy("续保自"),
}


def list_url(state: str = "") -> str:
    home = reverse("enrollment:list")
    return f"{home}?state={state}" if state else home


def own_card(user: User, today: date) -> Desk:
    """For an enterprise: what to do about the cover of each of its sites."""
    if user.organisation.kind != Kind.ENTERPRISE or not can(user, Permission.APPLY_FOR_COVER):
        return Desk()
    rows = Site.objects.visible_to(user).filter(state=Site.State.OPERATING).order_by("pk")
    steps = next_steps(rows.select_related("district", "town"), user, today)
    todos = [_todo(step) for step in steps if step.situation in TITLES]
    news = [
        News(step.since, _("“%(site)s”：%(note)s") % _words(step), step.url)
        for step in steps
        if step.situation == Situation.SUBMITTED and step.since
    ]
    return Desk(todos=todos, news=news)


def _words(step: NextStep) -> dict[str, str]:
    return {"site": step.site.name, "note": step.note}


TITLES = {
    Situation.DRAFT: gettext_lazy("继续为“%(site)s”投保"),
    Situation.REFUSED: gettext_lazy("“%(site)s”的投保申请未被接受"),
    Situation.UNCOVERED: gettext_lazy("“%(site)s”尚未投保"),
}


def _todo(step: NextStep) -> dict[str, Any]:
    return {
        "title": str(TITLES[step.situation]) % _words(step),
        "url": step.url,
        "action": step.action,
        "note": step.note,
        "due": step.due,
    }


def underwriting_card(user: User, today: date) -> Desk:
    """For underwriters: how many wait, and for how long the oldest has."""
    if not (number := waiting_for(user)):
        return Desk()
    waiting: Any = Application.objects.visible_to(user)
    first = waiting.awaiting_decision().aggregate(at=Min("submitted_at"), due=Min("wanted_from"))
    title = ngettext("%(count)s 份投保申请待核保", "%(count)s 份投保申请待核保", number)
    todo = {
        "title": title % {"count": count(number)},
        "url": list_url(ApplicationState.SUBMITTED),
        "action": _("去核保"),
        "note": _waited(first["at"], today),
        "due": first["due"],
        "overdue": first["due"] is not None and first["due"] <= today,
    }
    return Desk(todos=[todo])


def _waited(oldest: Any, today: date) -> str:
    if oldest is None:
        return ""
    days = (today - timezone.localtime(oldest).date()).days
    if not days:
        return _("今天提交")
    words = {"day": day(oldest), "days": days}
    return _("最早一份 %(day)s 提交，已等 %(days)s 天") % words


def watching_card(user: User, today: date) -> Desk:
    """For those who watch: what is open, and what was refused."""
    if user.organisation.kind in {Kind.ENTERPRISE, Kind.INSURER}:
        return Desk()
    if not can(user, Permission.VIEW_APPLICATIONS):
        return Desk()
    rows: Any = Application.objects.visible_to(user)
    refused = rows.filter(state=ApplicationState.REFUSED).order_by("-decided_at")
    latest = rows_of(refused[:MOST_NEWS], user)
    news = [
        News(row.application.decided_at, _refusal_words(row), row.application.get_absolute_url())
        for row in latest
        if row.application.decided_at
    ]
    stats = [
        {
            "label": _("投保申请办理中"),
            "value": count(rows.open().count()),
            "unit": _("份"),
            "url": list_url(),
            "icon": "clipboard-check",
        }
    ]
    if user.organisation.kind == Kind.BROKER:
        stats.append(
            {
                "label": _("不予承保"),
                "value": count(refused.count()),
                "unit": _("份"),
                "url": list_url(ApplicationState.REFUSED),
                "icon": "ban",
            }
        )
    return Desk(stats=stats, news=news)


def _refusal_words(row: Any) -> str:
    words = {"insurer": row.insurer, "name": row.enterprise_name}
    return _("%(insurer)s对%(name)s不予承保") % words


def find_applications(user: User, asked: str) -> Hits | None:
    if not can(user, Permission.VIEW_APPLICATIONS):
        return None
    found = applications_fitting(user, Terms(q=asked, state=ALL)).order_by("-pk")[:MOST_HITS]
    items = [
        {
            "label": row.application.number or row.enterprise_name,
            "url": row.application.get_absolute_url(),
            "note": " · ".join(
                (row.enterprise_name, row.site_name, str(row.application.get_state_display()))
            ),
        }
        for row in rows_of(found, user)
    ]
    return Hits(gettext_lazy("投保申请"), items, f"{list_url(ALL)}&q={asked}")


def way_to_cover(site: Site, user: User) -> Way | None:
    """From a site's page, and from a registration that was just made."""
    if site.enterprise_id != user.organisation_id or not can(user, Permission.APPLY_FOR_COVER):
        return None
    step = next_step_for(site, user, timezone.localdate())
    if step.situation == Situation.NOT_POSSIBLE:
        return None
    return Way(step.action, step.url)


def renewal_card(user: User, today: date) -> Desk:
    """For an enterprise: covers that end within two months and that nothing follows yet."""
    if not can(user, Permission.APPLY_FOR_COVER):
        return Desk()
    soon = Q(cover_to__gt=today, cover_to__lte=today + timedelta(days=RENEW_FROM))
    rows = list(ending(user).filter(soon).order_by("cover_to")[:MOST_NEWS])
    going = going_on(rows, user) if rows else {}
    return Desk(todos=[_to_renew(row) for row in rows if not going[row.pk].key])


def _to_renew(row: Policy) -> dict[str, Any]:
    return {
        "title": _("续保：%(site)s") % {"site": row.site_name},
        "url": reverse("enrollment:renewal", args=[row.public_id]),
        "action": _("去续保"),
        "due": row.cover_to,
        "subject": row.number,
        "note": _("上次填的内容和名单会带过去，一次办完。"),
    }


LIST_LINKS.insert(
    0, ListLink(gettext_lazy("续保"), "enrollment:renewals", "refresh", Permission.VIEW_POLICIES)
)
ONWARD.append(way_to_cover)
DESK_CARDS.extend([own_card, renewal_card, underwriting_card, watching_card])
SEARCHES.append(find_applications)
