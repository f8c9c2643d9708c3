"""Who owes what, what is set aside, and who paid: for every amount and every vector."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.billing.rules import (
    payer_check,
    premium_due,
    premium_received,
    prevention_accrual,
    reversed_lines,
)
from apps.core.money import at_least
from apps.core.search import folded

pytestmark = pytest.mark.no_database
AMOUNTS = st.decimals("0.01", "99999999.99", places=2)
MEMBERS, POINTS = st.integers(1, 99).map(str), st.integers(1, 9_999)
VECTORS = st.dictionaries(MEMBERS, POINTS, min_size=1, max_size=8)

FLOOR = Decimal("0.15")


def total(lines):
    return sum(line.amount for line in lines)


@given(premium=AMOUNTS, shares=VECTORS)
def test_what_is_due_balances_and_nobody_is_a_fen_off(premium, shares):
    lines = premium_due(premium, shares, enterprise="e", key="AZ-1")
    assert total(lines) == 0
    assert lines[0].amount == premium
    whole = sum(shares.values())
    for line in lines[1:]:
        exact = premium * shares[line.owner] / whole
        assert abs(-line.amount - exact) < Decimal("0.01")
        assert line.amount < 0


@given(premium=AMOUNTS, shares=VECTORS)
def test_a_refund_mirrors_its_original(premium, shares):
    lines = premium_due(premium, shares, enterprise="e", key="AZ-1")
    assert total([*lines, *reversed_lines(lines)]) == 0


@given(amount=AMOUNTS)
def test_what_arrives_moves_from_debt_to_cash(amount):
    lines = premium_received(amount, enterprise="e", insurer="k")
    assert [(line.account, line.amount) for line in lines] == [
        ("cash", amount),
        ("receivable", -amount),
    ]


@given(receipts=st.lists(AMOUNTS, min_size=1, max_size=12))
def test_the_fund_is_never_under_the_law_nor_a_fen_over(receipts):
    received = accrued = Decimal(0)
    for receipt in receipts:
        received += receipt
        lines = prevention_accrual(FLOOR, received, accrued, insurer="k")
        assert total(lines) == 0
        accrued -= sum(line.amount for line in lines if line.account == "prevention_fund")
        assert FLOOR * received <= accrued < FLOOR * received + Decimal("0.01")
    assert accrued == at_least(FLOOR, received)


@given(amount=AMOUNTS)
def test_what_is_set_aside_already_is_not_set_aside_again(amount):
    assert prevention_accrual(FLOOR, amount, at_least(FLOOR, amount), insurer="k") == []


@given(amount=AMOUNTS)
def test_money_that_goes_back_takes_its_part_of_the_fund_back(amount):
    lines = prevention_accrual(FLOOR, Decimal(0), at_least(FLOOR, amount), insurer="k")
    assert lines[0].amount == -at_least(FLOOR, amount)


@given(name=st.text(min_size=1, max_size=30))
def test_a_known_name_always_matches(name):
    assert payer_check(folded(name), {folded(name)}) == "matches"


@pytest.mark.parametrize(
    ("payer", "verdict"),
    [
        ("佛山市（南海）五金 制品有限公司", "matches"),
        ("佛山市(南海)五金制品有限公司", "matches"),
        ("佛山市南海区财政局", "other_unit"),
        ("广东五金集团", "other_unit"),
        ("王小明", "personal"),
        ("欧阳娜娜", "personal"),
    ],
)
def test_who_paid(payer, verdict):
    known = {folded("佛山市(南海)五金制品有限公司")}
    assert payer_check(folded(payer), known) == verdict
