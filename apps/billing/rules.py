"""Decisions on money with plain values: who owes what, what must be set aside, who paid."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apps.core.money import accrual_due, split

# Ends and parts of the names of units; a payer without one is taken for a person.
UNIT_WORDS = re.compile("公司|厂|店|部|所|院|社|局|会|中心|集团|合伙|工作室|站|场|馆|行|矿|校|队")


@dataclass(frozen=True)
class Line:
    """One line of an entry: `account` of `owner`; debit is positive, credit negative."""

    account: str
    owner: str
    amount: Decimal


def premium_due(
    premium: Decimal, shares: Mapping[str, int], *, enterprise: str, key: str
) -> list[Line]:
    """The enterprise owes the premium; each co-insurer is due its part (A4.2)."""
    parts = split(premium, shares, key=key)
    credits = [Line("due_to_insurer", insurer, -part) for insurer, part in parts.items() if part]
    return [Line("receivable", enterprise, premium), *credits]


def premium_received(
    amount: Decimal, *, enterprise: str, insurer: str, owed: Decimal | None = None
) -> list[Line]:
    """The selling insurer holds the cash; the enterprise owes that much less.

    What is beyond `owed` is the enterprise's own, to be paid back.
    """
    applied = amount if owed is None else min(amount, max(owed, Decimal("0.00")))
    credits = (("receivable", -applied), ("overpaid", applied - amount))
    return [
        Line("cash", insurer, amount),
        *(Line(account, enterprise, sum_) for account, sum_ in credits if sum_),
    ]


def overpaid_refunded(amount: Decimal, *, enterprise: str, insurer: str) -> list[Line]:
    """What was paid too much leaves the selling insurer's cash for where it came from."""
    return [Line("overpaid", enterprise, amount), Line("cash", insurer, -amount)]


def written_off(
    amount: Decimal, shares: Mapping[str, int], *, enterprise: str, key: str
) -> list[Line]:
    """A remainder nobody will pay: each co-insurer is due that much less, by the same vector."""
    parts = split(amount, shares, key=key)
    debits = [Line("due_to_insurer", insurer, part) for insurer, part in parts.items() if part]
    return [*debits, Line("receivable", enterprise, -amount)]


def prevention_accrual(
    rate: Decimal, received: Decimal, accrued: Decimal, *, insurer: str
) -> list[Line]:
    """Not less than `rate` of all premium received is set aside for prevention (A3.3)."""
    due = accrual_due(rate, received, accrued)
    if not due:
        return []
    return [Line("prevention_cost", insurer, due), Line("prevention_fund", insurer, -due)]


def dated_accrual(
    received: Iterable[tuple[Decimal, Decimal]], accrued: Decimal, *, insurer: str
) -> list[Line]:
    """The same where the floor has changed: pairs of a rate and what was received under it."""
    exact = sum((rate * amount for rate, amount in received), Decimal(0))
    return prevention_accrual(Decimal(1), exact, accrued, insurer=insurer)


def premium_returned(
    amount: Decimal, owed: Decimal, shares: Mapping[str, int], *, enterprise: str, key: str
) -> list[Line]:
    """Less premium than was charged: each co-insurer gives back by the vector and key of the issue.

    What the enterprise still owes shrinks first; the rest it has paid too much, to be refunded.
    """
    parts = split(amount, shares, key=key)
    debits = [Line("due_to_insurer", insurer, part) for insurer, part in parts.items() if part]
    off = min(amount, owed)
    credits = (("receivable", -off), ("overpaid", off - amount))
    return [*debits, *(Line(account, enterprise, sum_) for account, sum_ in credits if sum_)]


def settling(net: Mapping[str, Decimal]) -> list[tuple[str, str, Decimal]]:
    """Payments (from, to, amount) that bring every net position to nothing.

    At most one fewer than there are members: each payment settles at least one of its two sides,
    and the last settles both.
    """
    if sum(net.values()):
        raise ValueError("Net positions sum to zero.")
    ranked = sorted(net.items(), key=lambda item: (-abs(item[1]), item[0]))
    left = {member: abs(amount) for member, amount in ranked}
    pays = [member for member, amount in ranked if amount < 0]
    gets = [member for member, amount in ranked if amount > 0]
    payments = []
    while pays and gets:
        payer, payee = pays[0], gets[0]
        amount = min(left[payer], left[payee])
        payments.append((payer, payee, amount))
        for side, queue in ((payer, pays), (payee, gets)):
            left[side] -= amount
            if not left[side]:
                queue.pop(0)
    return payments


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month that follows."""
    return month_start(month_start(day) + timedelta(days=31))


def reversed_lines(lines: list[Line]) -> list[Line]:
    return [Line(line.account, line.owner, -line.amount) for line in lines]


def payer_check(payer: str, known_names: set[str]) -> str:
    """`matches`, `other_unit` or `personal`: a person who pays may be passing it on to workers.

    Names are compared folded (widths, brackets and spaces do not count).
    """
    if payer in known_names:
        return "matches"
    return "other_unit" if UNIT_WORDS.search(payer) else "personal"
