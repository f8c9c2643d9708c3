"""GoRules ZEN: a decision graph with one decision table for each table of the tariff."""

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from importlib import import_module
from typing import Any

from apps.catalogue.rules.tariff import OTHERWISE, Axis, AxisKind, FactKind, Point, Table, Tariff
from benchmarks.rivals.common import Facts, cell, clamp, parts, steps

Node = dict[str, Any]


def pricer(tariff: Tariff) -> Callable[[Facts], int]:
    """From facts to fen; ImportError where the engine is not installed."""
    engine = import_module("zen").ZenEngine()
    decision = engine.create_decision(json.dumps(graph(tariff)))

    def price(facts: Facts) -> int:
        premium = decision.evaluate(facts)["result"]["premium"]
        return int(Decimal(str(premium)).scaleb(2).quantize(Decimal(1), ROUND_HALF_UP))

    return price


def graph(tariff: Tariff) -> Node:
    tables = [_table(tariff, *step) for step in steps(tariff)]
    nodes = [_node("in", "inputNode"), *tables, _expression(tariff), _node("out", "outputNode")]
    edges = [
        {"id": f"e{at}", "type": "edge", "sourceId": nodes[at]["id"], "targetId": node["id"]}
        for at, node in enumerate(nodes[1:])
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _node(name: str, kind: str, content: Node | None = None) -> Node:
    node = {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
    return node | ({"content": content} if content else {})


def _table(tariff: Tariff, table: Table, axis: Axis, name: str) -> Node:
    points = list(axis.points)
    if axis.kind == AxisKind.PREFIX:
        points.sort(key=lambda point: -len(point.key))
    is_number = tariff.fact[axis.fact].kind == FactKind.NUMBER
    rules = [
        {"_id": point.key, "i": _test(axis, point, is_number), "o": _told(table, point.key)}
        for point in points
    ]
    content = {
        "hitPolicy": "first",
        "passThrough": True,
        "executionMode": "single",
        "inputField": None,
        "outputPath": None,
        "inputs": [{"id": "i", "name": axis.fact, "field": axis.fact}],
        "outputs": [{"id": "o", "name": name, "field": name}],
        "rules": rules,
    }
    return _node(table.code, "decisionTableNode", content)


def _test(axis: Axis, point: Point, is_number: bool) -> str:
    if point.key == OTHERWISE:
        return ""
    if axis.kind == AxisKind.TIER:
        return f"[{point.key}..{point.upper})" if point.upper else f">= {point.key}"
    if axis.kind == AxisKind.PREFIX:
        return f'startsWith($, "{point.key}")'
    if axis.kind == AxisKind.FIRST:
        return f'contains($, "{point.key}")'
    return point.key if is_number else f'"{point.key}"'


def _told(table: Table, key: str) -> str:
    value = cell(table, key)
    return f'"{value}"' if table.gives else value


def _expression(tariff: Tariff) -> Node:
    plain, held = parts(tariff)
    low, high = clamp(tariff)
    factor = f"max([min([{' * '.join(held)}, {high}]), {low}])"
    amount = f"heads * {' * '.join(plain)} * {factor}"
    value = f"max([floor({amount} * 100 + 0.5) / 100, {tariff.minimum}])"
    content = {"passThrough": False, "expressions": [{"id": "p", "key": "premium", "value": value}]}
    return _node("premium", "expressionNode", content)
