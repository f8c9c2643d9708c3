"""The gate lets a sound tariff through and stops a faulty one with its table and cell."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.catalogue.rules.checks import faults
from apps.catalogue.rules.files import read_tariff_file
from apps.catalogue.rules.tariff import Cell
from apps.rating.gate.words import told
from apps.rating.rules.gate import GateCancelled, GateKind, Watch, examine
from apps.rating.rules.plan import compiled
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice, typed
from tests.rating.strategies import tariffs
from tests.rating.tariffs import EXAMPLES, factor, foshan, small, zhongshan

pytestmark = pytest.mark.no_database


def section(report, kind):
    return next(section for section in report.sections if section.kind == kind)


def with_cell(tariff, code, key, value):
    """The tariff with one value changed."""
    table = tariff.table[code]
    cells = {**table.cells, (key,): Cell(value=Decimal(value))}
    changed = replace(table, cells=cells)
    tables = tuple(changed if each.code == code else each for each in tariff.tables)
    return replace(tariff, tables=tables)


def test_the_shipped_tariff_passes_over_all_its_cells():
    report = examine(foshan())
    assert report.passed
    engines = section(report, GateKind.ENGINES)
    # class · heads at both ends · limit · deductible, and grade · accidents · site · credit · list
    assert engines.counts["cells"] == (3 * 12 * 9 * 3) * (4 * 4 * 3 * 6 * 2)
    assert engines.counts["compared"] == engines.counts["cells"]
    assert engines.counts["refused"] == 0
    assert report.document()["passed"] is True


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_published_scheme_passes(path):
    tariff = read_tariff_file(path)
    report = examine(tariff)
    assert report.passed, [section.faults[:2] for section in report.sections]
    assert len(told(report.document(), tariff)) == len(GateKind)


def test_a_neighbouring_citys_addons_are_examined_in_every_combination():
    report = examine(zhongshan())
    # indoor · outdoor · heads at both ends · limit · rescue · addons
    left = 3 * 3 * 8 * 3 * 2 * 6
    assert section(report, GateKind.ENGINES).counts["cells"] == left * 4 * 4 * 3 * 5 * 2
    assert report.passed, [one.faults for one in report.sections]


def test_two_engines_that_differ_in_one_cell_are_told_with_the_facts_that_show_it():
    tariff = foshan()
    entry = next(one for one in compiled(tariff).fixed[0].entries if one.table.code == "limit")
    entry.values[entry.keys.index(("800000",))] += 1

    engines = section(examine(tariff), GateKind.ENGINES)

    assert not engines.passed
    fault = engines.faults[0]
    assert fault.kind == "disagree"
    assert fault.facts["limit"] == "800000"
    assert Decimal(fault.expected) > Decimal(fault.found)


def test_a_limit_that_gets_cheaper_is_told_with_its_table_and_step():
    tariff = with_cell(foshan(), "limit", "800000", "1.10")
    axes = section(examine(tariff), GateKind.AXES)
    assert [(one.kind, one.table, one.cell) for one in axes.faults] == [
        ("against_trend", "limit", "800000")
    ]


def test_a_deductible_is_watched_even_where_its_table_says_nothing_of_it():
    tariff = foshan()
    table = tariff.table["deductible"]
    silent = replace(table, axes=(replace(table.axes[0], trend=""),))
    tables = tuple(silent if each.code == "deductible" else each for each in tariff.tables)
    tariff = with_cell(replace(tariff, tables=tables), "deductible", "2000", "1.02")

    order = section(examine(tariff), GateKind.ORDER)

    assert [(one.kind, one.table, one.cell) for one in order.faults] == [
        ("order", "deductible", "2000")
    ]
    fault = order.faults[0]
    assert Decimal(fault.found) > Decimal(fault.expected)


def test_a_known_premium_that_does_not_come_out_stops_the_tariff():
    tariff = foshan()
    wrong = replace(tariff.golden[0], premium=Decimal("12006.67"))
    golden = section(examine(replace(tariff, golden=(wrong,))), GateKind.GOLDEN)
    assert [(one.cell, one.expected, one.found) for one in golden.faults] == [
        (wrong.name, "12006.67", "12006.66")
    ]


def test_a_tariff_without_known_premiums_proves_nothing():
    golden = section(examine(replace(foshan(), golden=())), GateKind.GOLDEN)
    assert [one.kind for one in golden.faults] == ["no_golden"]


def test_nothing_is_priced_while_a_table_is_incomplete():
    tariff = foshan()
    table = tariff.table["credit"]
    cells = {keys: cell for keys, cell in table.cells.items() if keys != ("AA",)}
    tables = tuple(
        replace(each, cells=cells) if each.code == "credit" else each for each in tariff.tables
    )
    report = examine(replace(tariff, tables=tables))
    assert [one.kind for one in report.sections if one.skipped] == [
        GateKind.GOLDEN,
        GateKind.LOOKUPS,
        GateKind.ENGINES,
        GateKind.ORDER,
    ]
    assert not report.passed


def test_an_examination_is_told_how_far_it_is_and_ends_when_cancelled():
    seen = []
    examine(foshan(1), Watch(tell=lambda kind, done, total: seen.append((kind, done <= total))))
    assert {kind for kind, _fits in seen} == set(GateKind)
    assert all(fits for _kind, fits in seen)
    with pytest.raises(GateCancelled):
        examine(foshan(1), Watch(is_cancelled=lambda: True))


@given(tariffs())
@settings(max_examples=50, deadline=None)
def test_both_engines_agree_over_all_cells_of_any_tariff(tariff):
    report = examine(tariff, most=3000)
    assert [one.faults for one in report.sections if one.kind == GateKind.AXES] == [[]]
    assert section(report, GateKind.LOOKUPS).faults == []
    assert section(report, GateKind.ENGINES).faults == []


VALUES = st.decimals("0.5", "2", places=2).map(str)


@st.composite
def graded(draw):
    """A limit, a deductible and a grade, in tables whose values may or may not run together."""
    strategy = draw(st.sampled_from(["product", "best", "discounts"]))
    tables, facts = [], {"limit": "number", "deductible": "number", "grade": "code"}
    keys = {"limit": ["10", "20", "30"], "deductible": ["0", "5"], "grade": ["bad", "fair", "good"]}
    trends = {"limit": "rising", "deductible": "falling", "grade": "falling"}
    for number, name in enumerate(draw(st.lists(st.sampled_from([*keys]), min_size=2, max_size=4))):
        values = sorted(draw(st.tuples(VALUES, VALUES, VALUES)), key=Decimal)
        values = values if trends[name] == "rising" else values[::-1]
        table = factor(f"t{number}", dict(zip(keys[name], values, strict=False)))
        table["axes"][0] |= {"fact": name, "trend": draw(st.sampled_from([trends[name], ""]))}
        if draw(st.booleans()):
            table["axes"][0]["trend"] = ""
            table["cells"] = [*table["cells"][:-1], [table["cells"][-1][0], draw(VALUES)]]
        tables.append(table)
    groups = [{"code": "all", "name": "all", "strategy": strategy, "lowest": draw(VALUES)}]
    return small(
        facts=facts, tables=tables, groups=groups, minimum=draw(st.sampled_from(["", "150"]))
    )


@given(graded(), st.integers(1, 300))
@settings(max_examples=150, deadline=None)
def test_what_passes_is_in_order_and_what_does_not_shows_where(tariff, heads):
    assert faults(tariff) == []
    order = section(examine(tariff), GateKind.ORDER)
    for fault in order.faults:
        found = price(tariff, typed(tariff, fault.facts)).premium
        assert found == Decimal(fault.expected)
        assert found != Decimal(fault.found)
    if order.passed:
        known = {"heads": heads, "limit": 10, "deductible": 0, "grade": "bad"}
        for name, values in (("limit", (10, 20, 30)), ("deductible", (5, 0))):
            for less, more in pairwise(values):
                low, high = premium(tariff, known, name, less), premium(tariff, known, name, more)
                assert low is None or high is None or low <= high


def premium(tariff, known, name, value):
    try:
        return price(tariff, {**known, name: value}).premium
    except CannotPrice:
        return None
