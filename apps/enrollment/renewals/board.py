"""Which covers end when, and what is under way for each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.actors import ENROLMENT
from apps.accounts.insurers import insurer
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import context
from apps.core.dates import DAY
from apps.enrollment.models import Application
from apps.enrollment.renewals.models import Lapse
from apps.policies.models import Policy
from apps.policies.selectors.standing import last_day

FIRST_ASKED = 90


@dataclass(frozen=True)
class Column:
    """Covers that end after `since` days and within `until` days from today."""

    key: str
    label: str | Promise
    since: int
    until: int


COLUMNS = (
    Column("7", gettext_lazy("7 天内"), 0, 7),
    Column("30", gettext_lazy("8–30 天"), 7, 30),
    Column("60", gettext_lazy("31–60 天"), 30, 60),
    Column("90", gettext_lazy("61–90 天"), 60, 90),
    Column("over", gettext_lazy("近 90 天已期满"), -90, 0),
)


def ending(user: User) -> QuerySet[Policy]:
    """One's own business: a co-insurer does not renew what another one sold."""
    rows: Any = Policy.objects.visible_to(user).for_list().filter(cancelled_from=None)
    if user.organisation.kind == Kind.INSURER:
        rows = rows.filter(insurer=user.organisation_id)
    return rows  # type: ignore[no-any-return]


def within(column: Column, today: date) -> Q:
    """By the last day of cover: what ends at 24:00 of today ends in one day."""
    since, until = (today + timedelta(days=days) for days in (column.since, column.until))
    return Q(cover_to__gt=since, cover_to__lte=until)


def counts(user: User, today: date) -> dict[str, int]:
    asked = {f"n{column.key}": Count("pk", within(column, today)) for column in COLUMNS}
    span = Q(
        cover_to__gt=today - timedelta(days=FIRST_ASKED),
        cover_to__lte=today + timedelta(days=FIRST_ASKED),
    )
    found = ending(user).filter(span).order_by().aggregate(**asked)
    return {column.key: found[f"n{column.key}"] for column in COLUMNS}


@dataclass(frozen=True)
class Going:
    """What is under way: `key` is renewed, applied, lapsed or nothing."""

    key: str
    label: str
    tone: str
    url: str = ""


def going_on(policies: Iterable[Policy], user: User) -> dict[int, Going]:
    """In three queries for any number of policies."""
    found = list(policies)
    after = successors(found)
    open_ones = Application.objects.visible_to(user).open().filter(site__in=sites_of(found))
    applied: Mapping[int, Application] = {row.site_id: row for row in open_ones}
    lapses = Lapse.objects.visible_to(user).filter(policy__in=found)
    reasons = {row.policy_id: row for row in lapses}
    return {row.pk: _going(row, after, applied, reasons) for row in found}


def sites_of(policies: Iterable[Policy]) -> set[int]:
    return {row.site_id for row in policies}


def _going(
    row: Policy, after: set[int], applied: Mapping[int, Application], reasons: Mapping[int, Lapse]
) -> Going:
    if row.pk in after:
        return Going("renewed", _("已续保"), "done")
    if application := applied.get(row.site_id):
        return Going("applied", _("续保申请办理中"), "active", application.get_absolute_url())
    if lapse := reasons.get(row.pk):
        return Going("lapsed", str(lapse.get_reason_display()), "ended")
    return Going("", _("未续保"), "waiting")


def successors(policies: Iterable[Policy]) -> set[int]:
    """Those after which the site is covered by anybody; looked for by the enrolment desk."""
    found = [row for row in policies if row.cover_to]
    if not found:
        return set()
    with context.entering(ENROLMENT.context):
        rows = Policy.objects.filter(
            site__in=sites_of(found),
            cancelled_from=None,
            wanted_from__gte=min(row.cover_to for row in found if row.cover_to),
        )
        starts = list(rows.values_list("site_id", "product_id", "wanted_from"))
    return {
        row.pk
        for row in found
        for site, product, start in starts
        if (site, product) == (row.site_id, row.product_id)
        and row.cover_to
        and start >= row.cover_to
    }


def lines_of(policies: Iterable[Policy], user: User, today: date) -> list[dict[str, Any]]:
    found = list(policies)
    going = going_on(found, user)
    return [
        {
            "policy": row,
            "insurer": insurer(row.insurer_id).short_name or insurer(row.insurer_id).name,
            "last_day": last_day(row),
            "days": (row.cover_to - today).days if row.cover_to else 0,
            "going": going[row.pk],
            "url": reverse("enrollment:renewal", args=[row.public_id]),
        }
        for row in found
    ]


def refusal_to_renew(policy: Policy, user: User, today: date) -> str:
    """Why this cover cannot be renewed by this person today, or "" when it can."""
    if not can(user, Permission.APPLY_FOR_COVER) or policy.enterprise_id != user.organisation_id:
        return _("续保由投保企业办理。")
    if policy.cancelled_from or policy.cover_to is None:
        return _("这张保单没有可以接续的保险期间，请重新投保。")
    if (policy.cover_to - today).days > FIRST_ASKED:
        opens = policy.cover_to - timedelta(days=FIRST_ASKED)
        return _("期满前90天起可以续保，最早 %(day)s。") % {"day": opens.isoformat()}
    if successors([policy]):
        return _("这个场所期满以后的保单已经出好，不需要再续。")
    return ""


def starts_on(policy: Policy, today: date) -> date:
    """Where the old one ends; after a gap, as early as cover can begin."""
    return max(policy.cover_to or today, today + DAY)
