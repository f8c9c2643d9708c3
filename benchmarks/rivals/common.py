"""What every rival needs of the shipped tariff: tables with one axis each, in the order of work."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.catalogue.rules.tariff import Axis, Table, TableKind, Tariff

Facts = Mapping[str, Any]


def steps(tariff: Tariff) -> list[tuple[Table, Axis, str]]:
    """Each table with its axis and the name of what it yields: classes, base, factors."""
    ordered = [
        *tariff.of_kind(TableKind.CLASS),
        *tariff.of_kind(TableKind.BASE),
        *tariff.of_kind(TableKind.FACTOR),
    ]
    return [(table, table.axes[0], table.gives or f"f_{table.code}") for table in ordered]


def cell(table: Table, key: str) -> str:
    """What the table has for a point: a code or a number."""
    found = table.cells[(key,)]
    return found.gives or f"{found.value:f}"


def parts(tariff: Tariff) -> tuple[list[str], list[str]]:
    """What is multiplied as it is, and what the overall clamp holds."""
    floats = {group.code for group in tariff.groups if group.is_float}
    factors = tariff.of_kind(TableKind.FACTOR)
    plain = [f"f_{table.code}" for table in tariff.of_kind(TableKind.BASE)]
    plain += [f"f_{table.code}" for table in factors if table.group not in floats]
    return plain, [f"f_{table.code}" for table in factors if table.group in floats]


def clamp(tariff: Tariff) -> tuple[Decimal, Decimal]:
    if tariff.lowest is None or tariff.highest is None:
        raise ValueError("The measured tariff has a clamp.")
    return tariff.lowest, tariff.highest
