"""What the electronic policy says: plain values, handed down by whoever issues."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apps.core.money import in_capitals


@dataclass(frozen=True)
class SubLimit:
    label: str
    amount: Decimal


@dataclass(frozen=True)
class CoverageLine:
    """One head of cover. `per` says what the limit is counted by: 每人, 每次事故."""

    head: str
    per: str
    limit: Decimal
    is_inside: bool
    deductible: Decimal
    sub_limits: tuple[SubLimit, ...] = ()
    terms: str = ""


@dataclass(frozen=True)
class CoInsurer:
    name: str
    basis_points: int
    is_lead: bool = False

    @property
    def share(self) -> str:
        """3333 → 33.33%."""
        return f"{Decimal(self.basis_points) / 100:.2f}%"


@dataclass(frozen=True)
class EndorsementLine:
    effective_on: date
    number: str
    text: str


@dataclass(frozen=True)
class CertificateData:
    """A policy as it stands when the certificate is issued; `end` is the day after the last."""

    number: str
    insurer: str
    insurer_phone: str
    insured: str
    uscc: str
    policyholder: str
    site: str
    address: str
    industry: str
    insured_count: int
    coverage_basis: str
    product: str
    tariff: str
    start: date
    end: date
    premium: Decimal
    limit_per_person: Decimal
    limit_per_accident: Decimal | None
    limit_aggregate: Decimal | None
    coverage: tuple[CoverageLine, ...]
    co_insurers: tuple[CoInsurer, ...]
    prevention_rate: Decimal
    is_sample: bool
    endorsements: tuple[EndorsementLine, ...] = ()

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def premium_in_capitals(self) -> str:
        return in_capitals(self.premium)

    @property
    def prevention_percent(self) -> str:
        """0.15 → 15%."""
        return f"{(self.prevention_rate * 100).normalize():f}%"
