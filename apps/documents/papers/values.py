"""What a paper prints, as plain values: to JSON when it is issued, and back when it is printed."""

import json
from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from django.utils.functional import Promise

T = TypeVar("T")


def frozen(values: Any) -> dict[str, Any]:
    """A dataclass as JSON keeps it: amounts and days as text, so that nothing is rounded."""
    plain: dict[str, Any] = _plain(values)
    return plain


def thawed(kind: type[T], plain: Any) -> T:
    """The dataclass again. A paper is printed with the shape it was issued in."""
    value: T = _thaw(kind, plain)
    return value


def digest_of(plain: Any) -> str:
    """The same for the same content, whatever order its keys are stored in."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str | Promise | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    names = _names(cast(Hashable, type(value)))
    return {name: _plain(getattr(value, name)) for name in names}


@lru_cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _thaw(hint: Any, plain: Any) -> Any:
    if plain is None:
        return None
    if get_origin(hint) is tuple:
        return tuple(_thaw(get_args(hint)[0], part) for part in plain)
    if get_origin(hint) is not None or not isinstance(hint, type):  # `Decimal | None`
        (hint,) = (part for part in get_args(hint) if part is not type(None))
    if is_dataclass(hint):
        hints, make = get_type_hints(hint), cast(Any, hint)
        return make(**{name: _thaw(hints[name], part) for name, part in plain.items()})
    if hint is Decimal:
        return Decimal(plain)
    return date.fromisoformat(plain) if hint is date else plain
