"""A share round as a document: what anybody may hand to the arithmetic, checked before it counts.

Figures are read exactly, whether written as numbers or as text; nothing passes through a float.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.pools.rules import WHOLE, Member, Terms

MOST_MEMBERS = 1_000
MOST_DIGITS = 40
MEMBER_KEYS = {"code", "share", "business", "score", "probation"}
RATIOS = ("damping", "business_weight", "score_slope")
POINTS = ("floor", "cap", "step", "entry")
TERM_KEYS = {*RATIOS, "score_norm", *POINTS}


class NotJson(DomainError):
    code = "not_json"


class DocumentRefused(DomainError):
    code = "share_document_refused"


def parsed(text: bytes) -> Any:
    try:
        return json.loads(
            text.decode(), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once
        )
    except (ValueError, RecursionError) as broken:
        raise NotJson(_("输入不是有效的 JSON：%(why)s。") % {"why": broken}) from broken


def _no_number(word: str) -> None:
    raise ValueError(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The same name twice would silently drop the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DocumentRefused(_("“%(name)s”在同一处写了两次。") % {"name": twice})
    return found


def read(document: Any) -> tuple[list[Member], Terms]:
    """Members and terms, or a refusal that says where and what."""
    _only(document, {"members", "terms"}, _("输入"))
    rows = document.get("members")
    if not isinstance(rows, list) or not rows:
        raise DocumentRefused(_("members 应是至少有一个成员的列表。"))
    if len(rows) > MOST_MEMBERS:
        raise DocumentRefused(_("成员不能超过 %(most)s 个。") % {"most": MOST_MEMBERS})
    members = [_member(row, number) for number, row in enumerate(rows, start=1)]
    codes = [member.code for member in members]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise DocumentRefused(_("成员 %(code)s 出现了不止一次。") % {"code": twice[0]})
    total = sum(member.share or 0 for member in members)
    if total > WHOLE:
        text = _("上一期份额合计 %(total)s 个基点，超过 10000。") % {"total": total}
        raise DocumentRefused(text)
    terms = document.get("terms")
    return members, terms_from({} if terms is None else terms)


def terms_from(given: Any) -> Terms:
    """Terms that are left out are those of the design."""
    _only(given, TERM_KEYS, "terms")
    facts: dict[str, Any] = {}
    for name, value in given.items():
        where = _("条款“%(name)s”") % {"name": name}
        if name in POINTS:
            facts[name] = _points(value, where)
        else:
            facts[name] = _figure(value, where, most=100 if name == "score_norm" else 1)
    terms = Terms(**facts)
    if terms.floor > terms.cap:
        facts = {"floor": terms.floor, "cap": terms.cap}
        raise DocumentRefused(_("下限 floor %(floor)s 高于上限 cap %(cap)s。") % facts)
    return terms


def _only(given: Any, known: set[str], where: str) -> None:
    if not isinstance(given, Mapping):
        raise DocumentRefused(_("%(where)s应是一个 JSON 对象。") % {"where": where})
    if unknown := sorted(set(given) - known):
        facts = {"where": where, "name": unknown[0], "known": "、".join(sorted(known))}
        raise DocumentRefused(_("%(where)s里有不认识的“%(name)s”；可用：%(known)s。") % facts)


def _member(row: Any, number: int) -> Member:
    where = _("第 %(number)s 个成员") % {"number": number}
    _only(row, MEMBER_KEYS, where)
    code = row.get("code")
    if not isinstance(code, str) or not code.strip():
        raise DocumentRefused(_("%(where)s的 code 应是非空文字。") % {"where": where})
    if "share" not in row:
        text = _("%(where)s没有填；新加入的成员填 null。")
        raise DocumentRefused(text % {"where": _place(code, "share")})
    share = None if row["share"] is None else _points(row["share"], _place(code, "share"))
    probation = row.get("probation", False)
    if not isinstance(probation, bool):
        text = _("%(where)s应是 true 或 false。")
        raise DocumentRefused(text % {"where": _place(code, "probation")})
    if share is None:  # what an entrant did does not count yet, so it may be left out
        row = {"business": 0, "score": 0} | {key: row[key] for key in row if row[key] is not None}
    return Member(
        code,
        share,
        _figure(row.get("business"), _place(code, "business"), most=None),
        _figure(row.get("score"), _place(code, "score"), most=100),
        probation,
    )


def _place(code: str, name: str) -> str:
    return _("成员 %(code)s 的“%(name)s”") % {"code": code, "name": name}


def _figure(value: Any, where: str, *, most: int | None) -> Fraction:
    """A number that is not negative, as a JSON number or as text."""
    number = _decimal(value)
    if number is None:
        facts = {"where": where, "value": _shown(value)}
        raise DocumentRefused(_("%(where)s应是数字，现在是 %(value)s。") % facts)
    if number < 0 or (most is not None and number > most):
        told = {"where": where, "value": _shown(value), "most": str(most)}
        text = _("%(where)s不能是负数，现在是 %(value)s。")
        if most is not None:
            text = _("%(where)s应在 0 到 %(most)s 之间，现在是 %(value)s。")
        raise DocumentRefused(text % told)
    return Fraction(number)


def _points(value: Any, where: str) -> int:
    number = _decimal(value)
    if number is None or number != int(number) or not 0 <= number <= WHOLE:
        facts = {"where": where, "value": _shown(value)}
        raise DocumentRefused(_("%(where)s应是 0 到 10000 的整数基点，现在是 %(value)s。") % facts)
    return int(number)


def _decimal(value: Any) -> Decimal | None:
    """None for what is no finite number of a sensible length."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    if not number.is_finite() or "_" in str(value):
        return None
    digits, exponent = len(number.as_tuple().digits), int(number.as_tuple().exponent)
    return number if digits <= MOST_DIGITS and abs(exponent) <= MOST_DIGITS else None


def _shown(value: Any) -> str:
    text = _("空") if value is None else str(value)
    return text if len(text) <= MOST_DIGITS else f"{text[:MOST_DIGITS]}…"
