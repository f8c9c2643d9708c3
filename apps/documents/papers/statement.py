"""What the monthly statement of a pool says: plain values, handed down by whoever issues."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class MemberLine:
    name: str
    due: Decimal
    own: Decimal
    held: Decimal
    net: Decimal
    confirmed_by: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True)
class PaymentLine:
    payer: str
    payee: str
    amount: Decimal


@dataclass(frozen=True)
class DifferenceLine:
    insurer: str
    line: int
    number: str
    reason: str
    text: str
    verdict: str
    answer: str
    correction: Decimal


@dataclass(frozen=True)
class StatementData:
    """A pool's month as it was frozen, for one member; `is_locked` when all have confirmed."""

    number: str
    pool: str
    month: date
    member: str
    policies: int
    faults: int
    due: Decimal
    received: Decimal
    answer_by: date
    digest: str
    ledger_link: str
    is_locked: bool
    members: tuple[MemberLine, ...]
    payments: tuple[PaymentLine, ...]
    differences: tuple[DifferenceLine, ...]
