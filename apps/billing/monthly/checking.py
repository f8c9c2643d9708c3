"""What a line of the bordereau is checked for. Faults are shown and counted; they stop nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.uscc import refusal_to_accept

WHOLE = 10_000
NUMBER = re.compile(r"^[A-Z]{2,4}(-[A-Z]{2,4})?-\d{4}-\d{6,}$")

FIELDS: Mapping[str, Promise] = {
    "policy": _("保单号"),
    "insured": _("被保险人"),
    "period": _("保险期间"),
    "amount": _("金额"),
    "share": _("份额"),
}
SENTENCES: Mapping[str, Promise] = {
    "number": _("保单号不合编号规则，请核对出单记录。"),
    "name": _("没有被保险人名称，请在保单里补上。"),
    "code": _("统一社会信用代码校验不通过，请核对营业执照。"),
    "no_period": _("保费已全部到账，却没有保险期间，请核对起保。"),
    "order": _("终保日不晚于起保日，请核对保险期间。"),
    "cancelled": _("解除日在保险期间之外，请核对批改。"),
    "negative_due": _("累计应收保费小于零，请核对减退保费。"),
    "negative": _("累计实收保费小于零，请核对退费。"),
    "too_much": _("累计实收保费多于应收保费，请核对到账并办理退费。"),
    "sum": _("各成员份额合计不是100%，请核对份额表。"),
    "seller": _("出单机构不在份额表里，请核对份额表。"),
}


@dataclass(frozen=True)
class Facts:
    """A policy's line before it is listed; the amounts are those of its whole life so far."""

    number: str
    insured: str
    code: str
    cover_from: date | None
    cover_to: date | None
    cancelled_from: date | None
    due: Decimal
    received: Decimal
    seller: int
    shares: Mapping[int, int]


Fault = tuple[str, str]


def faults_of(facts: Facts) -> list[Fault]:
    """Pairs of a field and a sentence's name, in the order of the columns."""
    found = [
        (not NUMBER.match(facts.number), ("policy", "number")),
        (not facts.insured.strip(), ("insured", "name")),
        (bool(refusal_to_accept(facts.code)), ("insured", "code")),
        (_lacks_period(facts), ("period", "no_period")),
        (_is_backwards(facts), ("period", "order")),
        (_ends_outside(facts), ("period", "cancelled")),
        (facts.due < 0, ("amount", "negative_due")),
        (facts.received < 0, ("amount", "negative")),
        (facts.received > max(facts.due, Decimal(0)), ("amount", "too_much")),
        (sum(facts.shares.values()) != WHOLE, ("share", "sum")),
        (facts.seller not in facts.shares, ("share", "seller")),
    ]
    return [fault for is_wrong, fault in found if is_wrong]


def _lacks_period(facts: Facts) -> bool:
    return facts.cover_from is None and facts.received >= facts.due > 0


def _is_backwards(facts: Facts) -> bool:
    start, end = facts.cover_from, facts.cover_to
    return bool(start and end and end <= start)


def _ends_outside(facts: Facts) -> bool:
    start, end, cut = facts.cover_from, facts.cover_to, facts.cancelled_from
    return bool(start and end and cut and not start <= cut <= end)


def told(faults: list[Fault]) -> list[tuple[Promise, Promise]]:
    """Field and sentence, in the reader's language."""
    return [(FIELDS[field], SENTENCES[name]) for field, name in faults]
