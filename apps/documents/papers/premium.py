"""What a premium notice and a receipt of premium say: plain values, handed down by billing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.core.money import in_capitals


@dataclass(frozen=True)
class PremiumNoticeData:
    """The enterprise is asked for its premium; `due` is the last day for a cover as agreed."""

    number: str
    policy: str
    insurer: str
    insurer_phone: str
    insured: str
    uscc: str
    site: str
    product: str
    amount: Decimal
    due: date
    wanted_from: date
    is_sample: bool

    @property
    def in_capitals(self) -> str:
        return in_capitals(self.amount)


@dataclass(frozen=True)
class PremiumReceiptData:
    """Money that came; a person's name as payer comes masked, since many may see the paper."""

    number: str
    policy: str
    insurer: str
    insured: str
    uscc: str
    payer: str
    voucher: str
    amount: Decimal
    received_on: date
    premium: Decimal
    owed: Decimal
    overpaid: Decimal
    is_sample: bool

    @property
    def in_capitals(self) -> str:
        return in_capitals(self.amount)
