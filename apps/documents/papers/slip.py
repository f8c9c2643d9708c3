"""What an endorsement or a cancellation says: what was, what is, from when, and what it costs."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apps.core.money import in_capitals


@dataclass(frozen=True)
class ChangedTerm:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class SlipLine:
    """One row of the act: the days it holds for are told by the act itself."""

    title: str
    effective_on: date
    charged: Decimal
    note: str


@dataclass(frozen=True)
class SlipData:
    number: str
    policy: str
    act: str
    insurer: str
    insured: str
    uscc: str
    site: str
    start: date
    end: date
    effective_on: date
    terms: tuple[ChangedTerm, ...]
    lines: tuple[SlipLine, ...]
    premium_before: Decimal
    premium_after: Decimal
    ground: str
    reason: str
    is_sample: bool

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def difference(self) -> Decimal:
        return self.premium_after - self.premium_before

    @property
    def size(self) -> Decimal:
        return abs(self.difference)

    @property
    def in_capitals(self) -> str:
        return in_capitals(self.size)
