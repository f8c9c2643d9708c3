from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import (
    FEN,
    accrual_due,
    at_least,
    at_most,
    in_capitals,
    split,
    split_fen,
    to_fen,
)

pytestmark = pytest.mark.no_database

amounts = st.decimals("-9999999.99", "9999999.99", places=2)
exact = st.decimals("-9999999", "9999999", places=6)
rates = st.decimals("0", "1", places=4)
names = st.text("ABCDEF", min_size=1, max_size=4)
weights = st.dictionaries(names, st.integers(0, 10_000), min_size=1).filter(
    lambda shares: any(shares.values())
)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("3352.3065", "3352.31"),
        ("2.675", "2.68"),
        ("2.665", "2.67"),
        ("-2.665", "-2.67"),
        ("0.0049", "0.00"),
        ("7", "7.00"),
    ],
)
def test_half_a_fen_is_rounded_up_and_for_refunds_down(amount, rounded):
    assert str(to_fen(Decimal(amount))) == rounded


@given(exact)
def test_rounding_a_refund_mirrors_rounding_the_payment(amount):
    assert to_fen(-amount) == -to_fen(amount)


@given(amounts, weights)
def test_parts_add_back_up_to_the_whole(amount, weights):
    assert sum(split(amount, weights, key="P1").values()) == amount


@given(amounts, weights)
def test_a_refund_mirrors_its_premium(amount, weights):
    paid, refunded = split(amount, weights, key="P1"), split(-amount, weights, key="P1")
    assert refunded == {member: -part for member, part in paid.items()}


@given(amounts, weights)
def test_each_part_is_within_one_fen_of_exact(amount, weights):
    total = sum(weights.values())
    for member, part in split(amount, weights, key="P1").items():
        assert abs(Fraction(part) - Fraction(amount) * weights[member] / total) < Fraction(FEN)


@given(amounts, weights)
def test_a_member_without_a_share_gets_nothing(amount, weights):
    parts = split(amount, weights, key="P1")
    assert {parts[member] for member, weight in weights.items() if not weight} <= {Decimal(0)}


@given(amounts, weights, st.randoms())
def test_the_order_of_the_members_does_not_matter(amount, weights, random):
    shuffled = list(weights.items())
    random.shuffle(shuffled)
    assert split(amount, dict(shuffled), key="P1") == split(amount, weights, key="P1")


@given(amounts, weights, st.integers(1, 50))
def test_only_the_proportion_of_the_weights_matters(amount, weights, factor):
    scaled = {member: weight * factor for member, weight in weights.items()}
    assert split(amount, scaled, key="P1") == split(amount, weights, key="P1")


@given(amounts, weights)
def test_the_parts_in_fen_are_the_parts_in_yuan(amount, weights):
    parts = split_fen(int(amount * 100), weights, key="P1")
    assert {member: FEN * part for member, part in parts.items()} == split(
        amount, weights, key="P1"
    )


def test_left_over_fen_go_to_the_largest_remainder():
    parts = split(Decimal("999.99"), {"A": 40, "B": 30, "C": 20, "D": 10}, key="P1")
    assert [str(part) for part in parts.values()] == ["399.99", "300.00", "200.00", "100.00"]


def test_ties_do_not_favour_a_member_over_many_documents():
    shares = {"PICC": 1, "CPIC": 1, "PAIC": 1}
    totals = dict.fromkeys(shares, Decimal(0))
    for document in range(3_000):
        for member, part in split(Decimal("100.00"), shares, key=f"P{document}").items():
            totals[member] += part
    assert all(abs(total - Decimal(100_000)) < Decimal("1.00") for total in totals.values())


@pytest.mark.parametrize("weights", [{}, {"A": 0, "B": 0}, {"A": 3, "B": -1}])
def test_weights_that_share_nothing_out_are_refused(weights):
    with pytest.raises(ValueError, match="Weights"):
        split(Decimal("1.00"), weights, key="P1")


def test_parts_of_a_fen_are_not_split():
    with pytest.raises(ValueError, match="whole fen"):
        split(Decimal("1.005"), {"A": 1}, key="P1")


def test_setting_aside_is_never_under_the_law_and_the_ceiling_never_over_it():
    premium = Decimal("3352.31")
    assert at_least(Decimal("0.15"), premium) == Decimal("502.85")
    assert at_most(Decimal("0.21"), premium) == Decimal("703.98")


@given(rates, amounts)
def test_floor_and_ceiling_enclose_the_exact_sum_within_a_fen(rate, amount):
    low, high = at_most(rate, amount), at_least(rate, amount)
    assert low <= rate * amount <= high
    assert high - low in {Decimal(0), FEN}


@given(rates, st.lists(amounts, min_size=1))
def test_accruals_follow_the_running_total_and_refunds_claw_back(rate, receipts):
    total = accrued = Decimal(0)
    for receipt in receipts:
        total += receipt
        accrued += accrual_due(rate, total, accrued)
        assert rate * total <= accrued < rate * total + FEN


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("12345.67", "壹万贰仟叁佰肆拾伍元陆角柒分"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("10.05", "壹拾元零伍分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("100100.01", "壹拾万零壹佰元零壹分"),
        ("10000001", "壹仟万零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("100001234", "壹亿零壹仟贰佰叁拾肆元整"),
        ("-3.10", "负叁元壹角整"),
        (
            "999999999999.99",
            "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
        ),
    ],
)
def test_amounts_in_capitals(amount, text):
    assert in_capitals(Decimal(amount)) == text


@given(st.decimals("-999999999999.99", "999999999999.99", places=2))
def test_capitals_can_be_read_back(amount):
    assert _read(in_capitals(amount)) == amount


@pytest.mark.parametrize("amount", ["1000000000000", "0.001"])
def test_what_capitals_cannot_say_is_refused(amount):
    with pytest.raises(ValueError, match="Capitals"):
        in_capitals(Decimal(amount))


def _read(text: str) -> Decimal:
    """An independent reader: a digit counts at the place that follows it."""
    sign = -1 if text.startswith("负") else 1
    total, section, digit = Decimal(0), Decimal(0), Decimal(0)
    for letter in text.removeprefix("负").removesuffix("整"):
        if letter in "零壹贰叁肆伍陆柒捌玖":
            digit = Decimal("零壹贰叁肆伍陆柒捌玖".index(letter))
        elif letter in "拾佰仟":
            section, digit = section + digit * 10 ** ("拾佰仟".index(letter) + 1), Decimal(0)
        elif letter in "万亿元":
            place = {"万": 10**4, "亿": 10**8, "元": 1}[letter]
            total, section, digit = total + (section + digit) * place, Decimal(0), Decimal(0)
        else:
            total, digit = total + digit * {"角": Decimal("0.1"), "分": FEN}[letter], Decimal(0)
    return sign * total
