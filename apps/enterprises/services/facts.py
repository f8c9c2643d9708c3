"""What no industry code tells about a site, and the grades it was given, with their days."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core import audit
from apps.enterprises.errors import ALLOWED, FactRefused, Refusal, refuse
from apps.enterprises.models import Grade, RiskFact, Site
from apps.enterprises.rules import STANDARDISATION_YEARS, years_after
from apps.enterprises.selectors.authority import keeps_register
from apps.enterprises.services.locking import locked
from apps.enterprises.services.notices import tell_people_of
from apps.reference.models import ActivityTag

RISK_CHANGED = gettext_lazy("风险情况有变更")
GRADE_CHANGED = gettext_lazy("等级有变更")
COUNTED = frozenset({"special_equipment"})  # tags of which it matters how many there are


def refusal_to_date(site: Site, valid_from: date, *, today: date) -> Refusal:
    if site.state == Site.State.CLOSED:
        return Refusal(_("场所已关闭，不能再登记。"))
    if valid_from > today:
        return Refusal(_("起始日期不能晚于今天。"), "valid_from")
    return ALLOWED


def refusal_to_record_fact(
    site: Site, tag: ActivityTag, *, valid_from: date, quantity: int | None, today: date
) -> Refusal:
    if tag.code in COUNTED and not quantity:
        return Refusal(_("请填写台（套）数。"), "quantity")
    if tag.code not in COUNTED and quantity is not None:
        return Refusal(_("这一项不用填数量。"), "quantity")
    clash = site.facts.filter(tag=tag, valid_from__gt=valid_from).first()
    current = site.facts.on(valid_from).filter(tag=tag).first()
    if current and current.quantity == quantity:
        clash = current
    if clash:
        facts = {"tag": tag.label, "day": clash.valid_from.isoformat()}
        return Refusal(_("“%(tag)s”自 %(day)s 起已有登记。") % facts, "tag")
    return refusal_to_date(site, valid_from, today=today)


@transaction.atomic
def record_fact(
    *,
    site: Site,
    tag: ActivityTag,
    valid_from: date,
    quantity: int | None = None,
    source: str,
    by: User,
) -> RiskFact:
    """Note that something holds from a day on; another quantity replaces the one before."""
    row, today = locked(site, by=by), timezone.localdate()
    refusal = refusal_to_record_fact(
        row, tag, valid_from=valid_from, quantity=quantity, today=today
    )
    refuse(FactRefused, refusal)
    entry = row.facts.filter(tag=tag, valid_from=valid_from).first()
    if entry is None:
        row.facts.on(valid_from).filter(tag=tag).update(valid_to=valid_from)
        entry = RiskFact(site=row, tag=tag, valid_from=valid_from)
    entry.quantity, entry.source, entry.valid_to = quantity, source, None
    entry.save()
    changes = {"tag": tag.name, "quantity": quantity, "valid_from": valid_from, "source": source}
    audit.record("fact.recorded", by=by, on=row, changes=changes)
    text = gettext_lazy("场所“{site}”登记了“{tag}”。")
    facts = {"site": row.name, "tag": tag.name}
    tell_people_of(row.enterprise, title=RISK_CHANGED, text=text, by=by, **facts)
    return entry


def refusal_to_end(entry: RiskFact | Grade, *, on: date, today: date) -> Refusal:
    if on > today:
        return Refusal(_("结束日期不能晚于今天。"), "on")
    if on <= entry.valid_from:
        facts = {"day": entry.valid_from.isoformat()}
        return Refusal(_("结束日期须晚于起始日期 %(day)s。") % facts, "on")
    if entry.valid_to and on >= entry.valid_to:
        return Refusal(_("这一项在那天之前已经结束。"), "on")
    return ALLOWED


@transaction.atomic
def end_fact(*, fact: RiskFact, on: date, reason: str, by: User) -> RiskFact:
    """Note that something no longer holds from a day on."""
    row = locked(fact.site, by=by)
    entry = row.facts.select_related("tag").get(pk=fact.pk)
    refuse(FactRefused, refusal_to_end(entry, on=on, today=timezone.localdate()))
    entry.valid_to = on
    entry.save(update_fields=["valid_to"])
    changes = {"tag": entry.tag.name, "valid_to": on}
    audit.record("fact.ended", by=by, on=row, reason=reason, changes=changes)
    text = gettext_lazy("场所“{site}”的“{tag}”自 {day} 起结束。")
    facts = {"site": row.name, "tag": entry.tag.name, "day": on.isoformat()}
    tell_people_of(row.enterprise, title=RISK_CHANGED, text=text, by=by, **facts)
    return entry


def standard_end(kind: int, valid_from: date) -> date | None:
    """Standardisation certificates run three years; a credit grade holds until the next."""
    if kind == Grade.Kind.STANDARDISATION:
        return years_after(valid_from, STANDARDISATION_YEARS)
    return None


def refusal_to_record_grade(
    site: Site,
    *,
    kind: int,
    value: str,
    valid_from: date,
    valid_to: date | None,
    today: date,
    by: User,
) -> Refusal:
    if not keeps_register(by):
        return Refusal(_("等级由评定机关登记，企业不能自行填报。"))
    if value not in dict(Grade.VALUES[Grade.Kind(kind)]):
        return Refusal(_("这类等级没有所选的级别，请核对。"), "value")
    if valid_to and valid_to <= valid_from:
        return Refusal(_("有效期止须晚于起始日期。"), "valid_to")
    if later := site.grades.filter(kind=kind, valid_from__gte=valid_from).first():
        facts = {"day": later.valid_from.isoformat(), "grade": later.label}
        text = _("已有自 %(day)s 起的%(grade)s；请先结束它，或填写其后的日期。")
        return Refusal(text % facts, "valid_from")
    return refusal_to_date(site, valid_from, today=today)


@transaction.atomic
def record_grade(
    *,
    site: Site,
    kind: int,
    value: str,
    valid_from: date,
    source: str,
    by: User,
    valid_to: date | None = None,
) -> Grade:
    """Enter a grade somebody gave the site; it takes the place of the one before."""
    row, today = locked(site, by=by), timezone.localdate()
    valid_to = valid_to or standard_end(kind, valid_from)
    refusal = refusal_to_record_grade(
        row, kind=kind, value=value, valid_from=valid_from, valid_to=valid_to, today=today, by=by
    )
    refuse(FactRefused, refusal)
    row.grades.on(valid_from).filter(kind=kind).update(valid_to=valid_from)
    entry = row.grades.create(
        kind=kind, value=value, valid_from=valid_from, valid_to=valid_to, source=source
    )
    label = f"{entry.get_kind_display()} {entry.label}"
    changes = {
        "grade": label,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "source": source,
    }
    audit.record("grade.recorded", by=by, on=row, changes=changes)
    text = gettext_lazy("场所“{site}”登记了{grade}。")
    facts = {"site": row.name, "grade": label}
    tell_people_of(row.enterprise, title=GRADE_CHANGED, text=text, by=by, **facts)
    return entry


@transaction.atomic
def end_grade(*, grade: Grade, on: date, reason: str, by: User) -> Grade:
    """Withdraw a grade before its term."""
    row = locked(grade.site, by=by)
    entry = row.grades.get(pk=grade.pk)
    if not keeps_register(by):
        raise FactRefused(_("等级由评定机关撤销。"))
    refuse(FactRefused, refusal_to_end(entry, on=on, today=timezone.localdate()))
    entry.valid_to = on
    entry.save(update_fields=["valid_to"])
    label = f"{entry.get_kind_display()} {entry.label}"
    changes = {"grade": label, "valid_to": on}
    audit.record("grade.ended", by=by, on=row, reason=reason, changes=changes)
    text = gettext_lazy("场所“{site}”的{grade}已撤销。")
    facts = {"site": row.name, "grade": label}
    tell_people_of(row.enterprise, title=GRADE_CHANGED, text=text, by=by, **facts)
    return entry
