"""Right at the edges: of tiers, of bounds, of the minimum, of the half fen, in both engines."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rating.rules.many import encode, price_many
from apps.rating.rules.pricing import price
from tests.rating.tariffs import factor, foshan, risk, small

pytestmark = pytest.mark.no_database

TARIFF = foshan()
EDGES = [(20, 21), (50, 51), (100, 101), (300, 301), (1000, 1001)]


def both(tariff, known):
    """The premium, after both engines said the same."""
    premium = price(tariff, known).premium
    assert price_many(tariff, encode(tariff, [known])).tolist() == [int(premium * 100)]
    return premium


def cell_of(known, code):
    (step,) = [step for step in price(TARIFF, known).steps if step.code == code]
    return step.cell


@pytest.mark.parametrize(("last", "first"), EDGES)
def test_a_tier_ends_with_the_last_head_before_the_next(last, first):
    known = risk(limit=500_000, standardisation="3", accidents="none_2")
    lower, upper = (
        cell_of(known | {"heads": last}, "size"),
        cell_of(known | {"heads": first}, "size"),
    )
    assert int(lower[0]) < first
    assert upper == (str(first),)
    for heads, (key,) in ((last, lower), (first, upper)):
        value = TARIFF.table["size"].cells[(key,)].value
        assert both(TARIFF, known | {"heads": heads}) == 120 * heads * value


def one_factor(value, **more):
    return small(
        facts={"a": "code"},
        groups=[{"code": "all", "name": "all"}],
        tables=[factor("a", {"x": value})],
        **more,
    )


BOUNDS = st.decimals("0.500", "2.000", places=3)


@given(BOUNDS, st.sampled_from(["-0.001", "0", "0.001"]), st.integers(1, 5000))
def test_a_clamp_holds_what_is_beyond_it_and_nothing_else(bound, offset, heads):
    value = bound + Decimal(offset)
    known = {"heads": heads, "a": "x"}
    above = both(one_factor(str(value), lowest="0.4", highest=str(bound)), known)
    below = both(one_factor(str(value), lowest=str(bound), highest="3"), known)
    assert above == (100 * heads * min(value, bound)).quantize(Decimal("0.01"))
    assert below == (100 * heads * max(value, bound)).quantize(Decimal("0.01"))


@given(st.integers(1, 5000), st.sampled_from([-1, 0, 1]))
def test_a_minimum_and_a_maximum_count_to_the_fen(heads, offset):
    exact = Decimal(100 * heads)
    bound = exact + Decimal(offset) / 100
    known = {"heads": heads, "a": "x"}
    assert both(one_factor("1", minimum=str(bound)), known) == max(exact, bound)
    assert both(one_factor("1", maximum=str(bound)), known) == min(exact, bound)


@given(st.integers(1, 10**6), st.integers(1, 3000))
def test_a_half_fen_goes_up_in_both_engines(halves, heads):
    """A factor of so many 100 000ths makes amounts of whole, half and tenth fen."""
    value = Decimal(halves) / 100_000
    exact = Fraction(100 * heads) * Fraction(value) * 100
    half_up = int(exact + Fraction(1, 2))
    assert both(one_factor(str(value)), {"heads": heads, "a": "x"}) == Decimal(half_up) / 100


@given(st.integers(0, 2_000_000), st.integers(1, 300))
def test_a_true_tie_goes_up(fen, heads):
    """Made so that the amount is fen and a half, exactly."""
    value = (Decimal(fen) + Decimal("0.5")) / 10_000
    known = {"heads": 1, "a": "x"}
    assert both(one_factor(f"{value:f}"), known) == Decimal(fen + 1) / 100
    assert both(one_factor(f"{value:f}"), known | {"heads": 2}) == Decimal(2 * fen + 1) / 100
