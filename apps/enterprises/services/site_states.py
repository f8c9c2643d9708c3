"""A site stops, starts again and closes, each on a day and for a reason."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core import audit
from apps.enterprises.errors import ALLOWED, Refusal, SiteRefused, refuse
from apps.enterprises.models import Site
from apps.enterprises.selectors.authority import keeps_register
from apps.enterprises.services.locking import locked
from apps.enterprises.services.notices import tell_people_of


def refusal_to_stop(site: Site, *, on: date, today: date) -> Refusal:
    """Whether a site may stop or close on that day."""
    if on > today:
        return Refusal(_("日期不能晚于今天；请在当天或之后登记。"), "on")
    if site.opened_on and on < site.opened_on:
        facts = {"day": site.opened_on.isoformat()}
        return Refusal(_("日期早于投产日期 %(day)s，请核对。") % facts, "on")
    return ALLOWED


def refusal_to_resume(site: Site, *, on: date, today: date) -> Refusal:
    if on > today:
        return Refusal(_("日期不能晚于今天；请在当天或之后登记。"), "on")
    if site.closed_on and on <= site.closed_on:
        facts = {"day": site.closed_on.isoformat()}
        return Refusal(_("复产日期须晚于停产日期 %(day)s。") % facts, "on")
    return ALLOWED


def refusal_to_close_site(site: Site, *, on: date, today: date, by: User) -> Refusal:
    if not keeps_register(by):
        return Refusal(_("场所关闭由登记机关核实后办理；暂时不生产请办“停产”。"))
    count = site.headcounts.filter(valid_to=None).first()
    if count and count.valid_from >= on:
        facts = {"day": count.valid_from.isoformat()}
        return Refusal(_("%(day)s 还登记过人数，关闭日期须在其后。") % facts, "on")
    return refusal_to_stop(site, on=on, today=today)


@transaction.atomic
def suspend_site(*, site: Site, on: date, reason: str, by: User) -> Site:
    row = locked(site, by=by)
    Site.transitions.check(row.state, Site.State.SUSPENDED)
    refuse(SiteRefused, refusal_to_stop(row, on=on, today=timezone.localdate()))
    row.state, row.closed_on = Site.State.SUSPENDED, on
    return _saved(row, "site.suspended", on=on, reason=reason, by=by)


@transaction.atomic
def resume_site(*, site: Site, on: date, reason: str, by: User) -> Site:
    row = locked(site, by=by)
    Site.transitions.check(row.state, Site.State.OPERATING)
    refuse(SiteRefused, refusal_to_resume(row, on=on, today=timezone.localdate()))
    row.state, row.closed_on = Site.State.OPERATING, None
    return _saved(row, "site.resumed", on=on, reason=reason, by=by)


@transaction.atomic
def close_site(*, site: Site, on: date, reason: str, by: User) -> Site:
    """For good: nobody works there from that day on, and its dated facts end with it."""
    row = locked(site, by=by)
    Site.transitions.check(row.state, Site.State.CLOSED)
    refuse(SiteRefused, refusal_to_close_site(row, on=on, today=timezone.localdate(), by=by))
    for facts in (row.headcounts, row.facts):
        facts.filter(valid_to=None, valid_from__lt=on).update(valid_to=on)
    row.state, row.closed_on, row.headcount = Site.State.CLOSED, on, 0
    return _saved(row, "site.closed", on=on, reason=reason, by=by)


def _saved(row: Site, action: str, *, on: date, reason: str, by: User) -> Site:
    row.save(update_fields=["state", "closed_on", "headcount"])
    audit.record(action, by=by, on=row, reason=reason, changes={"on": on})
    tell_people_of(
        row.enterprise,
        title=gettext_lazy("场所状态有变更"),
        text=gettext_lazy("场所“{site}”自 {day} 起：{state}。"),
        by=by,
        site=row.name,
        day=on.isoformat(),
        state=Site.State(row.state).label,
    )
    return row
