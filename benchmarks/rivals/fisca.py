"""OpenFisca: a variable for each table of the tariff, with its formula over arrays."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from apps.catalogue.rules.tariff import OTHERWISE, Axis, AxisKind, FactKind, Table, Tariff
from benchmarks.rivals.common import Facts, cell, clamp, parts, steps

DAY = "2026-03"


def pricer(tariff: Tariff) -> Callable[[Sequence[Facts]], list[int]]:
    """From many facts to fen, all at once as it wants it; ImportError where it is not installed."""
    system, populations = _system(tariff)
    builder = import_module("openfisca_core.simulations").SimulationBuilder

    def price(rows: Sequence[Facts]) -> list[int]:
        simulation = builder().build_default_simulation(system, len(rows))
        for name in populations:
            simulation.set_input(name, DAY, np.array([_plain(row[name]) for row in rows]))
        premium = simulation.calculate("premium", DAY)
        return [round(float(amount) * 100) for amount in premium]

    return price


def _plain(value: Any) -> Any:
    return ";".join(sorted(value)) if isinstance(value, frozenset | list) else value


def _system(tariff: Tariff) -> tuple[Any, list[str]]:
    entities = import_module("openfisca_core.entities")
    systems = import_module("openfisca_core.taxbenefitsystems")
    periods, base = (
        import_module("openfisca_core.periods"),
        import_module("openfisca_core.variables"),
    )
    firm = entities.build_entity("firm", "firms", "firm", is_person=True)
    system = systems.TaxBenefitSystem([firm])

    def add(name: str, kind: type, formula: Callable[..., Any] | None = None) -> None:
        body: dict[str, Any] = {
            "value_type": kind,
            "entity": firm,
            "definition_period": periods.MONTH,
            "label": name,
        }
        if formula:
            body["formula"] = formula
        system.add_variable(type(name, (base.Variable,), body))

    asked = tariff.asked
    for fact in asked:
        add(fact.code, float if fact.kind == FactKind.NUMBER else str)
    for table, axis, name in steps(tariff):
        is_number = tariff.fact[axis.fact].kind == FactKind.NUMBER
        add(name, str if table.gives else float, _formula(table, axis, is_number))
    add("premium", float, _premium(tariff))
    return system, [fact.code for fact in asked]


def _formula(table: Table, axis: Axis, is_number: bool) -> Callable[..., Any]:
    points = list(axis.points)
    if axis.kind == AxisKind.PREFIX:
        points.sort(key=lambda point: -len(point.key))
    convert: Callable[[str], Any] = str if table.gives else float
    values = [convert(cell(table, point.key)) for point in points]
    keys = [point.key for point in points]

    def formula(firm: Any, period: Any) -> Any:
        given = firm(axis.fact, period)
        if axis.kind == AxisKind.TIER:
            tests = [given >= float(key) for key in reversed(keys)]
            return np.select(tests, values[::-1])
        if axis.kind == AxisKind.PREFIX:
            tests = [np.char.startswith(given.astype(str), key) for key in keys]
        elif axis.kind == AxisKind.FIRST:
            text = given.astype(str)
            tests = [
                np.char.find(text, key) >= 0 if key != OTHERWISE else np.ones(len(text), bool)
                for key in keys
            ]
        else:
            tests = [given == (float(key) if is_number else key) for key in keys]
        return np.select(tests, values, "" if table.gives else 0.0)

    return formula


def _premium(tariff: Tariff) -> Callable[..., Any]:
    plain, held = parts(tariff)
    low, high = clamp(tariff)

    def formula(firm: Any, period: Any) -> Any:
        amount = firm("heads", period)
        for name in plain:
            amount = amount * firm(name, period)
        factor = 1.0
        for name in held:
            factor = factor * firm(name, period)
        amount = amount * np.clip(factor, float(low), float(high))
        return np.maximum(np.floor(amount * 100 + 0.5) / 100, float(tariff.minimum))

    return formula
