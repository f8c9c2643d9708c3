"""Exemptions, lists and fatal accidents: what an authority adds to a site's duty."""

from datetime import date

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.core import audit
from apps.documents.models import Scope
from apps.documents.services.uploads import keep_upload
from apps.duty.errors import DutyRefused
from apps.duty.models import Exemption, ListEntry
from apps.duty.papers import EVIDENCE
from apps.duty.services.telling import tell_enterprise
from apps.enterprises.models import FatalAccident, Site

CHANGED = gettext_lazy("投保义务有变更")


def scope_of(site: Site, by: User) -> Scope:
    return Scope(
        owner=by.organisation_id,
        enterprise=site.enterprise_id,
        district=site.district_id,
        town=site.town_id,
        sector=site.sector_id,
    )


def entered(by: User) -> dict[str, str]:
    return {"entered_by": by.actor_key, "entered_by_name": by.actor_name}


@transaction.atomic
def exempt_site(
    *,
    site: Site,
    ground: str,
    valid_from: date,
    valid_to: date | None,
    source: str,
    proof: File[bytes] | None,
    by: User,
) -> Exemption:
    """Suspend the duty of a site for some days, on proof."""
    if proof is None:
        raise DutyRefused(_("请上传停产、关闭等情况的证明。"), field="proof")
    kept = keep_upload(proof, purpose=EVIDENCE, scope=scope_of(site, by), by=by, field="proof")
    facts = {"ground": ground, "valid_from": valid_from, "valid_to": valid_to, "source": source}
    try:
        with transaction.atomic():
            row = Exemption.objects.create(site=site, proof=kept, **facts, **entered(by))
    except IntegrityError as overlapping:
        text = _("这段时间已有豁免；请先结束原来的，或改填日期。")
        raise DutyRefused(text, field="valid_from") from overlapping
    told = facts | {"ground": row.get_ground_display()}
    audit.record("duty.exempted", by=by, on=site, reason=source, changes=told)
    words = gettext_lazy("场所“{site}”自 {day} 起豁免投保：{ground}。")
    _tell(site, words, row.public_id, by, day=valid_from, ground=row.get_ground_display())
    return row


@transaction.atomic
def end_exemption(*, exemption: Exemption, on: date, reason: str, by: User) -> Exemption:
    """The duty lives again from that day on."""
    rows = Exemption.objects.visible_to(by).select_for_update(of=("self",)).select_related("site")
    row = rows.get(pk=exemption.pk)
    if on <= row.valid_from:
        facts = {"day": row.valid_from.isoformat()}
        raise DutyRefused(_("结束日期须晚于起始日期 %(day)s。") % facts, field="on")
    if row.valid_to and on >= row.valid_to:
        raise DutyRefused(_("这次豁免在那天之前已经结束。"), field="on")
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    audit.record("duty.exemption_ended", by=by, on=row.site, reason=reason, changes={"on": on})
    words = gettext_lazy("场所“{site}”的豁免自 {day} 起结束，应当投保。")
    _tell(row.site, words, f"{row.public_id}:end", by, day=on)
    return row


def refusal_to_enlist(kind: str, *, by: User) -> str:
    """Departments and districts draw up lists of promotion; harm is for bureaus to find."""
    bureaus = {Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU}
    if kind == ListEntry.Kind.PUBLIC_HARM and by.organisation.kind not in bureaus:
        return _("“可能对社会公众造成严重危害”由市、区应急管理局认定。")
    return ""


@transaction.atomic
def enlist_site(
    *, site: Site, kind: str, valid_from: date, valid_to: date | None, source: str, by: User
) -> ListEntry:
    """Put a site on a list of units, from a day on, with the document that says so."""
    if reason := refusal_to_enlist(kind, by=by):
        raise DutyRefused(reason, field="kind")
    standing = ListEntry.objects.filter(site=site, kind=kind, valid_to=None)
    if standing.exists():
        raise DutyRefused(_("这处场所已经在这份名录上。"), field="kind")
    facts = {"kind": kind, "valid_from": valid_from, "valid_to": valid_to, "source": source}
    row = ListEntry.objects.create(site=site, **facts, **entered(by))
    told = facts | {"kind": row.get_kind_display()}
    audit.record("duty.enlisted", by=by, on=site, reason=source, changes=told)
    words = gettext_lazy("场所“{site}”自 {day} 起列入：{list}。")
    _tell(site, words, row.public_id, by, day=valid_from, list=row.get_kind_display())
    return row


@transaction.atomic
def record_accident(
    *,
    site: Site,
    happened_on: date,
    died_on: date,
    is_road_or_fire: bool,
    source: str,
    today: date,
    by: User,
) -> FatalAccident:
    """Enter a fatal accident, or a later death of one that is known: the day of the last death."""
    if died_on < happened_on:
        raise DutyRefused(_("死亡日期不能早于事故日期。"), field="died_on")
    if died_on > today:
        raise DutyRefused(_("死亡日期不能晚于今天。"), field="died_on")
    known = FatalAccident.objects.filter(site=site, happened_on=happened_on).first()
    if known and died_on < known.died_on:
        facts = {"day": known.died_on.isoformat()}
        text = _("这次事故已登记到 %(day)s 的死亡；只需登记更晚的死亡。")
        raise DutyRefused(text % facts, field="died_on")
    facts_now = {"died_on": died_on, "is_road_or_fire": is_road_or_fire, "source": source}
    row, _created = FatalAccident.objects.update_or_create(
        site=site, happened_on=happened_on, defaults=facts_now
    )
    told = {"happened_on": happened_on, "died_on": died_on}
    audit.record("accident.recorded", by=by, on=site, reason=source, changes=told)
    words = gettext_lazy("场所“{site}”登记了 {day} 的死亡事故。")
    _tell(site, words, f"accident:{row.pk}:{died_on}", by, day=happened_on)
    return row


def _tell(site: Site, text: Promise, once: str, by: User, **facts: object) -> None:
    told = {key: str(value) for key, value in facts.items()}
    tell_enterprise(
        site,
        title=CHANGED,
        text=text,
        url=site.get_absolute_url(),
        once=f"duty:{once}",
        by=by,
        site=site.name,
        **told,
    )
