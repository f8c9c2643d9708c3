"""Why there is no premium, in the words of the person who can supply what is missing."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalogue.rules.tariff import Tariff
from apps.core.errors import DomainError
from apps.rating.rules.pricing import ADDONS
from apps.rating.rules.risk import CannotPrice, Why
from apps.reference.models.base import in_language


class RatingRefused(DomainError):
    code = "rating_refused"


class QuoteRefused(DomainError):
    code = "quote_refused"


WORDS: dict[Why, str | Promise] = {
    Why.MISSING: gettext_lazy("缺少“%(fact)s”，不能计算保费。"),
    Why.UNKNOWN: gettext_lazy("“%(fact)s”的取值“%(value)s”不在费率表内，不能计算保费。"),
    Why.OUTSIDE: gettext_lazy("“%(fact)s”的取值“%(value)s”超出费率表的范围，不能计算保费。"),
    Why.MALFORMED: gettext_lazy("“%(fact)s”的取值“%(value)s”不符合要求，不能计算保费。"),
    Why.DERIVED: gettext_lazy("“%(fact)s”由费率表得出，不能另行填写。"),
    Why.UNREASONED: gettext_lazy("“%(fact)s”的取值须说明理由。"),
    Why.REQUIRES: gettext_lazy("所选附加保障须与“%(value)s”同时投保。"),
}


def refusal(tariff: Tariff, cause: CannotPrice) -> RatingRefused:
    """The sentence names the fact; `field` carries its code."""
    words = {"fact": name_of(tariff, cause.fact), "value": _value(tariff, cause)}
    return RatingRefused(str(WORDS[cause.why]) % words, field=cause.fact)


def name_of(tariff: Tariff, code: str) -> str:
    """What a fact, a table or a group is called."""
    for parts in (tariff.fact, tariff.table, tariff.group):
        if part := parts.get(code):
            named: Any = part
            return in_language(named.name, named.name_en)
    return _("附加保障") if code == ADDONS else code


def _value(tariff: Tariff, cause: CannotPrice) -> str:
    value = cause.value
    if cause.why == Why.REQUIRES:
        return name_of(tariff, value)
    if isinstance(value, frozenset):
        return _("、").join(sorted(value))
    return "" if value is None else str(value)
