"""What an enterprise can do next for the cover of each of its sites."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.dates import local_day
from apps.core.templatetags.ui import day, moment
from apps.enrollment.models import Application, ApplicationState
from apps.enrollment.selectors.draft import refusal_to_start
from apps.enterprises.models import Site
from apps.policies.models import Policy

TOMORROW = timedelta(days=1)


class Situation(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    COVERED = "covered"
    REFUSED = "refused"
    UNCOVERED = "uncovered"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True)
class NextStep:
    """One line: what is the case, what to do, and where."""

    site: Site
    situation: Situation
    label: str
    note: str
    action: str
    url: str
    since: datetime | None = None
    due: date | None = None


def next_step_for(site: Site, user: User, today: date) -> NextStep:
    (step,) = next_steps([site], user, today)
    return step


def next_steps(sites: Iterable[Site], user: User, today: date) -> list[NextStep]:
    """In two queries for any number of sites."""
    found = list(sites)
    latest = _latest_applications(found, user)
    covers = _latest_covers(found, user, today)
    return [_next(site, latest.get(site.pk), covers.get(site.pk)) for site in found]


def _latest_applications(sites: list[Site], user: User) -> Mapping[int, Application]:
    rows = Application.objects.visible_to(user).filter(site__in=sites).order_by("pk")
    return {row.site_id: row for row in rows.select_related("insurer")}


def _latest_covers(sites: list[Site], user: User, today: date) -> Mapping[int, Policy]:
    alive = Q(cover_from=None) | Q(cover_to__gt=today)
    rows = Policy.objects.visible_to(user).for_list()
    rows = rows.filter(alive, site__in=sites, cancelled_from=None)
    return {row.site_id: row for row in rows.order_by("pk")}


def _next(site: Site, row: Application | None, cover: Policy | None) -> NextStep:
    if row and row.state in {ApplicationState.DRAFT, ApplicationState.SUBMITTED}:
        return _open(site, row)
    if cover:
        return _covered(site, cover)
    start = reverse("enrollment:start", args=[site.public_id])
    if refusal := refusal_to_start(site):
        told: dict[str, Any] = {"note": refusal, "action": _("查看场所")}
        url = site.get_absolute_url()
        return NextStep(site, Situation.NOT_POSSIBLE, _("暂不能投保"), url=url, **told)
    if row and row.state == ApplicationState.REFUSED:
        told = {
            "label": _("未被接受"),
            "note": _("%(insurer)s不予承保，可以改选其他承保机构") % {"insurer": row.insurer},
            "action": _("改选承保机构"),
        }
        return NextStep(site, Situation.REFUSED, url=start, since=row.decided_at, **told)
    told = {"note": _("约 10 分钟办好，随时可以中断"), "action": _("开始投保")}
    return NextStep(site, Situation.UNCOVERED, _("尚未投保"), url=start, **told)


def _open(site: Site, row: Application) -> NextStep:
    url = row.get_absolute_url()
    if row.state == ApplicationState.DRAFT:
        told: dict[str, Any] = {
            "label": _("填写中"),
            "note": _("已自动保存 %(at)s") % {"at": moment(row.saved_at)},
            "action": _("继续投保"),
            "due": row.wanted_from,
        }
        return NextStep(site, Situation.DRAFT, url=url, since=row.created_at, **told)
    told = {
        "label": _("待核保"),
        "note": _("%(day)s 起在%(insurer)s核保")
        % {"day": day(row.submitted_at), "insurer": row.insurer},
        "action": _("查看"),
    }
    return NextStep(site, Situation.SUBMITTED, url=url, since=row.submitted_at, **told)


def _covered(site: Site, cover: Policy) -> NextStep:
    told: dict[str, Any] = {"action": _("查看保单"), "url": cover.get_absolute_url()}
    if cover.cover_from is None:
        note = _("保单 %(number)s 待缴费") % {"number": cover.number}
        return NextStep(site, Situation.COVERED, _("待缴费"), note, **told)
    words = {"number": cover.number, "day": day(cover.cover_to)}
    note = _("保单 %(number)s，保到 %(day)s 零时") % words
    return NextStep(site, Situation.COVERED, _("已投保"), note, **told)


def usual_start(row: Application, user: User, today: date) -> date:
    """The day the present cover ends, so that no day lies between; else tomorrow."""
    ends = Policy.objects.visible_to(user).filter(site=row.site_id, cancelled_from=None)
    last = ends.filter(cover_to__gt=today).order_by("-cover_to").values_list("cover_to", flat=True)
    return last.first() or today + TOMORROW


def said_before(row: Application, user: User) -> Application | None:
    """What was said of the site last time, to be confirmed instead of typed again."""
    rows = Application.objects.visible_to(user).filter(site=row.site_id, had_accident__isnull=False)
    return rows.exclude(pk=row.pk).order_by("-pk").first()


def refusals_of(row: Application, user: User) -> Mapping[int, date]:
    """Which insurers refused this site before, and when: worth knowing before choosing again."""
    rows = Application.objects.visible_to(user).filter(site=row.site_id)
    refused = rows.filter(state=ApplicationState.REFUSED).order_by("pk")
    return {
        insurer: local_day(at)
        for insurer, at in refused.values_list("insurer", "decided_at")
        if insurer and at
    }


def waited_days(row: Application) -> int | None:
    """How long the insurer has had it."""
    if row.submitted_at is None:
        return None
    return (timezone.now() - row.submitted_at).days
