"""What every page around its content needs: navigation by rights, who is here, what is unread.

Apps above this one add their entries, desk cards and search providers when Django starts
(`shell.py` of the app, imported by its AppConfig), so that the shell knows none of them by name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import ROLES, Permission

Text = str | Promise
VISITORS = frozenset({Kind.ENTERPRISE})


@dataclass(frozen=True)
class Entry:
    """A line of the navigation, shown to whoever has the right."""

    order: int
    label: Text
    route: str
    icon: str
    permission: Permission
    count: Callable[[User], int] | None = None
    hidden_from: frozenset[str] = frozenset()
    short: Text = ""


@dataclass(frozen=True)
class Door:
    """A way from the page of rules to what an app above adds there."""

    title: Text
    text: Text
    route: str
    icon: str
    permission: Permission


@dataclass(frozen=True)
class Line:
    """An entry as it is drawn for one person; all of it can be compared, so that it can be kept."""

    label: str
    url: str
    icon: str
    active: bool
    count: int
    short: str


@dataclass(frozen=True)
class Who:
    name: str
    organisation: str
    role: str


@dataclass(frozen=True)
class SiteFacts:
    """What the foot of every page says of the site."""

    host: str
    hotline: str
    operator: str
    icp: str


@dataclass(frozen=True)
class News:
    """A line of what happened lately, leading to its object."""

    at: datetime
    title: Text
    url: str
    is_new: bool = False


@dataclass
class Desk:
    """What an app contributes to a desk: things to do, figures, lamps, what happened lately."""

    todos: list[dict[str, Any]] = field(default_factory=list)
    stats: list[dict[str, Any]] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    lamps: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Hits:
    """What a search provider found: a heading and links."""

    heading: Text
    items: list[dict[str, str]]
    all_url: str = ""


NAVIGATION: list[Entry] = [
    Entry(0, _("工作台"), "accounts:home", "home", Permission.USE_DESK),
    Entry(70, _("人员与账号"), "accounts:people", "users", Permission.VIEW_PEOPLE, short=_("人员")),
    Entry(80, _("制度与规则"), "accounts:rules", "scale", Permission.VIEW_RULES, short=_("规则")),
    Entry(90, _("操作记录"), "accounts:audit", "history", Permission.VIEW_AUDIT, short=_("记录")),
    Entry(
        95, _("系统运行"), "accounts:system", "activity", Permission.VIEW_SYSTEM, short=_("运行")
    ),
]
DOORS: list[Door] = []
DESK_CARDS: list[Callable[[User, date], Desk]] = []
SEARCHES: list[Callable[[User, str], Hits | None]] = []
UNREAD: list[Callable[[User], int]] = []


def entries_for(user: User) -> list[Entry]:
    return [
        entry
        for entry in sorted(NAVIGATION, key=lambda entry: entry.order)
        if can(user, entry.permission) and user.organisation.kind not in entry.hidden_from
    ]


def desk_of(user: User, today: date) -> Desk:
    """Everything the apps put on somebody's desk; what is due first comes first."""
    parts = [card(user, today) for card in DESK_CARDS]
    todos = [todo for part in parts for todo in part.todos]
    todos.sort(key=lambda todo: todo.get("due") or date.max)
    news = sorted((line for part in parts for line in part.news), key=lambda line: line.at)
    stats = [stat for part in parts for stat in part.stats]
    lamps = [lamp for part in parts for lamp in part.lamps]
    return Desk(todos, stats, news[::-1], lamps)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every page, for visitors too."""
    common: dict[str, Any] = {
        "demo": settings.DEMO,
        "density": "visitor",
        "site": SiteFacts(
            host=settings.SITE_URL.removeprefix("https://").removeprefix("http://"),
            hotline=settings.SITE_HOTLINE,
            operator=settings.SITE_OPERATOR,
            icp=settings.SITE_ICP,
        ),
    }
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return common
    return common | {
        "nav": tuple(_navigation(user, request.path)),
        "unread": sum(count(user) for count in UNREAD),
        "density": "visitor" if user.organisation.kind in VISITORS else "desk",
        "who": Who(user.name, user.organisation.name, str(ROLES[user.role].title)),
    }


def _navigation(user: User, path: str) -> Iterable[Line]:
    entries = [(entry, reverse(entry.route)) for entry in entries_for(user)]
    fitting = [url for _entry, url in entries if path.startswith(url)]
    here = max(fitting, key=len, default="")
    for entry, url in entries:
        yield Line(
            label=str(entry.label),
            url=url,
            icon=entry.icon,
            active=url == here,
            count=entry.count(user) if entry.count else 0,
            short=str(entry.short),
        )
