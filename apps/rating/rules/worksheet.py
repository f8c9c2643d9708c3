"""How a premium came about, step by step, in yuan that add up; and the proof that it still does.

A step shows the running amount rounded to the fen, and as its effect the difference from the one
before: so the effects always sum to the premium, while nothing on the way was rounded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from apps.catalogue.rules.documents import digest, text_of, write
from apps.catalogue.rules.tariff import Group, Share, Strategy, Table, Tariff
from apps.core.money import to_fen
from apps.rating.rules.plan import Factors, Pick, Ratio, clamped, combined, compiled
from apps.rating.rules.risk import Risk, plain

FORMAT = 1  # of the document; a change of its meaning is a new number


class StepKind(StrEnum):
    CLASS = "class"
    BASE = "base"
    ADDON = "addon"
    FACTOR = "factor"
    GROUP_CLAMP = "group_clamp"
    CLAMP = "clamp"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


@dataclass(slots=True)
class Course:
    """The cells a risk fell into, in the order they were reached."""

    classes: list[tuple[Table, int, str]] = field(default_factory=list)
    bases: list[tuple[Pick, int]] = field(default_factory=list)
    addons: list[tuple[Pick, int]] = field(default_factory=list)
    groups: list[tuple[Factors, list[Pick]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """One line: the table, the cell in it, its value, and what it did to the premium.

    `counts` is false where another factor of the group was better, and where a bound was not met.
    """

    kind: StepKind
    code: str
    cell: tuple[str, ...]
    value: str
    amount: str
    counts: bool
    running: Decimal
    effect: Decimal


STEP = tuple(field.name for field in fields(Step))


@dataclass(eq=False)
class Worksheet:
    """The premium, and on demand how it came about. Not to be changed once made."""

    tariff: Tariff
    facts: Risk
    course: Course
    premium: Decimal

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(_Telling(self).steps())

    @property
    def derived(self) -> dict[str, str]:
        return {table.gives: code for table, _position, code in self.course.classes}

    def document(self, evidence: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What a quote and a policy keep: codes and texts only, so that a hash of it is stable."""
        return {
            "format": FORMAT,
            "tariff": {
                "code": self.tariff.code,
                "number": self.tariff.number,
                "digest": digest_of(self.tariff),
            },
            "facts": plain(self.tariff, self.facts),
            "derived": self.derived,
            "evidence": dict(evidence or {}),
            "steps": [_written(step) for step in self.steps],
            "premium": text_of(self.premium),
        }


