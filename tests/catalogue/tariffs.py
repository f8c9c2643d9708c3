"""Sound tariffs of any shape: grids, lists, ranges, tiers, classes, cases."""

from decimal import Decimal

from hypothesis import strategies as st

from apps.catalogue.rules.documents import read

WORDS = st.text(
    st.characters(codec="gb18030", exclude_categories=["C", "Z"]), min_size=1, max_size=12
)
VALUES = st.decimals("0.000001", "99999999", places=6).map(lambda value: f"{value.normalize():f}")
CODES = st.from_regex(r"[a-zA-Z0-9_-]{1,12}", fullmatch=True)


def points_of(draw, kind, most):
    count = draw(st.integers(1, most))
    if kind in {"tier", "linear"}:
        keys = sorted(draw(st.sets(st.integers(0, 10**9), min_size=count, max_size=count)))
        keys = [str(key) for key in keys]
    else:
        keys = draw(st.lists(CODES, min_size=count, max_size=count, unique=True))
    ends = [*keys[1:], ""] if kind == "tier" else [""] * count
    named = st.one_of(st.just(""), WORDS)
    return [[key, draw(named), draw(named), end] for key, end in zip(keys, ends, strict=True)]


@st.composite
def axes(draw, facts, most=3):
    found = []
    number = draw(st.integers(0, most))
    for at in range(number):
        kinds = ["exact", "tier", "prefix", "first"] + (["linear"] if at == number - 1 else [])
        kind = draw(st.sampled_from(kinds))
        name = f"f{len(facts)}"
        facts[name] = "number" if kind in {"tier", "linear"} else "code"
        points = points_of(draw, kind, 5)
        found.append({"fact": name, "kind": kind, "points": points})
    return found


def combinations(table_axes):
    keys = [[]]
    for axis in table_axes:
        keys = [[*before, point[0]] for before in keys for point in axis["points"]]
    return keys


@st.composite
def tables(draw, facts, groups):
    kind = draw(st.sampled_from(["base", "addon", "factor", "class"]))
    code = f"t{len(facts)}_{draw(st.integers(0, 10**6))}"
    own = {"code": code, "kind": kind, "name": draw(WORDS), "name_en": draw(st.just("") | WORDS)}
    table_axes = draw(axes(facts))
    keys = combinations(table_axes)
    if kind == "class":
        own["gives"] = f"given{code}"
        facts[own["gives"]] = "code"
        cells = [[*each, draw(CODES)] for each in keys]
    elif kind == "factor" and draw(st.booleans()):
        facts[code] = "chosen"
        low, high = sorted([draw(VALUES), draw(VALUES)], key=Decimal)
        cells = [[*each, low, high] for each in keys]
    else:
        cells = [[*each, draw(VALUES)] for each in keys]
    if kind == "factor":
        own["group"] = draw(st.sampled_from(groups))
    if kind in {"base", "addon"}:
        own |= {"exposure": "heads", "per": draw(st.sampled_from([1, 1000]))}
    if kind == "addon":
        own |= {
            "share_of": draw(st.sampled_from(["", "base", "premium"])),
            "is_adjusted": draw(st.booleans()),
        }
    several = draw(st.sampled_from(["", "highest", "lowest"]))
    return {**own, "several": several, "axes": table_axes, "cells": cells}


def fact_value(draw, kind):
    match kind:
        case "number":
            return draw(st.integers(0, 10**12) | VALUES)
        case "codes":
            return draw(st.lists(CODES, max_size=3))
        case "chosen":
            return {"value": draw(VALUES), "reason": draw(WORDS)}
    return draw(CODES)


@st.composite
def sound_tariffs(draw):
    facts = {"heads": "number", "tags": "codes"}
    groups = [f"g{number}" for number in range(draw(st.integers(1, 3)))]
    found = [
        {"code": "base", "kind": "base", "name": "底", "exposure": "heads", "cells": [["100"]]}
    ]
    found += [draw(tables(facts, groups)) for _each in range(draw(st.integers(0, 4)))]
    bounds = draw(st.sampled_from([{}, {"lowest": "0.7", "highest": "1.3"}, {"lowest": "0.7"}]))
    asked = [code for code in facts if not code.startswith("given")]
    golden = [
        {
            "name": draw(WORDS),
            "facts": {code: fact_value(draw, facts[code]) for code in draw(st.sets(some(asked)))},
            "premium": f"{draw(st.decimals(0, 10**9, places=2)):f}",
            "source": draw(st.just("") | WORDS),
        }
        for _each in range(draw(st.integers(0, 3)))
    ]
    return read(
        {
            "code": "any",
            "number": draw(st.integers(1, 99)),
            "facts": [
                {"code": code, "kind": kind, "name": draw(WORDS)} for code, kind in facts.items()
            ],
            "groups": [{"code": code, "name": draw(WORDS), **bounds} for code in groups],
            "tables": found,
            "minimum": draw(st.sampled_from(["", "200", "0.01"])),
            "golden": golden,
            **bounds,
        }
    )


def some(codes):
    return st.sampled_from(codes)
