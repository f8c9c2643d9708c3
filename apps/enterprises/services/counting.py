"""How many people work at a site, from which day. Each day has one number at most."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core import audit
from apps.enterprises.errors import ALLOWED, ChangedMeanwhile, HeadcountRefused, Refusal, refuse
from apps.enterprises.models import Headcount, Site
from apps.enterprises.rules import MOST_PEOPLE, Counts
from apps.enterprises.selectors.versions import refusal_to_overwrite, version_of_counts
from apps.enterprises.services.locking import locked
from apps.enterprises.services.notices import tell_people_of


def refusal_of_counts(counts: Counts) -> Refusal:
    """What is wrong with the numbers alone."""
    total = sum(counts.values())
    if min(counts.values(), default=0) < 0:
        return Refusal(_("人数不能是负数。"), "production")
    if total == 0:
        return Refusal(_("人数合计不能为0；如已停产或关闭，请办理停产或关闭。"), "production")
    if total > MOST_PEOPLE:
        facts = {"total": f"{total:,}", "most": f"{MOST_PEOPLE:,}"}
        text = _("人数合计 %(total)s 人，超过单个场所的上限 %(most)s 人，请核对是否多填了位数。")
        return Refusal(text % facts, "production")
    return ALLOWED


def refusal_to_count(site: Site, *, valid_from: date, counts: Counts, today: date) -> Refusal:
    """What is wrong with a number from that day on, wherever it comes in."""
    if valid_from > today:
        return Refusal(_("人数从今天或以前的日期起算，不能晚于今天。"), "valid_from")
    if site.opened_on and valid_from < site.opened_on:
        facts = {"day": site.opened_on.isoformat()}
        return Refusal(_("日期早于投产日期 %(day)s，请核对。") % facts, "valid_from")
    return refusal_of_counts(counts)


def refusal_to_record_headcount(
    site: Site, last: Headcount | None, *, valid_from: date, counts: Counts, today: date
) -> Refusal:
    if site.state == Site.State.CLOSED:
        return Refusal(_("场所已关闭，不能再登记人数。"))
    if last and valid_from < last.valid_from:
        facts = {"day": last.valid_from.isoformat()}
        text = _("已有 %(day)s 起的人数。更早的日期请用“更正以前的人数”，并说明原因。")
        return Refusal(text % facts, "valid_from")
    return refusal_to_count(site, valid_from=valid_from, counts=counts, today=today)


def refusal_to_correct_headcount(
    site: Site, *, valid_from: date, counts: Counts, today: date
) -> Refusal:
    closed_on = site.closed_on if site.state == Site.State.CLOSED else None
    if closed_on and valid_from >= closed_on:
        facts = {"day": closed_on.isoformat()}
        return Refusal(_("场所已于 %(day)s 关闭，其后没有人数。") % facts, "valid_from")
    return refusal_to_count(site, valid_from=valid_from, counts=counts, today=today)


@transaction.atomic
def record_headcount(
    *,
    site: Site,
    valid_from: date,
    counts: Counts,
    source: str,
    by: User,
    version: str | None = None,
) -> Headcount:
    """Say how many people there are from a day on; the number before ends with the day before."""
    row, last = _counted(site, version, by=by)
    today = timezone.localdate()
    refusal = refusal_to_record_headcount(
        row, last, valid_from=valid_from, counts=counts, today=today
    )
    refuse(HeadcountRefused, refusal)
    entry = _put(row, valid_from, counts, source)
    audit.record("headcount.recorded", by=by, on=row, changes=_change(last, entry))
    return _told(row, entry, by)


@transaction.atomic
def correct_headcount(
    *,
    site: Site,
    valid_from: date,
    counts: Counts,
    source: str,
    reason: str,
    by: User,
    version: str | None = None,
) -> Headcount:
    """Put right what was counted on a day in the past, or enter a count that was forgotten.

    The number holds until the next count, as it would have if it had been entered in time.
    """
    row, _last = _counted(site, version, by=by)
    today = timezone.localdate()
    refusal = refusal_to_correct_headcount(row, valid_from=valid_from, counts=counts, today=today)
    refuse(HeadcountRefused, refusal)
    before = row.headcounts.on(valid_from).first()
    entry = _put(row, valid_from, counts, source)
    audit.record(
        "headcount.corrected", by=by, on=row, reason=reason, changes=_change(before, entry)
    )
    return _told(row, entry, by)


def _counted(site: Site, version: str | None, *, by: User) -> tuple[Site, Headcount | None]:
    """The locked site and its latest count; two clerks counting at once wait for each other."""
    row = locked(site, by=by)
    refusal = refusal_to_overwrite(row, now_at=version_of_counts(row), seen=version, by=by)
    refuse(ChangedMeanwhile, Refusal(refusal))
    return row, row.headcounts.first()


def _put(site: Site, valid_from: date, counts: Counts, source: str) -> Headcount:
    """Set the number from a day to the next count. The period it falls into ends on that day."""
    entry = site.headcounts.filter(valid_from=valid_from).first()
    if entry is None:
        entry = Headcount(site=site, valid_from=valid_from)
        before = site.headcounts.on(valid_from).first()
        later = site.headcounts.filter(valid_from__gt=valid_from).last()
        if before:
            entry.valid_to = before.valid_to
        elif later:
            entry.valid_to = later.valid_from
        elif site.state == Site.State.CLOSED:
            entry.valid_to = site.closed_on
        if before:
            before.valid_to = valid_from
            before.save(update_fields=["valid_to"])
    for kind in Headcount.KINDS:
        setattr(entry, kind, counts.get(kind, 0))
    entry.source = source
    entry.save()
    if entry.valid_to is None:
        site.headcount = entry.total
        site.save(update_fields=["headcount"])
    return entry


def _change(before: Headcount | None, entry: Headcount) -> dict[str, object]:
    return {
        "valid_from": entry.valid_from,
        "headcount": [before.total if before else None, entry.total],
        "source": entry.source,
    }


def _told(site: Site, entry: Headcount, by: User) -> Headcount:
    tell_people_of(
        site.enterprise,
        title=gettext_lazy("从业人数有变更"),
        text=gettext_lazy("场所“{site}”自 {day} 起从业人数为 {total} 人。"),
        by=by,
        site=site.name,
        day=entry.valid_from.isoformat(),
        total=entry.total,
    )
    return entry
