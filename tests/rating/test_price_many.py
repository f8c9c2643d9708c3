"""Whole portfolios at once: the same fen, the same refusals, whatever the tariff and the risk."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.rating.rules.many import (
    REFUSED,
    Coded,
    encode,
    encode_columns,
    price_many,
    refusals,
)
from apps.rating.rules.many.numbers import Number, constant, decided, held, rounded, wrapped
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice
from tests.rating.strategies import facts_for, tariffs
from tests.rating.tariffs import factor, foshan, risk, small, zhongshan
from tests.rating.test_price_properties import RISKS

pytestmark = pytest.mark.no_database

TARIFF = foshan()


def one_by_one(tariff, rows):
    """What the plain engine says: fen, and the refusals with their facts."""
    fen, causes = [], {}
    for at, row in enumerate(rows):
        try:
            fen.append(int(price(tariff, row).premium * 100))
        except CannotPrice as cause:
            fen.append(REFUSED)
            causes[at] = (cause.why, cause.fact, cause.value)
    return fen, causes


def all_at_once(tariff, rows):
    columns = encode(tariff, rows)
    fen = price_many(tariff, columns)
    causes = refusals(tariff, columns, fen)
    return fen.tolist(), {at: (one.why, one.fact, one.value) for at, one in causes.items()}


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_tariff_and_any_risk_come_out_equal_to_the_fen(data):
    tariff = data.draw(tariffs())
    rows = data.draw(st.lists(facts_for(tariff), min_size=1, max_size=12))

    assert all_at_once(tariff, rows) == one_by_one(tariff, rows)


@given(st.lists(RISKS, min_size=1, max_size=40))
@settings(deadline=None)
def test_the_shipped_tariff_comes_out_equal_to_the_fen(rows):
    assert all_at_once(TARIFF, rows) == one_by_one(TARIFF, rows)


def test_the_neighbouring_citys_addons_and_lines_come_out_equal():
    known = {
        "indoor": 3,
        "outdoor": 17,
        "heads": 20,
        "rescue_limit": 10000,
        "standard": "2",
        "accidents": "3",
        "risk": "low",
        "integrity": "A",
        "blacklist": "no",
    }
    addons = [(), ("employer",), ("employer", "medical"), ("medical",), ("rescue",), ("other",)]
    rows = [
        {**known, "limit": limit, "addons": frozenset(chosen)}
        for limit in (100_000, 120_000, 150_000, Decimal("333333.33"), 1_000_000, 1_000_001)
        for chosen in addons
    ]
    assert all_at_once(zhongshan(), rows) == one_by_one(zhongshan(), rows)


@given(st.integers(1, 10**13), st.integers(1, 9))
def test_a_half_fen_goes_up_and_its_neighbours_do_not(fen, distance):
    """Amounts right at, and the least step beside, a half fen, where every float is in doubt."""
    over = 10**12
    for offset, expected in ((0, fen + 1), (-distance, fen), (distance, fen + 1)):
        top = (2 * fen + 1) * over // 200 + offset
        near = np.array([top / over])
        number = Number(near, 4e-16, np.array([wrapped(top)]), over)
        low, is_close = rounded(number)
        doubt = np.zeros(1, dtype=bool)
        told = decided(number, doubt) if is_close[0] else low
        assert int(told[0]) == expected
        assert not doubt[0]


@given(
    st.fractions(min_value="1/1000", max_value=3, max_denominator=10**6),
    st.fractions(min_value="1/1000", max_value=3, max_denominator=10**6),
)
def test_a_bound_holds_exactly_what_is_beyond_it(value, bound):
    doubt = np.zeros(1, dtype=bool)
    number = held(constant(value), None, bound, doubt)
    told = number.rest[0] * wrapped(1)
    assert not doubt[0]
    assert int(told) * min(value, bound).denominator == min(value, bound).numerator * number.over


def test_half_fens_are_priced_like_one_by_one():
    tariff = small(
        facts={"a": "code", "b": "code"},
        groups=[{"code": "all", "name": "all"}],
        tables=[factor("a", {"x": "1.0005", "y": "0.7775"}), factor("b", {"x": "0.1", "y": "0.3"})],
    )
    rows = [
        {"heads": heads, "a": a, "b": b} for heads in range(1, 2000) for a in "xy" for b in "xy"
    ]
    assert all_at_once(tariff, rows) == one_by_one(tariff, rows)


def test_columns_serve_every_change_of_values_but_not_of_axes():
    rows = [risk(), risk(heads=20), risk(industry="5211", tags=frozenset())]
    columns = encode(TARIFF, rows)
    size = TARIFF.table["size"]
    dearer = {
        keys: replace(cell, value=cell.value * Decimal("1.07")) for keys, cell in size.cells.items()
    }
    moved = {**TARIFF.table["risk_class"].cells}
    moved[("33",)] = replace(moved[("33",)], gives="III")
    for changed in (replace(size, cells=dearer), replace(TARIFF.table["risk_class"], cells=moved)):
        tables = tuple(changed if table.code == changed.code else table for table in TARIFF.tables)
        scenario = replace(TARIFF, tables=tables, minimum=Decimal(800), highest=Decimal("1.1"))
        assert price_many(scenario, columns).tolist() == one_by_one(scenario, rows)[0]
    axis = replace(size.axes[0], points=size.axes[0].points[:-1])
    cut = replace(size, axes=(axis,))
    tables = tuple(cut if table.code == "size" else table for table in TARIFF.tables)
    with pytest.raises(ValueError, match="other axes"):
        price_many(replace(TARIFF, tables=tables), columns)


def test_columns_may_come_as_arrays_and_as_codes_of_values():
    rows = [risk(heads=heads, credit=credit) for heads in (1, 20, 21, 5000) for credit in "ABX"]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns["heads"] = np.array(columns["heads"])
    columns["industry"] = Coded(["3311"], np.zeros(len(rows), np.intp))
    encoded = encode_columns(TARIFF, columns, len(rows))
    fen, causes = one_by_one(TARIFF, rows)
    assert price_many(TARIFF, encoded).tolist() == fen
    told = refusals(TARIFF, encoded, price_many(TARIFF, encoded))
    assert {at: (one.why, one.fact, one.value) for at, one in told.items()} == causes


def test_a_column_left_out_is_a_fact_nobody_knows():
    encoded = encode_columns(TARIFF, {"heads": np.array([1, 2])}, 2)
    fen = price_many(TARIFF, encoded)
    assert fen.tolist() == [REFUSED, REFUSED]
    assert {one.fact for one in refusals(TARIFF, encoded, fen, at_most=1).values()} == {"industry"}


def test_a_fact_that_the_tariff_tells_itself_is_refused():
    rows = [risk(), risk(risk_class="I")]
    assert all_at_once(TARIFF, rows) == one_by_one(TARIFF, rows)


def test_a_heap_of_heads_beyond_any_float_is_still_exact():
    rows = [risk(heads=2**45 + 1, industry="5211"), risk(heads=2**46 + 1, industry="5211")]
    assert all_at_once(TARIFF, rows) == one_by_one(TARIFF, rows)
    cheap = small(
        groups=[{"code": "all", "name": "all"}],
        facts={"a": "code"},
        tables=[factor("a", {"x": "0.0105"})],
    )
    rows = [{"heads": heads, "a": "x"} for heads in (2**53 - 1, 2**53 + 1, 2**55 + 1)]
    assert all_at_once(cheap, rows) == one_by_one(cheap, rows)
