"""Whose money a payment is, judged by plain values: policy number, payer and amount."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from unicodedata import normalize

from apps.billing.rules import payer_check

POLICY_NUMBER = re.compile(r"AZ-?([A-Z]{1,4})-?(\d{4})-?(\d{6})(?!\d)")
POINTS = {"number": 60, "payer": 30, "amount": 10}
SURE = POINTS["payer"] + POINTS["amount"]
MOST_PROPOSALS = 5


@dataclass(frozen=True)
class Payment:
    """A line of the list; `payer` is folded."""

    payer: str
    amount: Decimal
    received_on: date
    remark: str


@dataclass(frozen=True)
class Candidate:
    """A policy that money may be for; `names` are folded, `owed` is never negative."""

    policy: int
    number: str
    names: frozenset[str]
    owed: Decimal
    issued_on: date


@dataclass(frozen=True)
class Proposal:
    policy: int
    score: int
    why: tuple[str, ...]


def numbers_in(text: str) -> set[str]:
    """Every policy number a remark names, however it is spaced or dashed."""
    plain = "".join(normalize("NFKC", text).split()).upper()
    return {"-".join(("AZ", *parts)) for parts in POLICY_NUMBER.findall(plain)}


def proposals(payment: Payment, candidates: Iterable[Candidate]) -> list[Proposal]:
    """Best first. The amount alone proposes nothing: many owe the same."""
    named = numbers_in(payment.remark)
    found = []
    for one in candidates:
        signs = {
            "number": one.number in named,
            "payer": payment.payer in one.names,
            "amount": payment.amount == one.owed,
        }
        if signs["number"] or signs["payer"]:
            why = tuple(sign for sign, holds in signs.items() if holds)
            found.append((one, Proposal(one.policy, sum(POINTS[sign] for sign in why), why)))
    # What is paid for is thought of only where nothing else is.
    live = [pair for pair in found if pair[0].owed > 0 or "number" in pair[1].why] or found
    live.sort(key=lambda pair: (-pair[1].score, pair[0].number))
    return [proposal for _one, proposal in live[:MOST_PROPOSALS]]


def problems(
    payment: Payment,
    found: list[Proposal],
    best: Candidate | None,
    *,
    today: date,
    open_from: date | None,
) -> list[str]:
    """Why somebody has to look at it; none when the best proposal may be taken as it is."""
    told = []
    if payment.received_on > today:
        told.append("future")
    if open_from and payment.received_on < open_from:
        told.append("closed")
    if best is None or not found:
        return [*told, "unknown"]
    if len(found) > 1 and found[1].score == found[0].score:
        told.append("several")
    if payment.received_on < best.issued_on:
        told.append("early")
    if (check := payer_check(payment.payer, set(best.names))) != "matches":
        told.append(check)
    if payment.amount != best.owed:
        told.append("more" if payment.amount > best.owed else "less")
    elif found[0].score < SURE:
        told.append("weak")
    return told
