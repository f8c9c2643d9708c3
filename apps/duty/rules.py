"""What a site's duty to insure comes to, day by day: dated facts in, a line of states out.

The line says for every day, past and to come, what holds on it, so that a state changes at
midnight without anything having run. It is drawn anew when one of its facts changes.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, auto

from apps.enterprises.obligation.rules import Death, Obligation, Windows, window
from apps.reference.codes import CoverageBasis, DutyLevel


class State(StrEnum):
    """Of a site that must insure; whoever need not is outside."""

    UNINSURED = auto()
    LAPSED = auto()
    SHORT_OF_PEOPLE = auto()
    LOW_LIMIT = auto()
    INSURED = auto()
    EXTERNAL = auto()
    EXEMPT = auto()
    OUTSIDE = auto()


BY_STRENGTH = [str(level) for level in DutyLevel]
DEFAULTING = (State.UNINSURED, State.LAPSED, State.SHORT_OF_PEOPLE, State.LOW_LIMIT)
COUNTED = tuple(state for state in State if state not in (State.EXEMPT, State.OUTSIDE))


@dataclass(frozen=True, kw_only=True)
class Dated:
    start: date
    end: date | None = None

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


@dataclass(frozen=True, kw_only=True)
class People(Dated):
    """As declared: in production posts (with inspectors, interns, dispatched), and altogether."""

    production: int
    total: int

    def needed(self, basis: str) -> int:
        return self.production if basis == CoverageBasis.PRODUCTION_POSTS else self.total


@dataclass(frozen=True, kw_only=True)
class Excused(Dated):
    """People whom their agency covers, by its proof."""

    people: int


@dataclass(frozen=True, kw_only=True)
class Cover(Dated):
    """A policy, or a cover from elsewhere that a reviewer took as one."""

    people: int
    is_low: bool
    basis: str = CoverageBasis.PRODUCTION_POSTS
    is_external: bool = False
    excused: tuple[Excused, ...] = ()
    until: date | None = None  # of the whole cover, where these days are a part of it

    @property
    def last(self) -> date | None:
        return self.until or self.end


@dataclass(frozen=True, kw_only=True)
class Tagged(Dated):
    tag: str


@dataclass(frozen=True, kw_only=True)
class Placed(Dated):
    """An entry in a list that an authority drew up, with the level it asks for."""

    level: str
    source: str = ""


@dataclass(frozen=True)
class SiteFacts:
    """All that is known of a site over time. `until` is the day it closed for good."""

    industry: str
    district: str
    since: date
    until: date | None = None
    tags: tuple[Tagged, ...] = ()
    deaths: tuple[Death, ...] = ()
    lists: tuple[Placed, ...] = ()
    people: tuple[People, ...] = ()
    covers: tuple[Cover, ...] = ()
    exemptions: tuple[Dated, ...] = ()


@dataclass(frozen=True)
class Segment:
    """Days that have everything in common; `since` is when the state began, in whatever segment."""

    start: date
    end: date | None
    state: State
    level: str
    since: date
    reasons: tuple[str, ...] = ()
    needed: int = 0
    insured: int = 0
    is_short: bool = False
    is_low: bool = False
    cover_to: date | None = None


@dataclass(frozen=True)
class Law:
    """The rules as they change over time, and how they are asked."""

    boundaries: Sequence[date]
    windows: Windows
    duty_on: Callable[[str, frozenset[str], str, tuple[Death, ...], date], Obligation]


def timeline(facts: SiteFacts, law: Law) -> list[Segment]:
    """The whole line of a site, from the day it is known to the day it closed or for ever."""
    days = sorted(set(_boundaries(facts, law)))
    line: list[Segment] = []
    for place, day in enumerate(days):
        end = days[place + 1] if place + 1 < len(days) else facts.until
        line.append(_on(facts, law, day, end))
    return _joined(line)


def _boundaries(facts: SiteFacts, law: Law) -> Iterator[date]:
    """Every day on which something may become different."""
    yield facts.since
    dated: list[Dated] = [*facts.tags, *facts.lists, *facts.people, *facts.covers]
    dated += [*facts.exemptions, *(one for cover in facts.covers for one in cover.excused)]
    days = [day for one in dated for day in (one.start, one.end)]
    for death in facts.deaths:
        if counting := window(death, law.windows):
            days += [counting.start, counting.end]
    for day in (*law.boundaries, *days):
        if day and facts.since < day and (facts.until is None or day < facts.until):
            yield day


def _on(facts: SiteFacts, law: Law, day: date, end: date | None) -> Segment:
    level, reasons = _duty(facts, law, day)
    cover = _cover_on(facts.covers, day)
    people = next((one for one in facts.people if one.holds(day)), None)
    needed, is_short = _wanted(cover, people, day)
    segment = Segment(
        start=day,
        end=end,
        state=State.OUTSIDE,
        level=level,
        since=day,
        reasons=reasons,
        needed=needed,
        insured=cover.people if cover else 0,
        is_short=is_short,
        is_low=bool(cover and cover.is_low),
        cover_to=cover.last if cover else None,
    )
    return replace(segment, state=_state(facts, segment, cover, day))


def _duty(facts: SiteFacts, law: Law, day: date) -> tuple[str, tuple[str, ...]]:
    """By the rules, and by the lists of the authorities, whichever asks for more."""
    tags = frozenset(one.tag for one in facts.tags if one.holds(day))
    found = law.duty_on(facts.industry, tags, facts.district, facts.deaths, day)
    level, reasons = found.level, [reason.rule.code for reason in found.reasons]
    for entry in facts.lists:
        if entry.holds(day):
            reasons.append(entry.source)
            level = min(level, entry.level, key=BY_STRENGTH.index)
    return level, tuple(dict.fromkeys(reasons))


def _cover_on(covers: Iterable[Cover], day: date) -> Cover | None:
    """The platform's own policy goes before what was bought elsewhere; then the one that lasts."""
    holding = [cover for cover in covers if cover.holds(day)]
    return max(holding, key=lambda one: (not one.is_external, one.last or date.max), default=None)


