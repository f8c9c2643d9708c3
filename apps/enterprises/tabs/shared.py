"""What the pages of an enterprise and of a site have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.enterprises.models import Enterprise, Headcount, Site
from apps.enterprises.selectors.past import Moment
from apps.reference.codes import CoverageBasis, ParameterCode
from apps.reference.errors import ParameterMissing
from apps.reference.selectors import parameter_on


@dataclass(frozen=True)
class RelatedCard:
    """What an app above adds to 相关: a heading over links with a note and a status."""

    heading: str
    empty: str
    items: list[dict[str, Any]] = field(default_factory=list)


RELATED: list[Callable[[Enterprise | Site, User, date], RelatedCard | None]] = []

TABS = ("summary", "related", "process", "files", "history")

TONES = {
    Enterprise.State.REGISTERED: "waiting",
    Enterprise.State.VERIFIED: "done",
    Site.State.OPERATING: "done",
    Site.State.SUSPENDED: "waiting",
    Enterprise.State.CLOSED: "ended",
}

WHAT_YOU_SEE: Mapping[str, str | Promise] = {
    Kind.ENTERPRISE: gettext_lazy("本企业登记的全部内容。别的企业看不到。"),
    Kind.INSURER: gettext_lazy("只有由本机构服务的场所，人数也只合计这些场所。联系方式默认遮盖。"),
    Kind.CITY_BUREAU: gettext_lazy("全市企业的全部内容。联系方式默认遮盖，查看要写明原因。"),
    Kind.DISTRICT_BUREAU: gettext_lazy(
        "只有本区的场所，人数也只合计本区。企业在别区的场所由该区管理，这里不显示。"
    ),
    Kind.TOWN_OFFICE: gettext_lazy("只有本镇街的场所，人数也只合计本镇街。"),
    Kind.CITY_DEPARTMENT: gettext_lazy("只有本行业领域的场所，人数也只合计这些场所。"),
    Kind.DISTRICT_DEPARTMENT: gettext_lazy("只有本区、本行业领域的场所，人数也只合计这些场所。"),
    Kind.CITY_FINANCE: gettext_lazy("为审核补贴查看，个人信息一律遮盖。"),
    Kind.DISTRICT_FINANCE: gettext_lazy("只有本区的场所；为审核补贴查看，个人信息一律遮盖。"),
    Kind.BROKER: gettext_lazy("全市企业，个人信息一律遮盖；不能修改。"),
    Kind.AGENCY: gettext_lazy("只有分派给您本人的场所；个人信息一律遮盖。"),
    Kind.EXPERT_PANEL: gettext_lazy("只有分派给您本人的场所；个人信息一律遮盖。"),
}


def tab_asked(request: HttpRequest) -> str:
    asked = request.GET.get("tab", "")
    return asked if asked in TABS else TABS[0]


def day_asked(request: HttpRequest, today: date) -> date | None:
    """The past day somebody wants to look at, if any; what lies ahead is today."""
    try:
        asked = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return min(asked, today)


def visibility_note(user: User) -> str:
    return str(WHAT_YOU_SEE.get(user.organisation.kind, ""))


def status_of(
    row: Enterprise | Site, moments: Mapping[str, Moment], next_step: str = ""
) -> dict[str, Any]:
    moment = moments.get(row.state)
    since = timezone.localtime(moment.at).date() if moment else None
    if isinstance(row, Site) and row.closed_on:  # it stood still before somebody entered it
        since = row.closed_on
    return {
        "tone": TONES[row.state],  # type: ignore[index]
        "label": row.get_state_display(),
        "since": since,
        "next": next_step,
    }


def states_of(row: Enterprise | Site, moments: Mapping[str, Moment]) -> list[dict[str, Any]]:
    """The states as drawn from the table of moves, with when and by whom they were reached."""
    drawing: list[dict[str, Any]] = row.transitions.drawing(row.state)
    for state in drawing:
        moment = moments.get(state["state"])
        if moment and state["status"] in {"done", "current"}:
            state |= {"at": moment.at, "by": moment.by}
    return drawing


def people_rows(by_kind: Mapping[str, int]) -> list[dict[str, Any]]:
    meta: Any = Headcount._meta
    names = {kind: meta.get_field(kind).verbose_name for kind in Headcount.KINDS}
    return [{"label": names[kind], "value": by_kind[kind]} for kind in Headcount.KINDS]


def to_be_covered(by_kind: Mapping[str, int], day: date) -> dict[str, Any] | None:
    """How many of them the rule in force wants covered, and which rule that is."""
    try:
        rule = parameter_on(ParameterCode.COVERAGE_BASIS, day)
    except ParameterMissing:
        return None
    left_out = by_kind["other"] if rule.value == CoverageBasis.PRODUCTION_POSTS else 0
    return {
        "number": sum(by_kind.values()) - left_out,
        "basis": rule.text,
        "since": rule.valid_from,
        "source": rule.source,
    }


def related_cards(row: Enterprise | Site, user: User) -> list[RelatedCard]:
    today = timezone.localdate()
    cards = [card(row, user, today) for card in RELATED]
    return [card for card in cards if card]


def list_crumb() -> dict[str, Any]:
    return {"label": _("企业名录"), "url": reverse("enterprises:list")}
