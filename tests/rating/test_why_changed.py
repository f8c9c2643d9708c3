"""The difference between two premiums, told factor by factor, in fen that add up."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.money import to_fen_together
from apps.rating.rules.changed import ChangeKind, why_changed
from apps.rating.rules.gate.engines import walk_of
from apps.rating.rules.pricing import price
from apps.rating.rules.risk import CannotPrice
from tests.rating.strategies import tariffs
from tests.rating.tariffs import factor, foshan, risk, small, zhongshan
from tests.rating.test_price_properties import RISKS

pytestmark = pytest.mark.no_database

TARIFF = foshan()


def effects(why):
    return {(change.kind, change.code): change.effect for change in why.changes}


def test_heads_and_accidents_are_told_apart():
    old = price(TARIFF, risk())
    new = price(TARIFF, risk(heads=48, accidents="none_3"))
    why = why_changed(old, new)
    assert (why.old, why.new) == (Decimal("5851.20"), Decimal("5800.32"))
    # L = -50.88 / ln(5800.32 / 5851.20); heads L·ln(48/46), accidents L·ln(0.95)
    assert effects(why) == {
        (ChangeKind.EXPOSURE, "heads"): Decimal("247.94"),
        (ChangeKind.FACTOR, "accidents"): Decimal("-298.82"),
    }
    heads = why.changes[0]
    assert (heads.old.value, heads.new.value) == ("46", "48")


def test_nothing_changed_is_told_with_no_line():
    why = why_changed(price(TARIFF, risk()), price(TARIFF, risk()))
    assert (why.difference, why.changes) == (0, ())


def test_what_the_minimum_hides_is_told_though_the_premium_is_the_same():
    old = price(TARIFF, risk(heads=1, industry="5211"))
    new = price(TARIFF, risk(heads=2, industry="5211"))
    assert old.premium == new.premium == 500
    told = effects(why_changed(old, new))
    assert told[ChangeKind.EXPOSURE, "heads"] == -told[ChangeKind.MINIMUM, ""]
    assert told[ChangeKind.EXPOSURE, "heads"] > 0


def test_a_clamp_takes_back_what_the_factors_gave():
    worse = price(TARIFF, risk(credit="D", listed="yes", accidents="recent"))
    told = effects(why_changed(price(TARIFF, risk()), worse))
    assert told[ChangeKind.CLAMP, ""] < 0
    assert sum(told.values()) == worse.premium - price(TARIFF, risk()).premium


def test_a_factor_that_only_the_new_tariff_has_counts_as_one_in_the_old():
    old, new = foshan(1), foshan(2)
    missing = {table.code for table in new.tables} - {table.code for table in old.tables}
    assert missing
    known = risk(credit="D")
    before, after = price(old, known), price(new, known)
    why = why_changed(before, after)
    assert sum(change.effect for change in why.changes) == after.premium - before.premium
    only_new = [change for change in why.changes if change.code in missing]
    assert all(change.old is None for change in only_new)


def test_a_discount_that_did_not_change_is_not_told():
    tariff = small(
        facts={"a": "code", "b": "code"},
        groups=[{"code": "all", "name": "all", "strategy": "discounts"}],
        tables=[factor("a", {"x": "0.9", "y": "0.8"}), factor("b", {"x": "0.95"})],
    )
    old = price(tariff, {"heads": 10, "a": "x", "b": "x"})
    new = price(tariff, {"heads": 10, "a": "y", "b": "x"})
    assert effects(why_changed(old, new)) == {(ChangeKind.FACTOR, "a"): Decimal("-100.00")}


def test_an_addon_taken_for_the_first_time_is_told_by_its_name():
    known = {
        "indoor": 3,
        "outdoor": 17,
        "heads": 20,
        "limit": 150_000,
        "rescue_limit": 10_000,
        "standard": "3",
        "accidents": "2",
        "risk": "medium",
        "integrity": "B",
        "blacklist": "no",
    }
    old = price(zhongshan(), {**known, "addons": frozenset()})
    new = price(zhongshan(), {**known, "outdoor": 18, "addons": frozenset({"employer"})})
    why = why_changed(old, new)
    assert set(effects(why)) == {
        (ChangeKind.EXPOSURE, "outdoor"),
        (ChangeKind.ADDON, "employer"),
    }
    assert effects(why)[ChangeKind.ADDON, "employer"] == Decimal("117.00")


@given(RISKS, RISKS, st.sampled_from([1, 2]))
def test_the_lines_add_up_to_the_fen_across_versions(one, other, number):
    one = one | {"limit": min(one["limit"], 1_500_000)}  # the highest that both versions have
    old, new = price(foshan(number), one), price(TARIFF, other)
    why = why_changed(old, new)
    assert sum((change.effect for change in why.changes), Decimal(0)) == why.difference
    assert why.difference == new.premium - old.premium


@st.composite
def worksheets(draw):
    """Any tariff and any of its cells that has a premium."""
    tariff = draw(tariffs())
    grid = walk_of(tariff).grid
    for cell in draw(st.lists(st.integers(0, grid.cells - 1), min_size=9, max_size=9)):
        try:
            return price(tariff, grid.risk(cell))
        except CannotPrice:
            continue
    return price(TARIFF, risk())


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_two_tariffs_add_up_and_the_way_back_is_the_mirror(data):
    old, new = data.draw(worksheets()), data.draw(worksheets())
    there, back = why_changed(old, new), why_changed(new, old)
    assert sum((change.effect for change in there.changes), Decimal(0)) == there.difference
    mirrored = effects(back)
    for key, effect in effects(there).items():
        assert abs(effect + mirrored[key]) <= Decimal("0.02")


@given(RISKS, RISKS, st.permutations(range(len(TARIFF.tables))))
@settings(deadline=None)
def test_the_order_of_the_tables_makes_no_difference(one, other, order):
    turned = replace(TARIFF, tables=tuple(TARIFF.tables[at] for at in order))
    plain = why_changed(price(TARIFF, one), price(TARIFF, other))
    assert effects(plain) == effects(why_changed(price(turned, one), price(turned, other)))


AMOUNTS = st.decimals("-1000", "1000", places=5)


@given(st.dictionaries(st.text(max_size=3), AMOUNTS, min_size=1, max_size=9))
def test_parts_of_either_sign_round_to_their_total_within_a_fen(parts):
    total = sum(parts.values()).quantize(Decimal("0.01"))
    rounded = to_fen_together(parts, total)
    assert sum(rounded.values()) == total
    assert all(abs(rounded[name] - part) <= Decimal("0.01") for name, part in parts.items())
    turned = dict(reversed(parts.items()))
    assert to_fen_together(turned, total) == rounded
