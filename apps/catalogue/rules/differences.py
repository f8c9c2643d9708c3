"""What one tariff says otherwise than another, part by part and cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum, auto
from typing import Any

from apps.catalogue.rules.documents import write
from apps.catalogue.rules.tariff import Tariff

Part = Mapping[str, Any]
BOUNDS = ("lowest", "highest", "minimum", "maximum")


class What(StrEnum):
    CELL = auto()
    BOUND = auto()
    FACT = auto()
    GROUP = auto()
    TABLE = auto()
    AXIS = auto()
    GOLDEN = auto()


@dataclass(frozen=True, slots=True)
class Difference:
    """`where` names the place: the keys of a cell, the code of a part, the name of a case."""

    what: What
    table: str
    where: tuple[str, ...]
    before: str
    after: str

    @property
    def percent(self) -> Decimal | None:
        return change_of(self.before, self.after)


def change_of(before: str, after: str) -> Decimal | None:
    """By how many percent a number moved; None where there is none to compare."""
    try:
        old, new = Decimal(before), Decimal(after)
    except InvalidOperation:
        return None
    return (new - old) / old * 100 if old else None


def differences(before: Tariff, after: Tariff) -> list[Difference]:
    old, new = write(before), write(after)
    return [
        *_bounds(old, new),
        *_parts(What.FACT, old["facts"], new["facts"], "code"),
        *_parts(What.GROUP, old["groups"], new["groups"], "code"),
        *_tables(old["tables"], new["tables"]),
        *_parts(What.GOLDEN, old["golden"], new["golden"], "name"),
    ]


def _bounds(old: Part, new: Part) -> Iterator[Difference]:
    for name in BOUNDS:
        if old[name] != new[name]:
            yield Difference(What.BOUND, "", (name,), old[name], new[name])


def _parts(what: What, old: list[Any], new: list[Any], key: str) -> Iterator[Difference]:
    """Whole lines that came, went, or say something else."""
    before, after = ({each[key]: _line(each) for each in parts} for parts in (old, new))
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield Difference(what, "", (name,), before.get(name, ""), after.get(name, ""))


def _line(part: Part) -> str:
    said = (_said(value) for name, value in part.items() if name not in {"code", "axes", "cells"})
    return " · ".join(word for word in said if word)


def _said(value: Any) -> str:
    """Equal content in equal words, in whatever order a database kept it."""
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_said(value[name])}" for name in sorted(value))
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _tables(old: list[Any], new: list[Any]) -> Iterator[Difference]:
    yield from _parts(What.TABLE, old, new, "code")
    before, after = ({each["code"]: each for each in parts} for parts in (old, new))
    for code in dict.fromkeys([*before, *after]):
        one, other = before.get(code, {}), after.get(code, {})
        yield from _axes(code, one.get("axes", []), other.get("axes", []))
        cells = _cells(one), _cells(other)
        for keys in dict.fromkeys([*cells[0], *cells[1]]):
            values = cells[0].get(keys, ""), cells[1].get(keys, "")
            if values[0] != values[1]:
                yield Difference(What.CELL, code, keys, *values)


def _axes(code: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    for number in range(max(len(old), len(new))):
        one = old[number] if number < len(old) else {}
        other = new[number] if number < len(new) else {}
        if one != other:
            fact = str((other or one)["fact"])
            yield Difference(What.AXIS, code, (fact,), _steps(one, other), _steps(other, one))


def _steps(axis: Part, other: Part) -> str:
    """What of an axis the other has not: its way of reading, its steps, or their places."""
    ways = [str(axis.get(name, "")) for name in ("kind", "trend") if axis != other]
    same = ways == [str(other.get(name, "")) for name in ("kind", "trend")]
    lines, others = axis.get("points", []), other.get("points", [])
    own = [line for line in lines if line not in others]
    if not own and len(lines) == len(others):
        own = [line for line, at in zip(lines, others, strict=True) if line != at]
    steps = [" ".join(filter(None, (line[1] or line[0], line[3]))) for line in own]
    return "、".join([*(way for way in ways if way and not same), *steps])


def _cells(table: Part) -> dict[tuple[str, ...], str]:
    width = len(table.get("axes", ()))
    return {tuple(line[:width]): " – ".join(line[width:]) for line in table.get("cells", ())}
