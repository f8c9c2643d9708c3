"""What a round is computed from, and what it answers with. Plain values, integers and rationals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

WHOLE = 10_000


@dataclass(frozen=True)
class Member:
    """One member of the next period. `share` is its last one in basis points, None on entering."""

    code: str
    share: int | None
    business: Fraction = Fraction(0)
    score: Fraction = Fraction(0)
    probation: bool = False


@dataclass(frozen=True)
class Terms:
    """The formula of an agreement; the last four in basis points."""

    damping: Fraction = Fraction(2, 5)
    business_weight: Fraction = Fraction(3, 5)
    score_slope: Fraction = Fraction(1, 2)
    score_norm: Fraction = Fraction(80)
    floor: int = 300
    cap: int = 4_000
    step: int = 300
    entry: int = 500


class Remark(StrEnum):
    """What the arithmetic had to decide beyond the plain formula."""

    LEFT = "left"
    ENTERED = "entered"
    FIRST_TABLE = "first_table"
    NO_BUSINESS = "no_business"
    NO_WEIGHT = "no_weight"
    PROBATION = "probation"
    FLOOR_LOWERED = "floor_lowered"
    CAP_RAISED = "cap_raised"
    STEP_WIDENED = "step_widened"
    GLIDES_UP = "glides_up"
    GLIDES_DOWN = "glides_down"


@dataclass(frozen=True)
class Note:
    remark: Remark
    code: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """How one member's share came about, step by step; all but the rationals in basis points."""

    code: str
    before: int | None
    structural: int
    business: Fraction
    business_share: Fraction | None
    score: Fraction
    factor: Fraction
    weight: Fraction
    performance: int
    low: int
    high: int
    after: int
    is_on_probation: bool


@dataclass(frozen=True)
class Result:
    shares: Mapping[str, int]
    notes: tuple[Note, ...]
    worksheet: tuple[Row, ...]