def _wanted(cover: Cover | None, people: People | None, day: date) -> tuple[int, bool]:
    """How many the cover must name by its own basis, and whether it names fewer."""
    if people is None:
        return 0, False
    if cover is None:
        return people.total, False
    excused = sum(one.people for one in cover.excused if one.holds(day))
    needed = max(people.needed(cover.basis) - excused, 0)
    return needed, cover.people < needed


def _state(facts: SiteFacts, segment: Segment, cover: Cover | None, day: date) -> State:
    if segment.level != DutyLevel.MANDATORY:
        return State.OUTSIDE
    if any(one.holds(day) for one in facts.exemptions):
        return State.EXEMPT
    if cover is None:
        return State.LAPSED if _was_covered(facts.covers, day) else State.UNINSURED
    if segment.is_short:
        return State.SHORT_OF_PEOPLE
    if segment.is_low:
        return State.LOW_LIMIT
    return State.EXTERNAL if cover.is_external else State.INSURED


def _was_covered(covers: Iterable[Cover], day: date) -> bool:
    return any(one.start < day and one.end is not None and one.end <= day for one in covers)


def _joined(line: Iterable[Segment]) -> list[Segment]:
    """Segments that say the same become one; the state's first day goes along."""
    joined: list[Segment] = []
    for one in line:
        before = joined[-1] if joined else None
        if before is not None and before.state == one.state:
            one = replace(one, since=before.since)
        if before is not None and replace(before, start=one.start, end=one.end) == one:
            joined[-1] = replace(before, end=one.end)
        else:
            joined.append(one)
    return joined


@dataclass
class Memory:
    """What the rules answered for facts that many sites have in common."""

    ask: Callable[[str, frozenset[str], str, tuple[Death, ...], date], Obligation]
    boundaries: Sequence[date]
    known: dict[tuple[object, ...], Obligation] = field(default_factory=dict)

    def duty_on(
        self,
        industry: str,
        tags: frozenset[str],
        district: str,
        deaths: tuple[Death, ...],
        day: date,
    ) -> Obligation:
        if deaths:  # their windows move from day to day
            return self.ask(industry, tags, district, deaths, day)
        epoch = bisect_right(self.boundaries, day)
        key = (industry, tags, district, epoch)
        if key not in self.known:
            self.known[key] = self.ask(industry, tags, district, deaths, day)
        return self.known[key]


def on_the_day(line: Iterable[Segment], day: date) -> Segment | None:
    """What held on a day; None before the site was known and after it closed."""
    holding = (one for one in line if one.start <= day and (one.end is None or day < one.end))
    return next(holding, None)
