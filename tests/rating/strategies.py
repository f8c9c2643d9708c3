"""Tariffs of every shape the model has, and risks for them, some of which have no premium."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from apps.catalogue.rules.documents import read
from apps.catalogue.rules.tariff import FactKind, TableKind, Tariff
from apps.rating.rules.risk import Chosen

VALUES = st.decimals("0.001", "3", places=3).map(str)
TIES = st.sampled_from(["0.5", "0.25", "1.25", "0.05", "1.005", "0.7", "1.3", "1"])
ANY_VALUE = st.one_of(VALUES, TIES)
DISCOUNTS = st.decimals("0.60", "1.05", places=4).map(str)
AMOUNTS = st.decimals("0.01", "5000", places=2).map(str)
CODES = ["a", "ab", "abc", "b", "bc", "c"]
TIERS = [["0", "", "", "21"], ["21", "", "", "101"], ["101", "", "", "1001"], ["1001", "", "", ""]]
LINE = [["0"], ["30"], ["1000.5"], ["7000"]]
TAGS = ["dust", "gas", "-"]
CLASSES = ["I", "II"]
FACTS = [
    ("heads", "number", 0),
    ("cost", "number", 2),
    ("industry", "code", 0),
    ("trades", "codes", 0),
    ("tags", "codes", 0),
    ("grade", "code", 0),
    ("class", "code", 0),
    ("addons", "codes", 0),
]
AXES = {
    "tier": {"fact": "heads", "kind": "tier", "points": TIERS},
    "line": {"fact": "cost", "kind": "linear", "points": LINE},
    "prefix": {"fact": "industry", "kind": "prefix", "points": [[code] for code in CODES[:4]]},
    "first": {"fact": "tags", "kind": "first", "points": [[key] for key in TAGS]},
    "grade": {"fact": "grade", "kind": "exact", "points": [["x"], ["y"]]},
    "trades": {"fact": "trades", "kind": "prefix", "points": [[code] for code in CODES[:4]]},
    "class": {"fact": "class", "kind": "exact", "points": [[code] for code in CLASSES]},
}


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    tables = [_class(draw), _base(draw, "base", "heads")]
    if draw(st.booleans()):
        tables.append(_base(draw, "works", "cost"))
    groups: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 3))):
        groups.append(_group(draw, f"g{number}"))
        tables += [
            _factor(draw, f"g{number}_{each}", groups[-1])
            for each in range(draw(st.integers(1, 3)))
        ]
    for number in range(draw(st.integers(0, 2))):
        tables.append(_addon(draw, f"more{number}", "more0" if number else ""))
    facts = [
        {"code": code, "kind": kind, "name": code, "places": places} for code, kind, places in FACTS
    ]
    facts += [
        {"code": table["code"], "kind": "chosen", "name": table["code"]}
        for table in tables
        if table.pop("is_range", False)
    ]
    bounds = _bounds(draw, st.sampled_from(["0.5", "0.70", "1", "1.30", "2"]))
    whole = {
        "code": "any",
        "number": 1,
        "facts": facts,
        "groups": groups,
        "tables": tables,
        "minimum": draw(st.sampled_from(["", "100", "12345.67"])),
        "maximum": draw(st.sampled_from(["", "20000"])),
    }
    return read({**whole, **bounds})


def _class(draw: st.DrawFn) -> dict[str, Any]:
    points = [point[0] for point in AXES["prefix"]["points"]]
    cells = [[key, draw(st.sampled_from([*CLASSES, "IX"]))] for key in points]
    own = {"code": "class", "kind": "class", "gives": "class", "name": "class"}
    return {**own, "axes": [AXES["prefix"]], "cells": cells}


def _base(draw: st.DrawFn, code: str, exposure: str) -> dict[str, Any]:
    axes = draw(st.sampled_from([[], ["class"], ["grade", "class"], ["trades"], ["tier", "grade"]]))
    per = draw(st.sampled_from([1, 1000]))
    own = {"code": code, "kind": "base", "name": code, "exposure": exposure, "per": per}
    is_range = "trades" not in axes and draw(st.integers(0, 3)) == 0
    return _filled(draw, own, axes, AMOUNTS, is_range=is_range)


def _group(draw: st.DrawFn, code: str) -> dict[str, Any]:
    strategy = draw(st.sampled_from(["product", "best", "discounts"]))
    own = {"code": code, "name": code, "strategy": strategy, "is_float": draw(st.booleans())}
    return {**own, **_bounds(draw, VALUES)}


def _factor(draw: st.DrawFn, code: str, group: dict[str, Any]) -> dict[str, Any]:
    names = [*AXES, "grade"]
    axes = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    axes.sort(key=lambda name: name == "line")
    values = DISCOUNTS if group["strategy"] == "discounts" else ANY_VALUE
    own = {"code": code, "kind": "factor", "name": code, "group": group["code"]}
    is_range = draw(st.integers(0, 5)) == 0
    return _filled(draw, own, axes, values, is_range=is_range)


def _addon(draw: st.DrawFn, code: str, requires: str) -> dict[str, Any]:
    share = draw(st.sampled_from(["", "base", "premium"]))
    own = {
        "code": code,
        "kind": "addon",
        "name": code,
        "share_of": share,
        "exposure": "" if share else draw(st.sampled_from(["", "heads"])),
        "is_adjusted": draw(st.booleans()),
        "requires": requires,
    }
    return _filled(draw, own, draw(st.sampled_from([[], ["grade"], ["tier"]])), ANY_VALUE)


def _filled(
    draw: st.DrawFn,
    own: dict[str, Any],
    names: list[str],
    values: st.SearchStrategy[str],
    *,
    is_range: bool = False,
) -> dict[str, Any]:
    axes = [AXES[name] for name in names]
    lines: list[list[str]] = [[]]
    for axis in axes:
        lines = [[*line, point[0]] for line in lines for point in axis["points"]]
    ends = [[draw(values)] for _ in lines]
    if is_range:
        ends = [sorted([end[0], draw(values)], key=Decimal) for end in ends]
    several = draw(st.sampled_from(["highest", "lowest"])) if "trades" in names else ""
    cells = [[*line, *end] for line, end in zip(lines, ends, strict=True)]
    return {**own, "axes": axes, "cells": cells, "several": several, "is_range": is_range}


def _bounds(draw: st.DrawFn, values: st.SearchStrategy[str]) -> dict[str, str]:
    low, high = sorted(draw(st.tuples(values, values)), key=Decimal)
    return draw(st.sampled_from([{}, {"lowest": low}, {"lowest": low, "highest": high}]))


HEADS = st.one_of(st.sampled_from([0, 20, 21, 100, 101, 1000, 1001]), st.integers(1, 20_000))
COSTS = st.one_of(
    st.integers(1, 7000), st.decimals("0.01", "7100", places=2), st.just(Decimal("1.005"))
)


def facts_for(tariff: Tariff) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly risks that have a premium; now and then a fact is missing or means nothing."""
    known: dict[str, st.SearchStrategy[Any]] = {
        "heads": HEADS,
        "cost": COSTS,
        "industry": st.sampled_from([*CODES, "zz"]),
        "trades": st.frozensets(st.sampled_from([*CODES, "zz"]), max_size=3),
        "tags": st.frozensets(st.sampled_from(["dust", "gas", "other"])),
        "grade": st.sampled_from(["x", "x", "y", "y", "y", "no"]),
        "addons": st.frozensets(
            st.sampled_from([table.code for table in tariff.of_kind(TableKind.ADDON)] or ["x"])
        ),
    }
    for fact in tariff.facts:
        if fact.kind == FactKind.CHOSEN:
            known[fact.code] = _chosen(tariff, fact.code)
    return st.fixed_dictionaries({}, optional=known) | st.fixed_dictionaries(known)


def _chosen(tariff: Tariff, code: str) -> st.SearchStrategy[Chosen]:
    cells = tariff.table[code].cells.values()
    ends = [bound for cell in cells for bound in (cell.value, cell.highest) if bound is not None]
    values = st.sampled_from(ends) | st.decimals(min(ends), max(ends), places=3)
    values |= st.just(ends[0] + Decimal("0.0000001"))
    return st.builds(Chosen, values, st.sampled_from(["看过现场", "看过现场", " "]))
