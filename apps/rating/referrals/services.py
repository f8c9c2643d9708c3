"""Asking a person where the tables leave something open, and answering within one's authority."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts.models import User
from apps.accounts.roles import ROLES
from apps.catalogue.models import Product
from apps.catalogue.rules.documents import text_of
from apps.catalogue.selectors.versions import unified_product
from apps.core import audit
from apps.core.dates import local_day
from apps.core.errors import DomainError
from apps.enterprises.models import Site
from apps.rating.errors import QuoteRefused
from apps.rating.models import Quote
from apps.rating.referrals.models import RangeAuthority, Referral
from apps.rating.referrals.rules import is_within
from apps.rating.referrals.selectors import (
    Need,
    declared_of,
    kept,
    may_choose,
    needs_of,
    parts_for,
)
from apps.rating.selectors.facts import Declared, KnownFact
from apps.rating.services import offer_grid, refusal_to_offer
from apps.reference.models.base import Certainty

DECIDED = gettext_noop("核定单核定")


class ReferralRefused(DomainError):
    code = "referral_refused"


@dataclass(frozen=True)
class Given:
    """What was decided on one open fact, and why."""

    value: Decimal
    reason: str


@transaction.atomic
def refer_site(
    *,
    site: Site,
    on: date,
    declared: Declared,
    today: date,
    now: datetime,
    by: User,
    product: Product | None = None,
) -> Referral:
    """Put what stands open before somebody who may decide it."""
    if refusal := refusal_to_offer(on=on, today=today):
        raise QuoteRefused(refusal, field="starts_on")
    needs = needs_of(site, on=on, declared=declared, product=product)
    if not needs:
        raise ReferralRefused(_("费率要素已经齐全，可以直接报价，不需要核定。"))
    referral = Referral.objects.create(
        site=site,
        enterprise_id=site.enterprise_id,
        district_id=site.district_id,
        town_id=site.town_id,
        sector_id=site.sector_id,
        insurer_id=site.insurer_id,
        insured_name=site.enterprise.name,
        site_name=site.name,
        product=product or unified_product(),
        starts_on=on,
        declared=_said(declared),
        needs=[asdict(need) for need in needs],
        asked_at=now,
        asked_by=by.actor_key,
        asked_by_name=by.actor_name,
    )
    facts = {"needs": [need.name for need in needs], "starts_on": on}
    audit.record("referral.asked", by=by, on=referral, changes=facts)
    return referral


def _said(declared: Declared) -> dict[str, object]:
    last = declared.last_accident_on
    return {
        "source": declared.source,
        "on": declared.on.isoformat(),
        "had_accident": declared.had_accident,
        "last_accident_on": last.isoformat() if last else None,
        "is_listed": declared.is_listed,
    }


def refusal_to_answer(
    referral: Referral, given: Mapping[str, Given], *, today: date, by: User
) -> str:
    """Say why this person may not answer so, or "" when they may."""
    if referral.state != Referral.State.OPEN:
        return _("核定单已经办结。")
    if referral.asked_by == by.actor_key:
        return _("提交核定的人不能自己核定，请由另一人办理。")
    for need in kept(referral.needs):
        if not need.is_range:
            return _("“%(fact)s”%(place)s，补齐后重新询价。") % {
                "fact": need.name,
                "place": need.place or _("不能由人核定"),
            }
        if reason := _refusal_of_value(need, given.get(need.code), today=today, by=by):
            return reason
    return ""


def _refusal_of_value(need: Need, given: Given | None, *, today: date, by: User) -> str:
    if given is None:
        return _("请核定“%(fact)s”。") % {"fact": need.name}
    if not given.reason.strip():
        return _("“%(fact)s”的取值须说明理由。") % {"fact": need.name}
    parts = parts_for(by, need.code, today)
    if any(is_within(given.value, need.bounds, part) for part in parts):
        return ""
    words = {
        "fact": need.name,
        "value": text_of(given.value),
        "lowest": need.lowest,
        "highest": need.highest,
        "role": ROLES[by.role].title,
        "allowed": may_choose(by, need, today) or _("无"),
    }
    return (
        _(
            "“%(fact)s”的区间是 %(lowest)s 至 %(highest)s，“%(role)s”可以取 %(allowed)s；"
            "%(value)s 超出权限。"
        )
        % words
    )


@transaction.atomic
def answer_referral(
    *, referral: Referral, given: Mapping[str, Given], today: date, now: datetime, by: User
) -> Referral:
    """Settle every open value within one's authority of that day, each with its reason."""
    row = _held(referral, by)
    if refusal := refusal_to_answer(row, given, today=today, by=by):
        raise ReferralRefused(refusal)
    row.answers = {
        need.code: {"value": text_of(given[need.code].value), "reason": given[need.code].reason}
        for need in kept(row.needs)
    }
    _decide(row, Referral.State.ANSWERED, now=now, by=by)
    audit.record("referral.answered", by=by, on=row, changes={"answers": row.answers})
    return row


