"""What a contract term came to, member by member, for its end (A4.1)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.pools.models import Agreement, ObjectionState, RoundState, ShareRound
from apps.pools.words import percent


@dataclass
class Record:
    """One member over the published rounds of a term; shares in basis points."""

    name: str
    first: int | None
    last: int | None = None
    business: Decimal = Decimal(0)
    scores: list[Decimal] = field(default_factory=list)
    objections: int = 0
    upheld: int = 0

    @property
    def first_percent(self) -> str:
        return "–" if self.first is None else percent(self.first)

    @property
    def last_percent(self) -> str:
        return "–" if self.last is None else percent(self.last)

    @property
    def score(self) -> Decimal | None:
        """The mean over the periods that counted."""
        return round(sum(self.scores, Decimal(0)) / len(self.scores), 2) if self.scores else None


@dataclass(frozen=True)
class Assessment:
    records: list[Record]
    published: int
    withdrawn: int
    under_way: int


def assessment_of(agreement: Agreement) -> Assessment:
    rounds = list(agreement.rounds.order_by("valid_from").prefetch_related("objections"))
    states = [row.state for row in rounds]
    published = [row for row in rounds if row.state == RoundState.PUBLISHED]
    finished = {RoundState.PUBLISHED, RoundState.WITHDRAWN}
    return Assessment(
        records=records_of(published, rounds),
        published=len(published),
        withdrawn=states.count(RoundState.WITHDRAWN),
        under_way=sum(state not in finished for state in states),
    )


def records_of(published: Sequence[ShareRound], rounds: Sequence[ShareRound]) -> list[Record]:
    found: dict[int, Record] = {}
    for row in published:
        for line in row.worksheet:
            one = found.setdefault(line["insurer"], Record(line["name"], line["before"]))
            one.last = line["after"]
            one.business += Decimal(line["business"])
            if not line["on_probation"]:
                one.scores.append(Decimal(line["score"]))
        present = set(row.member_keys)
        for key, one in found.items():
            if key not in present:
                one.last = None
    _count_objections(found, rounds)
    return sorted(found.values(), key=lambda one: -(one.last or 0))


def _count_objections(found: dict[int, Record], rounds: Sequence[ShareRound]) -> None:
    raised: dict[int, list[str]] = defaultdict(list)
    for row in rounds:
        for objection in row.objections.all():
            raised[objection.insurer_id].append(objection.state)
    for key, states in raised.items():
        if key in found:
            found[key].objections = len(states)
            found[key].upheld = states.count(ObjectionState.UPHELD)