def yuan(numerator: int, denominator: int) -> Decimal:
    """The one rounding. Half-up asks for three decimals only, so the rest may be cut off first."""
    return to_fen(Decimal(1000 * numerator // denominator) / 1000)


@lru_cache(maxsize=256)
def digest_of(tariff: Tariff) -> str:
    """Names the content of a tariff, wherever it is kept."""
    return digest(write(tariff))


def _written(step: Step) -> dict[str, Any]:
    line = {name: getattr(step, name) for name in STEP}
    return line | {
        "kind": str(step.kind),
        "cell": list(step.cell),
        "running": text_of(step.running),
        "effect": text_of(step.effect),
    }


class _Telling:
    """Walks the course again, slowly, keeping the running amount."""

    def __init__(self, worksheet: Worksheet) -> None:
        self.worksheet = worksheet
        self.plan = compiled(worksheet.tariff)
        self.running = Fraction(0)
        self.shown = Decimal(0)

    def steps(self) -> Iterator[Step]:
        course = self.worksheet.course
        for table, position, code in course.classes:
            keys = list(table.keys)[position]
            yield self._step(StepKind.CLASS, table.code, keys, code)
        for pick, units in course.bases:
            self.running += Fraction(pick.numerator * units, pick.denominator)
            yield self._picked(StepKind.BASE, pick, units)
        base = self.running
        yield from self._addons(base, is_adjusted=True)
        for factors, picks in course.groups:
            if not factors.group.is_float:
                yield from self._group(factors, picks)
        before = self.running
        for factors, picks in course.groups:
            if factors.group.is_float:
                yield from self._group(factors, picks)
        yield from self._clamp(before)
        yield from self._addons(base, is_adjusted=False)
        if self.plan.minimum:
            yield self._bound(StepKind.MINIMUM, self.plan.minimum)
        if self.plan.maximum is not None:
            yield self._bound(StepKind.MAXIMUM, self.plan.maximum)

    def _addons(self, base: Fraction, *, is_adjusted: bool) -> Iterator[Step]:
        adjusted = self.running
        for pick, units in self.worksheet.course.addons:
            table = pick.entry.table
            if table.is_adjusted == is_adjusted:
                of = {Share.BASE: base, Share.PREMIUM: adjusted}.get(table.share_of, Fraction(1))
                self.running += Fraction(pick.numerator * units, pick.denominator) * of
                yield self._picked(StepKind.ADDON, pick, units)

    def _group(self, factors: Factors, picks: list[Pick]) -> Iterator[Step]:
        start = self.running
        together = combined(factors, picks)
        for pick, counts in zip(picks, _counting(factors.group, picks), strict=True):
            value = Fraction(pick.numerator, pick.denominator)
            if factors.group.strategy == Strategy.DISCOUNTS:
                self.running -= start * (1 - value)
            elif counts:
                self.running *= value
            yield self._picked(StepKind.FACTOR, pick, counts=counts)
        if factors.lowest is None and factors.highest is None:
            self.running = start * Fraction(*together)
            return
        held = clamped(together, factors.lowest, factors.highest)
        self.running = start * Fraction(*held)
        text = ratio_text(Fraction(*together))
        is_met = Fraction(*held) != Fraction(*together)
        yield self._step(StepKind.GROUP_CLAMP, factors.group.code, (), text, counts=is_met)

    def _clamp(self, before: Fraction) -> Iterator[Step]:
        plan = self.plan
        if plan.lowest is None and plan.highest is None:
            return
        product = self.running / before
        held = Fraction(*clamped(_pair(product), plan.lowest, plan.highest))
        self.running = before * held
        text, is_met = ratio_text(product), held != product
        yield self._step(StepKind.CLAMP, "", (), text, counts=is_met)

    def _bound(self, kind: StepKind, bound: Decimal) -> Step:
        choose = max if kind == StepKind.MINIMUM else min
        held = choose(self.running, Fraction(bound))
        is_met, self.running = held != self.running, held
        return self._step(kind, "", (), text_of(bound), counts=is_met)

    def _picked(
        self, kind: StepKind, pick: Pick, units: int | None = None, *, counts: bool = True
    ) -> Step:
        entry = pick.entry
        per_unit = Fraction(pick.numerator * entry.scale * entry.table.per, pick.denominator)
        value = ratio_text(per_unit)
        amount = ""
        if units is not None and entry.table.exposure:
            amount = ratio_text(Fraction(units, entry.scale))
        cell = entry.keys[pick.position]
        return self._step(kind, entry.table.code, cell, value, amount=amount, counts=counts)

    def _step(
        self,
        kind: StepKind,
        code: str,
        cell: tuple[str, ...],
        value: str,
        *,
        amount: str = "",
        counts: bool = True,
    ) -> Step:
        running = yuan(self.running.numerator, self.running.denominator)
        effect, self.shown = running - self.shown, running
        return Step(kind, code, cell, value, amount, counts, running, effect)


def _counting(group: Group, picks: list[Pick]) -> list[bool]:
    if group.strategy != Strategy.BEST:
        return [True] * len(picks)
    values = [Fraction(pick.numerator, pick.denominator) for pick in picks]
    best = values.index(min(values))
    return [at == best for at in range(len(picks))]


def _pair(number: Fraction) -> Ratio:
    return number.numerator, number.denominator


def ratio_text(number: Fraction) -> str:
    """As a decimal where it is one, otherwise as the fraction it is."""
    twos_and_fives = number.denominator
    for prime in (2, 5):
        while twos_and_fives % prime == 0:
            twos_and_fives //= prime
    if twos_and_fives != 1:
        return f"{number.numerator}/{number.denominator}"
    places = len(str(number.denominator)) * 4
    digits = number.numerator * 10**places // number.denominator
    return text_of(Decimal(f"{digits}E-{places}"))
