"""Dated rules of a district about the units it promotes; the mandatory ones are law and stay."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.core import audit
from apps.duty.errors import DutyRefused
from apps.reference.codes import DutyGround, DutyLevel
from apps.reference.models import ActivityTag, Certainty, District, LegalLevel, ScopeRule

FIRST_ORDER = 500  # behind what the nation, the province and the city say


def refusal_to_adjust(tag: ActivityTag, *, removes: bool, valid_from: date, by: User) -> str:
    if by.organisation.kind != Kind.DISTRICT_BUREAU:
        return _("重点推行范围由各区应急管理局按本区实际调整。")
    standing = ScopeRule.objects.in_force_on(valid_from).filter(tag=tag, district=None)
    if standing.filter(level=DutyLevel.MANDATORY).exists():
        return _("“%(tag)s”属于强制范围，区里不能调整。") % {"tag": tag.label}
    if removes and not standing.filter(level=DutyLevel.PROMOTED).exists():
        return _("“%(tag)s”不在重点推行范围内，无从调出。") % {"tag": tag.label}
    own = ScopeRule.objects.filter(tag=tag, district=by.organisation.district_id)
    if own.filter(valid_to=None).exists():
        return _("本区对“%(tag)s”已有调整；请先结束它。") % {"tag": tag.label}
    return ""


@transaction.atomic
def adjust_promotion(
    *, tag: ActivityTag, removes: bool, valid_from: date, source: str, by: User
) -> ScopeRule:
    """Add a group of units to what a district promotes, or take one out, from a day on."""
    if reason := refusal_to_adjust(tag, removes=removes, valid_from=valid_from, by=by):
        raise DutyRefused(reason, field="tag")
    district: Any = by.organisation.district_id
    code = f"district.{by.organisation.district_id}.{tag.code}"
    order = FIRST_ORDER + District.objects.filter(pk__lt=district).count()
    try:
        with transaction.atomic():
            row = ScopeRule.objects.create(
                code=code[:60],
                order=order,
                ground=DutyGround.ACTIVITY,
                category=tag.category,
                tag=tag,
                level=DutyLevel.PROMOTED,
                legal_level=LegalLevel.CITY,
                article=tag.article,
                clause="",
                quote=source,
                district_id=district,
                removes=removes,
                valid_from=valid_from,
                source=source,
                certainty=Certainty.VERIFIED,
            )
    except IntegrityError as twice:
        text = _("本区对“%(tag)s”从这一天起已有调整。")
        raise DutyRefused(text % {"tag": tag.label}, field="valid_from") from twice
    facts = {"tag": tag.name, "valid_from": valid_from, "removes": removes}
    audit.record("scope.adjusted", by=by, on=by.organisation, reason=source, changes=facts)
    return row


@transaction.atomic
def end_adjustment(*, rule: ScopeRule, on: date, reason: str, by: User) -> ScopeRule:
    """From that day on the district goes with the city again."""
    row = ScopeRule.objects.select_for_update().get(pk=rule.pk)
    if row.district_id is None or row.district_id != by.organisation.district_id:
        raise DutyRefused(_("只能结束本区自己的调整。"))
    if on <= row.valid_from:
        facts = {"day": row.valid_from.isoformat()}
        raise DutyRefused(_("结束日期须晚于起始日期 %(day)s。") % facts, field="on")
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    facts = {"tag": row.tag.name if row.tag else "", "on": on.isoformat()}
    audit.record("scope.adjustment_ended", by=by, on=by.organisation, reason=reason, changes=facts)
    return row
