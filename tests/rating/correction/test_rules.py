"""Credibility and off-balance, by their properties and against numbers reckoned elsewhere."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.rating.correction.rules import (
    Verdict,
    blended,
    breaks_order,
    cell_value,
    credibility,
    off_balance,
    verdict,
)

pytestmark = pytest.mark.no_database

CAP = Fraction(15, 100)
RATIOS = st.lists(
    st.tuples(st.fractions(Fraction(1, 5), 5, max_denominator=1000), st.integers(1, 10**9)),
    min_size=1,
    max_size=12,
)


def observed(groups):
    """Of lists of (weight, amount): what `credibility` takes."""
    rows = [(at, weight, amount) for at, group in enumerate(groups) for weight, amount in group]
    group, weight, amount = (np.array(column) for column in zip(*rows, strict=True))
    return credibility(group, weight.astype(float), amount.astype(float), len(groups))


class TestCredibility:
    def test_agrees_with_the_formula_worked_by_hand(self):
        """Two groups of two, reckoned on paper from the estimators of Bühlmann and Straub."""
        found = observed([[(100, 50), (100, 70)], [(200, 180), (200, 220)]])
        ratios, mean = [0.6, 1.0], 520 / 600
        within = (100 * 0.1**2 * 2 + 200 * 0.1**2 * 2) / 2
        apart = 200 * (0.6 - mean) ** 2 + 400 * (1.0 - mean) ** 2
        between = (apart - within) / (600 - (200**2 + 400**2) / 600)
        z = [w * between / (w * between + within) for w in (200, 400)]
        assert found.ratios.tolist() == pytest.approx(ratios)
        assert (found.within, found.between) == pytest.approx((within, between))
        assert found.z.tolist() == pytest.approx(z)

    @given(
        st.lists(
            st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 1000)), min_size=1, max_size=6),
            min_size=2,
            max_size=6,
        )
    )
    def test_lies_between_nothing_and_all_and_the_tempered_ratio_between_group_and_mean(
        self, groups
    ):
        found = observed(groups)
        assert ((found.z >= 0) & (found.z <= 1)).all()
        for ratio, believed in zip(found.ratios, found.believed, strict=True):
            low, high = sorted((float(ratio), found.mean))
            assert low - 1e-9 <= believed <= high + 1e-9

    @given(st.integers(2, 50))
    def test_the_same_experience_many_times_over_is_believed_more(self, times):
        once = [[(100, 20), (100, 120)], [(100, 200), (100, 60)]]
        few, many = observed(once), observed([group * times for group in once])
        assert (many.z >= few.z - 1e-12).all()

    def test_groups_that_chance_explains_are_not_believed(self):
        found = observed([[(100, 0), (100, 100)], [(100, 100), (100, 0)]])
        assert found.z.tolist() == [0.0, 0.0]

    @given(st.floats(0, 5), st.floats(0, 0.499))
    def test_there_is_no_verdict_below_one_half(self, ratio, z):
        assert verdict(ratio, z, target=0.65, tolerance=0.05) == Verdict.UNKNOWN

    @pytest.mark.parametrize(
        ("ratio", "told"),
        [(0.71, "too_low"), (0.70, "enough"), (0.60, "enough"), (0.59, "too_high")],
    )
    def test_the_verdict_at_its_edges(self, ratio, told):
        assert verdict(ratio, 0.5, target=0.65, tolerance=0.05) == told


class TestOffBalance:
    @given(RATIOS)
    def test_no_change_exceeds_the_cap_and_the_whole_is_balanced_exactly(self, pairs):
        ratios, weights = zip(*pairs, strict=True)
        found = off_balance(ratios, weights, cap=CAP)
        assert all(1 - CAP <= change <= 1 + CAP for change in found.changes)
        moved = sum(w * change for w, change in zip(weights, found.changes, strict=True))
        assert moved == sum(weights)

    @given(RATIOS, st.fractions(Fraction(1, 2), 2, max_denominator=100))
    def test_another_target_is_met_where_the_cap_allows_it(self, pairs, target):
        ratios, weights = zip(*pairs, strict=True)
        found = off_balance(ratios, weights, cap=CAP, target=target)
        moved = sum(w * change for w, change in zip(weights, found.changes, strict=True))
        if 1 - CAP <= target <= 1 + CAP:
            assert moved == target * sum(weights)
        else:
            bound = 1 - CAP if target < 1 else 1 + CAP
            assert moved == bound * sum(weights)

    @given(RATIOS)
    def test_whoever_should_rise_more_never_rises_less(self, pairs):
        ratios, weights = zip(*pairs, strict=True)
        found = off_balance(ratios, weights, cap=CAP)
        ordered = sorted(zip(ratios, found.changes, strict=True))
        assert [change for _ratio, change in ordered] == sorted(found.changes)

    def test_equal_ratios_change_nothing(self):
        assert off_balance([Fraction(2)] * 3, [1, 2, 3], cap=CAP).changes == (1, 1, 1)

    @given(
        st.decimals(Decimal("0.01"), Decimal("3"), places=4),
        st.fractions(1 - CAP, 1 + CAP, max_denominator=10**6),
    )
    def test_rounding_never_leaves_the_cap(self, current, change):
        assume(current >= Decimal("0.01"))
        value = cell_value(current, change, CAP)
        assert Fraction(current) * (1 - CAP) <= Fraction(value) <= Fraction(current) * (1 + CAP)
        assert value == value.quantize(Decimal("0.0001"))


@given(st.decimals(Decimal("0.1"), Decimal("3"), places=2), st.floats(0.1, 3), st.floats(0, 1))
def test_a_blend_lies_between_what_holds_and_what_is_indicated(current, indicated, z):
    found = float(blended(current, indicated, z))
    low, high = sorted((float(current), indicated))
    assert low - 1e-6 <= found <= high + 1e-6


def test_nothing_believed_leaves_what_holds():
    assert blended(Decimal("1.05"), 2.0, 0.0) == Fraction("1.05")


def test_an_order_is_broken_by_one_pair_the_wrong_way_round():
    values = [Decimal("1.1"), Decimal("1.0"), Decimal("1.05")]
    assert breaks_order(values, is_rising=False)
    assert not breaks_order(sorted(values), is_rising=True)
