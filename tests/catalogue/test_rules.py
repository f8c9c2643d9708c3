"""What is wrong with a tariff is said by its place; what is right is drawn as a grid."""

import copy

import pytest

from apps.catalogue.rules.checks import FaultKind, faults
from apps.catalogue.rules.differences import differences
from apps.catalogue.rules.documents import DocumentFault, read, write
from apps.catalogue.selectors.grids import grids_of
from tests.rating.tariffs import foshan, small, zhongshan

pytestmark = pytest.mark.no_database

FOUR_WAYS = {
    "code": "works",
    "kind": "base",
    "name": "工程",
    "exposure": "cost",
    "per": 1000,
    "axes": [
        {"fact": "risk", "kind": "exact", "points": [["normal", "一般"], ["high", "高"]]},
        {"fact": "cost", "kind": "tier", "points": [["0", "小", "", "5000"], ["5000", "大"]]},
        {"fact": "total", "kind": "exact", "points": [["200"], ["400"]], "trend": "rising"},
    ],
    "cells": [
        ["normal", "0", "200", "1.45"],
        ["normal", "0", "400", "1.54"],
        ["normal", "5000", "200", "1.2"],
        ["normal", "5000", "400", "1.28"],
        ["high", "0", "200", "1.62"],
        ["high", "0", "400", "1.71"],
        ["high", "5000", "200", "1.37"],
        ["high", "5000", "400", "1.45"],
    ],
}
FACTS = {"risk": "code", "cost": "number", "total": "number"}


def works(**changed):
    return small(facts=FACTS, tables=[copy.deepcopy(FOUR_WAYS) | changed])


def found(tariff):
    return [(fault.kind, fault.table, fault.where) for fault in faults(tariff)]


@pytest.mark.parametrize("tariff", [foshan(1), foshan(2), zhongshan(), works()])
def test_sound_tariffs_have_no_fault(tariff):
    assert faults(tariff) == []


def axis(number, **changed):
    axes = copy.deepcopy(FOUR_WAYS["axes"])
    axes[number] |= changed
    return {"axes": axes}


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (
            axis(1, points=[["0", "", "", "4000"], ["5000"]]),
            (FaultKind.GAP, "works", "5000"),
        ),
        (
            axis(1, points=[["0", "", "", "6000"], ["5000"]]),
            (FaultKind.GAP, "works", "5000"),
        ),
        (
            {"cells": FOUR_WAYS["cells"][:-1]},
            (FaultKind.MISSING_CELL, "works", "high · 5000 · 400"),
        ),
        (
            {"cells": [*FOUR_WAYS["cells"], ["low", "0", "200", "1"]]},
            (FaultKind.STRAY_CELL, "works", "low · 0 · 200"),
        ),
        (
            {"cells": [*FOUR_WAYS["cells"][:-1], ["high", "5000", "400", "1.36"]]},
            (FaultKind.AGAINST_TREND, "works", "high · 5000 · 400"),
        ),
        (
            {"cells": [*FOUR_WAYS["cells"][:-1], ["high", "5000", "400", "0"]]},
            (FaultKind.NOT_POSITIVE, "works", "high · 5000 · 400"),
        ),
        ({"exposure": "risk"}, (FaultKind.WRONG_FACT, "works", "risk")),
        ({"exposure": "tonnes"}, (FaultKind.UNKNOWN_FACT, "works", "tonnes")),
        ({"kind": "factor", "group": "none"}, (FaultKind.UNKNOWN_GROUP, "works", "none")),
        ({"kind": "addon", "requires": "x"}, (FaultKind.UNKNOWN_ADDON, "works", "x")),
        (axis(2, kind="prefix"), (FaultKind.WRONG_FACT, "works", "total")),
        (axis(1, kind="linear"), (FaultKind.LINEAR_NOT_LAST, "works", "")),
        (
            axis(1, points=[["few", "", "", "5"], ["5000"]]),
            (FaultKind.NOT_A_NUMBER, "works", "few"),
        ),
        (axis(0, points=[["high"], ["high"]]), (FaultKind.TWICE, "works", "high")),
    ],
)
def test_a_fault_names_its_table_and_place(changed, fault):
    assert fault in found(works(**changed))


def test_bounds_that_cross_are_a_fault():
    assert (FaultKind.BOUNDS_CROSSED, "", "") in found(small(lowest="1.3", highest="0.7"))


@pytest.mark.parametrize(
    ("changed", "place"),
    [({"kind": "guess"}, "works.kind"), ({"several": "some"}, "works.several")],
)
def test_what_our_tables_cannot_express_is_named_and_never_approximated(changed, place):
    with pytest.raises(DocumentFault) as refused:
        works(**changed)
    assert refused.value.place == place


def test_a_number_that_is_none_is_named():
    with pytest.raises(DocumentFault, match="works: many"):
        works(cells=[["normal", "0", "200", "many"]])


def test_zeros_at_the_end_and_the_order_of_cells_do_not_change_what_is_written():
    one = works()
    other = works(cells=[[*cell[:-1], f"{cell[-1]}00"] for cell in FOUR_WAYS["cells"][::-1]])
    assert write(one) == write(other)
    assert write(read(write(one))) == write(one)


def test_more_than_two_axes_are_drawn_one_grid_for_each_point_of_the_others():
    table = next(table for table in grids_of(works()) if table.code == "works")
    assert [grid.caption for grid in table.grids] == ["risk 一般", "risk 高"]
    grid = table.grids[1]
    assert (grid.corner, grid.columns) == ("cost × total", ["200", "400"])
    assert [(row.label, row.values) for row in grid.rows] == [
        ("小", ["1.62", "1.71"]),
        ("大", ["1.37", "1.45"]),
    ]


class TestDifferences:
    """What one tariff says otherwise than another, no more and no less."""

    def told(self, before, after):
        return [
            (each.what.value, each.table, each.where, each.before, each.after)
            for each in differences(before, after)
        ]

    def test_equal_tariffs_differ_in_nothing(self):
        assert differences(foshan(2), foshan(2)) == []

    def test_a_step_that_came_is_told_with_its_cells(self):
        steps = [["0", "小", "", "5000"], ["5000", "大", "", "9000"], ["9000", "更大"]]
        document = copy.deepcopy(FOUR_WAYS)
        document["axes"][1]["points"] = steps
        document["cells"] += [["normal", "9000", "200", "1.1"]]
        after = small(facts=FACTS, tables=[document])
        assert self.told(works(), after) == [
            ("axis", "works", ("cost",), "大", "大 9000、更大"),
            ("cell", "works", ("normal", "9000", "200"), "", "1.1"),
        ]

    def test_only_what_changed_places_is_told_of_an_order(self):
        document = copy.deepcopy(FOUR_WAYS)
        document["axes"][0]["points"].reverse()
        after = small(facts=FACTS, tables=[document])
        assert self.told(works(), after) == [("axis", "works", ("risk",), "一般、高", "高、一般")]

    def test_percent_is_of_what_was(self):
        changed = copy.deepcopy(FOUR_WAYS)
        changed["cells"][0][-1] = "1.595"
        (each,) = differences(works(), small(facts=FACTS, tables=[changed]))
        assert each.percent == 10
