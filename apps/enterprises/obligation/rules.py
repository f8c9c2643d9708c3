"""Whether a site must insure, and by which rule: plain facts and dated rules in, reasons out.

Every rule that holds gives its reason, also where a stricter one has already settled the matter:
the bureau that asks "by what right" is shown them all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.dates import Period
from apps.enterprises.rules import years_after
from apps.reference.codes import AUTHORITIES
from apps.reference.codes import DutyGround as Ground
from apps.reference.codes import DutyLevel as Level

BY_STRENGTH = [str(level) for level in Level]


@dataclass(frozen=True)
class Death:
    """The last death of an accident. One that came too late is not of the accident."""

    happened_on: date
    died_on: date
    is_road_or_fire: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a site on a day. `industry` is a code, `tags` what no code tells."""

    industry: str
    tags: frozenset[str] = frozenset()
    deaths: tuple[Death, ...] = ()
    district: str = ""


@dataclass(frozen=True)
class Span:
    """From a day until another, which is outside; without an end, open."""

    start: date
    end: date | None = None

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


@dataclass(frozen=True)
class Listed:
    """An industry, with everything below it, counts to a group on these days."""

    industry: str
    days: Span
    is_sample: bool = False


@dataclass(frozen=True)
class Rule:
    """One dated rule with the words it rests on."""

    code: str
    ground: str
    level: str
    legal_level: str
    days: Span
    category: str = ""
    tag: str = ""
    industries: tuple[Listed, ...] = ()
    district: str = ""
    removes: bool = False
    order: int = 0
    title: str = ""
    article: str = ""
    clause: str = ""
    quote: str = ""
    source: str = ""
    certainty: str = ""
    note: str = ""

    @property
    def is_sample(self) -> bool:
        return self.certainty == "sample"


@dataclass(frozen=True)
class Windows:
    """How long a fatal accident counts, and within how many days a death is still of it."""

    years: int
    death_days: int
    death_days_road_fire: int


@dataclass(frozen=True)
class Rules:
    rules: tuple[Rule, ...]
    windows: Windows


@dataclass(frozen=True)
class Reason:
    """A rule that holds, and what made it hold: an industry, a tag, or an accident until a day."""

    rule: Rule
    industry: str = ""
    tag: str = ""
    accident_on: date | None = None
    until: date | None = None
    is_sample: bool = False


@dataclass(frozen=True)
class Obligation:
    level: str
    reasons: tuple[Reason, ...]
    on: date

    @property
    def is_mandatory(self) -> bool:
        return self.level == Level.MANDATORY

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons for the level itself; the others ask for less."""
        return tuple(reason for reason in self.reasons if reason.rule.level == self.level)


def obligation(facts: Facts, rules: Rules, on: date) -> Obligation:
    """The strictest of what the rules of that day ask, with every reason, strictest first."""
    in_force = [
        rule
        for rule in rules.rules
        if rule.days.holds(on) and rule.district in ("", facts.district)
    ]
    removed = {_group(rule) for rule in in_force if rule.removes}
    reasons = [
        reason
        for rule in in_force
        if not rule.removes and not (rule.level == Level.PROMOTED and _group(rule) in removed)
        for reason in _reasons(rule, facts, rules.windows, on)
    ]
    named = [reason for reason in reasons if reason.rule.ground != Ground.ANY]
    ordered = tuple(sorted(named or reasons, key=_rank))
    level = ordered[0].rule.level if ordered else Level.ENCOURAGED
    return Obligation(level, ordered, on)


def _group(rule: Rule) -> tuple[str, str]:
    return rule.category, rule.tag


def _rank(reason: Reason) -> tuple[int, int, int]:
    rule = reason.rule
    return BY_STRENGTH.index(rule.level), AUTHORITIES.index(rule.legal_level), rule.order


def _reasons(rule: Rule, facts: Facts, windows: Windows, on: date) -> Iterator[Reason]:
    match rule.ground:
        case Ground.INDUSTRY:
            if found := _finest(rule.industries, facts.industry, on):
                sample = rule.is_sample or found.is_sample
                yield Reason(rule, industry=found.industry, is_sample=sample)
        case Ground.ACTIVITY:
            if rule.tag in facts.tags:
                yield Reason(rule, tag=rule.tag, is_sample=rule.is_sample)
        case Ground.FATAL_ACCIDENT:
            yield from _of_accidents(rule, facts.deaths, windows, on)
        case Ground.ANY:
            yield Reason(rule, is_sample=rule.is_sample)


def _finest(listed: Iterable[Listed], industry: str, on: date) -> Listed | None:
    """Of the rows that contain the industry, the one that names it most closely."""
    found = [row for row in listed if row.days.holds(on) and industry.startswith(row.industry)]
    return max(found, key=lambda row: len(row.industry), default=None)


def _of_accidents(
    rule: Rule, deaths: Iterable[Death], windows: Windows, on: date
) -> Iterator[Reason]:
    """One reason, by the accident that counts longest."""
    counting = [(window(death, windows), death) for death in deaths]
    found = [(days.end, death) for days, death in counting if days and days.contains(on)]
    if found:
        until, death = max(found, key=lambda pair: pair[0])
        yield Reason(rule, accident_on=death.happened_on, until=until, is_sample=rule.is_sample)


def window(death: Death, windows: Windows) -> Period | None:
    """The days on which an accident counts: from the death on, so that a late one extends it.

    29 February counts until 1 March of a year that has none. None when the death came too late.
    """
    days = windows.death_days_road_fire if death.is_road_or_fire else windows.death_days
    if death.died_on > death.happened_on + timedelta(days=days):
        return None
    return Period(death.died_on, years_after(death.died_on, windows.years))
