"""How much commission is due, and to whom none may be paid."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from apps.billing.rules import Line
from apps.core.money import at_most


def commission_due(received: Iterable[tuple[Decimal, Decimal]], accrued: Decimal) -> Decimal:
    """Pairs of a rate and what was received under it. Never over the rate, not by a fen.

    Counted from the whole, so that premium given back takes its commission along.
    """
    exact = sum((rate * amount for rate, amount in received), Decimal(0))
    return at_most(Decimal(1), exact) - accrued


def rate_held(agreed: Decimal, ceiling: Decimal) -> Decimal:
    """What was agreed gives way to a ceiling that fell since."""
    return min(agreed, ceiling)


def accrued_lines(amount: Decimal, *, insurer: str) -> list[Line]:
    """The insurer's own cost, and what it owes for it; a negative amount takes both back."""
    if not amount:
        return []
    return [
        Line("commission_cost", insurer, amount),
        Line("commission_payable", insurer, -amount),
    ]


def paid_lines(amount: Decimal, *, insurer: str) -> list[Line]:
    return [
        Line("commission_payable", insurer, amount),
        Line("commission_bank", insurer, -amount),
    ]


def is_insured_or_kin(payee: str, affiliates: Iterable[str], insured: str) -> bool:
    """Paying the insured, or one it belongs with, would be a rebate (保险法第一百一十六条)."""
    return insured == payee or insured in set(affiliates)


def to_pay(owed: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """By policy; what was clawed back is set off against the rest."""
    return {policy: amount for policy, amount in owed.items() if amount}


def covers(start: date, end: date, day: date) -> bool:
    """Half-open, as all periods are."""
    return start <= day < end
