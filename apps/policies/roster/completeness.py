"""Whether everybody who must be covered is: the roster against what was declared, by the basis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.policies.roster.words import Employment
from apps.reference.codes import CoverageBasis

ALWAYS_IN = (Employment.PRODUCTION, Employment.QUALITY, Employment.INTERNS, Employment.TEMPORARY)


@dataclass(frozen=True)
class AgencyProof:
    """An agency's own cover for the people it sends: the file, how many and until when."""

    file: str
    people: int
    valid_from: date
    valid_to: date

    def covers(self, start: date, end: date) -> bool:
        return bool(self.file) and self.valid_from <= start and end <= self.valid_to


@dataclass(frozen=True)
class Completeness:
    """`needed` by kind of employment after what the proof takes out, and who of them is named."""

    needed: Mapping[Employment, int]
    named: Mapping[Employment, int]
    excused: int

    @property
    def needed_total(self) -> int:
        return sum(self.needed.values())

    @property
    def named_total(self) -> int:
        return sum(self.named.get(kind, 0) for kind in self.needed)

    @property
    def missing(self) -> dict[Employment, int]:
        gaps = {kind: count - self.named.get(kind, 0) for kind, count in self.needed.items()}
        return {kind: gap for kind, gap in gaps.items() if gap > 0}

    @property
    def is_whole(self) -> bool:
        return not self.missing

    @property
    def percent(self) -> int:
        if not self.needed_total:
            return 100
        met = sum(min(count, self.named.get(kind, 0)) for kind, count in self.needed.items())
        return met * 100 // self.needed_total


def kinds_of(basis: str) -> tuple[Employment, ...]:
    """Whom a coverage basis wants: inspectors and interns always, others from the law of 2025."""
    wanted = (*ALWAYS_IN, Employment.DISPATCHED)
    return (*wanted, Employment.OTHER) if basis == CoverageBasis.ALL_EMPLOYEES else wanted


def completeness(
    *,
    basis: str,
    declared: Mapping[Employment, int],
    named: Mapping[Employment, int],
    start: date,
    end: date,
    proof: AgencyProof | None = None,
) -> Completeness:
    """Dispatched workers stay out only as far as the agency's cover is proved for all the days."""
    needed = {kind: declared.get(kind, 0) for kind in kinds_of(basis)}
    excused = 0
    if proof and proof.covers(start, end):
        excused = min(proof.people, needed[Employment.DISPATCHED])
        needed[Employment.DISPATCHED] -= excused
    return Completeness(needed, dict(named), excused)


def refusal_of_proof(proof: AgencyProof, *, start: date, end: date) -> str:
    """Why an agency's proof takes nobody out, or "" when it does."""
    if not proof.file:
        return _("请上传劳务派遣单位自己的保险凭证；没有凭证，被派遣劳动者须在本保单投保。")
    if proof.people <= 0:
        return _("请填写凭证上写明的被派遣劳动者人数。")
    if not proof.covers(start, end):
        facts = {"start": start.isoformat(), "end": end.isoformat()}
        return _("凭证的保险期间没有覆盖%(start)s至%(end)s的每一天，不能据此免于投保。") % facts
    return ""


@dataclass(frozen=True)
class Span:
    """So many people from one day until another, which is outside."""

    start: date
    end: date
    people: int


def most_at_once(spans: Iterable[Span]) -> int:
    """How many there are on the fullest day."""
    changes: dict[date, int] = {}
    for span in spans:
        if span.start < span.end:
            changes[span.start] = changes.get(span.start, 0) + span.people
            changes[span.end] = changes.get(span.end, 0) - span.people
    most = there = 0
    for day in sorted(changes):
        there += changes[day]
        most = max(most, there)
    return most
