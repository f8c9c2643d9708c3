"""A policy's changes in words: for pages, slips and notices alike."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.core.dates import DAY
from apps.core.templatetags.ui import wan, yuan
from apps.policies.changes.models import PolicyTransaction
from apps.policies.rules.amending import Amendment, Terms
from apps.policies.rules.stack import Act


@dataclass(frozen=True)
class Told:
    label: str
    before: str
    after: str


def differences(before: Terms, after: Terms, *, until: date | None = None) -> list[Told]:
    """What a change made of the terms, line by line."""
    lines = [
        (_("被保险人数"), people(before.heads), people(after.heads)),
        (_("每人责任限额"), wan(before.limit), wan(after.limit)),
        (_("每次事故免赔额"), yuan(before.deductible), yuan(after.deductible)),
        (_("行业"), before.industry, after.industry),
        (_("地址"), before.address, after.address),
    ]
    told = [Told(*line) for line in lines if line[1] != line[2]]
    if until:
        told.append(Told(_("保险期间延长"), "", _("至 %(day)s 二十四时") % {"day": until - DAY}))
    return told


def people(count: int) -> str:
    return _("%(count)s 人") % {"count": count}


def differences_of(row: PolicyTransaction) -> list[Told]:
    if row.act not in {Act.ENDORSE, Act.REVERSE}:
        return []
    return differences(Terms.of(row.terms_before), Terms.of(row.terms_after), until=row.until)


def in_short(amendment: Amendment, limit_before: Decimal | None = None) -> str:
    """增加 30 人；限额改为 80 万元"""
    told: list[str] = []
    if amendment.heads_by > 0:
        told.append(_("增加 %(count)s 人") % {"count": amendment.heads_by})
    if amendment.heads_by < 0:
        told.append(_("减少 %(count)s 人") % {"count": -amendment.heads_by})
    if amendment.limit is not None:
        told.append(_("每人责任限额改为 %(limit)s") % {"limit": wan(amendment.limit)})
    if amendment.deductible is not None:
        told.append(_("免赔额改为 %(amount)s") % {"amount": yuan(amendment.deductible)})
    if amendment.industry:
        told.append(_("行业改为 %(name)s") % {"name": amendment.industry})
    if amendment.address:
        told.append(_("地址改为 %(name)s") % {"name": amendment.address})
    if amendment.until:
        told.append(_("延长至 %(day)s") % {"day": (amendment.until - DAY).isoformat()})
    return _("；").join(told)


def title_of(row: PolicyTransaction) -> str:
    """What a row is called: 冲正第 3 笔, 批改：增加 30 人"""
    label = str(row.get_act_display())
    if row.reverses:
        return _("冲正第 %(number)s 笔") % {"number": row.reverses.number}
    if row.act == Act.ENDORSE:
        what = in_short(Amendment.of(row.changes))
        return _("%(act)s：%(what)s") % {"act": label, "what": what} if what else label
    if row.act == Act.CANCEL and row.ground:
        return _("%(act)s：%(what)s") % {"act": label, "what": row.ground.label}
    return label


def money_words(difference: Decimal) -> str:
    if difference > 0:
        return _("应补收保险费 %(amount)s") % {"amount": yuan(difference)}
    if difference < 0:
        return _("应退保险费 %(amount)s") % {"amount": yuan(-difference)}
    return _("保险费不变")


def formula(row: Any) -> str:
    return _("年保险费 %(annual)s") % {"annual": yuan(row.annual_premium)}
