"""The columns of the list, for the page and the file alike; their order never changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.enterprises.models import Enterprise, Site
from apps.enterprises.selectors.register import Row

Text = str | Promise


@dataclass(frozen=True)
class Column:
    key: str
    label: Text
    value: Callable[[Row], Any]
    sort: str = ""
    is_number: bool = False
    is_usual: bool = False
    width: int = 16
    needs: str = ""


def _of_sites(name: Callable[[Site], str]) -> Callable[[Row], str]:
    """What the sites have in common, or how many different ones there are beside the first."""

    def value(row: Row) -> str:
        names = list(dict.fromkeys(name(site) for site in row.sites))
        if len(names) > 1:
            return _("%(first)s等%(count)s处") % {"first": names[0], "count": len(names)}
        return names[0] if names else ""

    return value


def state_of(row: Row) -> str:
    if row.is_suspended:
        return _("停产")
    return state_label(row.enterprise.state, get_language())


@cache
def state_label(state: str, _language: str | None) -> str:
    """Once for each language, not for each row."""
    return str(Enterprise.State(state).label)


def tone_of(row: Row) -> str:
    if row.is_suspended:
        return "waiting"
    match row.enterprise.state:
        case Enterprise.State.VERIFIED:
            return "done"
        case Enterprise.State.REGISTERED:
            return "active"
        case _:
            return "ended"


COLUMNS: Sequence[Column] = (
    Column("uscc", gettext_lazy("统一社会信用代码"), lambda row: row.enterprise.uscc, width=22),
    Column(
        "district",
        gettext_lazy("所在区"),
        _of_sites(lambda site: site.district.label),
        is_usual=True,
        needs="district",
    ),
    Column(
        "town",
        gettext_lazy("镇街"),
        _of_sites(lambda site: site.town.label),
        is_usual=True,
        needs="town",
    ),
    Column(
        "industry",
        gettext_lazy("行业"),
        _of_sites(lambda site: str(site.industry)),
        is_usual=True,
        width=30,
        needs="industry",
    ),
    Column(
        "sector",
        gettext_lazy("行业主管领域"),
        _of_sites(lambda site: site.sector.label),
        needs="sector",
    ),
    Column("sites", gettext_lazy("场所数"), lambda row: len(row.sites), is_number=True, width=8),
    Column(
        "headcount",
        gettext_lazy("从业人数"),
        lambda row: row.people,
        sort="headcount",
        is_number=True,
        is_usual=True,
        width=10,
    ),
    Column(
        "insurer",
        gettext_lazy("承保机构"),
        _of_sites(
            lambda site: str(site.insurer.short_name or site.insurer) if site.insurer else ""
        ),
        width=24,
        needs="insurer",
    ),
    Column(
        "ownership", gettext_lazy("企业性质"), lambda row: row.enterprise.get_ownership_display()
    ),
    Column("state", gettext_lazy("状态"), state_of, is_usual=True, width=10),
    Column(
        "registered",
        gettext_lazy("登记时间"),
        lambda row: row.enterprise.registered_at,
        sort="registered",
        width=12,
    ),
)


def needs_of(columns: Iterable[Column]) -> list[str]:
    """What has to be fetched along with the sites to fill these columns."""
    return [column.needs for column in columns if column.needs]


def chosen(keys: Iterable[str], without: Iterable[str] = ()) -> list[Column]:
    """The columns asked for, in our order; the usual ones when none of ours was named."""
    wanted = {column.key for column in COLUMNS} & set(keys)
    hidden = set(without) if not wanted else set()
    return [
        column
        for column in COLUMNS
        if (column.key in wanted if wanted else column.is_usual) and column.key not in hidden
    ]
