"""What the gate found, as plain values that can be kept, read and compared."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

MOST_FAULTS = 20  # told of each section; all are counted


class GateCancelled(Exception):
    """Whoever asked for the examination does not want it any more."""


class GateKind(StrEnum):
    AXES = "axes"  # every table complete, every axis covered once
    GOLDEN = "golden"  # the known premiums come out
    LOOKUPS = "lookups"  # every step and every edge of every axis, through the whole of `price`
    ENGINES = "engines"  # both engines over all cells
    ORDER = "order"  # a better risk never dearer


@dataclass(frozen=True, slots=True)
class GateFault:
    """`kind` says what is wrong, `table` and `cell` where; `facts` what one would enter to see it.

    `expected` and `found` are premiums: of the plain engine and of the other, or of two neighbours.
    """

    kind: str
    table: str = ""
    cell: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    expected: str = ""
    found: str = ""


@dataclass(slots=True)
class Section:
    """`skipped` where an earlier section left nothing to examine; `notes` what was left out."""

    kind: GateKind
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[GateFault] = field(default_factory=list)
    fault_count: int = 0
    notes: list[GateFault] = field(default_factory=list)
    seconds: float = 0.0
    skipped: bool = False

    def add(self, fault: GateFault, times: int = 1) -> None:
        self.fault_count += times
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    def count(self, **numbers: int) -> None:
        for name, number in numbers.items():
            self.counts[name] = self.counts.get(name, 0) + number

    @property
    def passed(self) -> bool:
        return not self.skipped and not self.fault_count


@dataclass(slots=True)
class Report:
    code: str
    number: int
    digest: str
    sections: list[Section] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return all(section.passed for section in self.sections)

    @property
    def seconds(self) -> float:
        return sum(section.seconds for section in self.sections)

    def document(self) -> dict[str, Any]:
        """As it is kept: text, numbers and lists only."""
        sections = [
            asdict(section) | {"kind": str(section.kind), "passed": section.passed}
            for section in self.sections
        ]
        return {
            "code": self.code,
            "number": self.number,
            "digest": self.digest,
            "passed": self.passed,
            "sections": sections,
        }


@dataclass(frozen=True, slots=True)
class Watch:
    """Whoever waits: told how far it is, and asked whether to go on."""

    tell: Callable[[GateKind, int, int], None] = lambda kind, done, total: None
    is_cancelled: Callable[[], bool] = lambda: False

    def at(self, kind: GateKind, done: int, total: int) -> None:
        if self.is_cancelled():
            raise GateCancelled
        self.tell(kind, done, total)
