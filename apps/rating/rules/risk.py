"""What is known of a risk, as a tariff takes it: typed, and refused by name if it does not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.tariff import Fact, FactKind, Tariff

Risk = Mapping[str, Any]


class Why(StrEnum):
    MISSING = "missing"
    UNKNOWN = "unknown"  # a code that the table does not have
    OUTSIDE = "outside"  # a number that no step of the table contains
    MALFORMED = "malformed"
    DERIVED = "derived"  # told by the tariff itself, and by nobody else
    UNREASONED = "unreasoned"  # chosen in a range without saying why
    REQUIRES = "requires"  # an add-on without the one it comes with


class CannotPrice(Exception):
    """There is no premium; `fact` says on account of what."""

    def __init__(self, why: Why, fact: str, value: Any = None) -> None:
        super().__init__(f"{fact}: {why} {value!r}")
        self.why, self.fact, self.value = why, fact, value


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value taken from the range of a table, and the reason for it."""

    value: Decimal
    reason: str


def typed(tariff: Tariff, given: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they come from a form, a file or a frozen worksheet, as `price` takes them."""
    if told := tariff.derived & given.keys():
        raise CannotPrice(Why.DERIVED, min(told))
    return {
        fact.code: _typed(fact, given[fact.code]) for fact in tariff.asked if fact.code in given
    }


def plain(tariff: Tariff, risk: Risk) -> dict[str, Any]:
    """The same facts as a document keeps them, in the tariff's order."""
    return {fact.code: _plain(risk[fact.code]) for fact in tariff.asked if fact.code in risk}


def _typed(fact: Fact, value: Any) -> Any:
    match fact.kind:
        case FactKind.NUMBER:
            return _number(fact, value)
        case FactKind.CODE if isinstance(value, str):
            return value
        case FactKind.CODES if isinstance(value, list | tuple | set | frozenset):
            return frozenset(str(code) for code in value)
        case FactKind.CHOSEN if isinstance(value, Chosen):
            return value
        case FactKind.CHOSEN if isinstance(value, Mapping) and {"value", "reason"} <= value.keys():
            return Chosen(Decimal(_number(fact, value["value"])), str(value["reason"]))
    raise CannotPrice(Why.MALFORMED, fact.code, value)


def _number(fact: Fact, value: Any) -> int | Decimal:
    """Exact numbers only; whole ones become ints, since most are and ints are quick."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise CannotPrice(Why.MALFORMED, fact.code, value)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise CannotPrice(Why.MALFORMED, fact.code, value) from None
    if not number.is_finite() or number < 0:
        raise CannotPrice(Why.OUTSIDE, fact.code, value)
    return int(number) if number == int(number) else number


def _plain(value: Any) -> Any:
    match value:
        case int() | Decimal():
            return text_of(value)
        case frozenset():
            return sorted(value)
        case Chosen():
            return {"value": text_of(value.value), "reason": value.reason}
    return value
