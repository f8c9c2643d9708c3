"""Whole columns are split exactly as one amount is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.money import split_fen
from apps.core.splitting import split_many

pytestmark = pytest.mark.no_database
AMOUNTS = st.lists(st.integers(-(10**12), 10**12) | st.integers(-20, 20), max_size=30)
WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=20).filter(any)


@settings(max_examples=1_000, deadline=None)
@given(amounts=AMOUNTS, weights=WEIGHTS)
def test_columns_and_single_amounts_agree_to_the_fen(amounts, weights):
    named = {f"m{place}": weight for place, weight in enumerate(weights)}
    keys = [f"AZ-{place}" for place in range(len(amounts))]
    many = split_many(np.array(amounts, dtype=np.int64), named, keys=keys)
    for row, (fen, key) in enumerate(zip(amounts, keys, strict=True)):
        plain = split_fen(fen, named, key=key)
        assert many[row].tolist() == [plain[member] for member in named]
        assert sum(many[row].tolist()) == fen


@settings(max_examples=1_000, deadline=None)
@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=10),
    weights=st.sampled_from([(1, 1), (1, 1, 1), (3, 3, 3, 3), (5_000, 2_500, 2_500)]),
)
def test_ties_are_broken_by_the_document_in_both(amounts, weights):
    named = {f"m{place}": weight for place, weight in enumerate(weights)}
    keys = [f"AZ-{fen}" for fen in amounts]
    many = split_many(np.array(amounts), named, keys=keys)
    assert many.tolist() == [
        list(split_fen(fen, named, key=key).values())
        for fen, key in zip(amounts, keys, strict=True)
    ]


def test_blocks_join_without_a_seam():
    fen = np.arange(40_000)
    many = split_many(fen, {"a": 5_000, "b": 3_333, "c": 1_667}, keys=[""] * len(fen))
    assert (many.sum(axis=1) == fen).all()


@pytest.mark.parametrize("weights", [{"a": 0}, {"a": -1, "b": 2}])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="Weights"):
        split_many(np.array([1]), weights, keys=["x"])


def test_amounts_beyond_the_columns_are_refused():
    with pytest.raises(ValueError, match="too large"):
        split_many(np.array([2**62]), {"a": 10_000}, keys=["x"])