@transaction.atomic
def decline_referral(*, referral: Referral, reason: str, now: datetime, by: User) -> Referral:
    row = _held(referral, by)
    if row.state != Referral.State.OPEN:
        raise ReferralRefused(_("核定单已经办结。"))
    if not reason.strip():
        raise ReferralRefused(_("请写明退回的理由。"), field="reason")
    row.reason = reason
    _decide(row, Referral.State.DECLINED, now=now, by=by)
    audit.record("referral.declined", by=by, on=row, reason=reason)
    return row


@transaction.atomic
def offer_settled(*, referral: Referral, today: date, by: User) -> list[Quote]:
    """The prices that follow from an answer; anybody who may ask for prices takes them up."""
    if referral.state != Referral.State.ANSWERED or referral.decided_at is None:
        raise ReferralRefused(_("核定单还没有核定，不能报价。"))
    since = local_day(referral.decided_at)
    settled = {code: KnownFact(value, DECIDED, since) for code, value in referral.answers.items()}
    site = Site.objects.visible_to(by).select_related("industry", "enterprise")
    return offer_grid(
        site=site.get(pk=referral.site_id),
        on=referral.starts_on,
        declared=declared_of(referral),
        product=referral.product,
        settled=settled,
        today=today,
        by=by,
    )


def _held(referral: Referral, by: User) -> Referral:
    rows = Referral.objects.visible_to(by).select_for_update(of=("self",))
    return rows.get(pk=referral.pk)


def _decide(row: Referral, state: str, *, now: datetime, by: User) -> None:
    row.state, row.decided_at = state, now
    row.decided_by, row.decided_by_name = by.actor_key, by.actor_name
    row.save(
        update_fields=["state", "answers", "reason", "decided_at", "decided_by", "decided_by_name"]
    )


@transaction.atomic
def grant_authority(
    *, role: str, table: str, part: tuple[int, int], since: date, source: str, by: User
) -> RangeAuthority:
    """From that day on the role may choose in that part; what it had for the table ends."""
    lowest, highest = part
    if not 0 <= lowest <= highest <= 100:
        raise ReferralRefused(
            _("区间的部分须在 0 至 100 之间，且下限不大于上限。"), field="highest"
        )
    rows = RangeAuthority.objects.select_for_update().filter(role=role, table=table)
    if rows.filter(valid_from__gte=since).exists():
        raise ReferralRefused(
            _("该角色在这一天或以后已有取值权限，请改为更晚的日期。"), field="since"
        )
    rows.filter(valid_to=None).update(valid_to=since)
    granted = RangeAuthority.objects.create(
        role=role,
        table=table,
        lowest=lowest,
        highest=highest,
        valid_from=since,
        source=source,
        certainty=Certainty.VERIFIED,
        made_by=by.actor_key,
        made_by_name=by.actor_name,
    )
    facts = {"role": role, "table": table, "part": f"{lowest}–{highest} %", "since": since}
    audit.record("authority.granted", by=by, on=granted, changes=facts, reason=source)
    return granted
