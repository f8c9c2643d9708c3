"""The columns of the list; their order never changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.core.templatetags.ui import day, money, wan
from apps.enrollment.models import ApplicationState
from apps.enrollment.selectors.listing import Row
from apps.enrollment.selectors.sites import waited_days

NUMBER, DAY = "num", "text-nowrap"
TONES = {
    ApplicationState.DRAFT: "draft",
    ApplicationState.SUBMITTED: "waiting",
    ApplicationState.ISSUED: "done",
    ApplicationState.REFUSED: "problem",
    ApplicationState.WITHDRAWN: "ended",
}


@dataclass(frozen=True)
class Column:
    key: str
    label: str | Promise
    value: Callable[[Row], str]
    sort: str = ""
    css: str = ""
    is_usual: bool = True


def tone_of(state: str) -> str:
    return TONES[ApplicationState(state)]


def _premium(row: Row) -> str:
    quote = row.application.quote
    return money(quote.premium) if quote else ""


def _limit(row: Row) -> str:
    quote = row.application.quote
    return wan(quote.limit_choice.per_person) if quote else ""


COLUMNS: Sequence[Column] = (
    Column("site", gettext_lazy("场所"), lambda row: row.site_name),
    Column("district", gettext_lazy("所在区"), lambda row: row.application.district.label),
    Column("limit", gettext_lazy("每人限额"), _limit, css=NUMBER, is_usual=False),
    Column("premium", gettext_lazy("保险费（元）"), _premium, css=NUMBER),
    Column(
        "insurer",
        gettext_lazy("承保机构"),
        lambda row: str(row.insurer.short_name or row.insurer) if row.insurer else "",
    ),
    Column(
        "wanted", gettext_lazy("期望起保日"), lambda row: day(row.application.wanted_from), css=DAY
    ),
    Column(
        "created",
        gettext_lazy("开始日期"),
        lambda row: day(row.application.created_at),
        sort="created",
        css=DAY,
        is_usual=False,
    ),
    Column(
        "submitted",
        gettext_lazy("提交日期"),
        lambda row: day(row.application.submitted_at),
        css=DAY,
    ),
    Column("state", gettext_lazy("状态"), lambda row: str(row.application.get_state_display())),
)
POINTLESS: dict[str, frozenset[str]] = {
    Kind.ENTERPRISE: frozenset({"site", "district"}),
    Kind.INSURER: frozenset({"insurer"}),
    Kind.DISTRICT_BUREAU: frozenset({"district"}),
    Kind.DISTRICT_FINANCE: frozenset({"district"}),
    Kind.DISTRICT_DEPARTMENT: frozenset({"district"}),
    Kind.TOWN_OFFICE: frozenset({"district"}),
}


def columns_for(user: User, asked: Iterable[str]) -> tuple[list[Column], list[dict[str, Any]]]:
    """Those to show, and all with a tick at those; the usual ones when none of ours was named."""
    wanted = {column.key for column in COLUMNS} & set(asked)
    hidden = POINTLESS.get(user.organisation.kind, frozenset())
    shown = [
        column
        for column in COLUMNS
        if (column.key in wanted if wanted else column.is_usual and column.key not in hidden)
    ]
    keys = {column.key for column in shown}
    ticks = [{"key": one.key, "label": one.label, "shown": one.key in keys} for one in COLUMNS]
    return shown, ticks


def note_of(row: Row) -> str:
    """How long it has waited, or why it was refused."""
    application = row.application
    if application.refusal_reason:
        return application.refusal_reason.label
    if application.state != ApplicationState.SUBMITTED:
        return ""
    days = waited_days(application)
    return _("已等 %(days)s 天") % {"days": days} if days else _("今天提交")
