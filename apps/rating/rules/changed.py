"""Why a premium changed: the difference told factor by factor, in fen that add up.

A premium is a product, so its change is shared out by logarithms: to a factor that went from f to
f′ belongs Δ·ln(f′/f)/ln(P′/P). Sums inside the product (several bases, add-ons, discounts) are
shared out by their terms in the same measure. It makes no difference which factor is taken first,
and a factor that only one of the two tariffs has counts as 1 in the other. Logarithms only weigh
the shares; the difference itself is the two premiums'.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from apps.catalogue.rules.tariff import Share, Strategy
from apps.core.money import to_fen_together
from apps.rating.rules.plan import Factors, Pick, clamped, combined, compiled
from apps.rating.rules.worksheet import Worksheet, ratio_text

DIGITS = 50
NOTHING = Decimal(0)
ONE = Fraction(1)


class ChangeKind(StrEnum):
    BASE = "base"  # the rate
    EXPOSURE = "exposure"  # how much of it: heads, works
    ADDON = "addon"
    FACTOR = "factor"
    GROUP_CLAMP = "group_clamp"
    CLAMP = "clamp"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


@dataclass(frozen=True, slots=True)
class Side:
    """The cell and the value as they were, or are."""

    cell: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """`code` is a table, an exposure's fact or a group; `old` or `new` is None where it is not."""

    kind: ChangeKind
    code: str
    effect: Decimal
    old: Side | None
    new: Side | None


@dataclass(frozen=True, slots=True)
class WhyChanged:
    old: Decimal
    new: Decimal
    changes: tuple[Change, ...]

    @property
    def difference(self) -> Decimal:
        return self.new - self.old


Key = tuple[ChangeKind, str]
Shares = dict[Key, Decimal]


def why_changed(old: Worksheet, new: Worksheet) -> WhyChanged:
    """What made one premium the other, in the order of the new worksheet; effects sum to it."""
    before, after = _anatomy(old), _anatomy(new)
    with localcontext(prec=DIGITS):
        mean = _mean(after.premium, before.premium)
        parts = {key: mean * share for key, share in _shares(before, after).items() if share}
    named = {f"{kind}/{code}": amount for (kind, code), amount in parts.items()}
    effects = to_fen_together(named, new.premium - old.premium)
    keys = [*after.sides, *(key for key in before.sides if key not in after.sides)]
    changes = tuple(
        Change(*key, effects[f"{key[0]}/{key[1]}"], before.sides.get(key), after.sides.get(key))
        for key in keys
        if key in parts
    )
    return WhyChanged(old.premium, new.premium, changes)


@dataclass(slots=True)
class _Base:
    rate: Fraction
    units: int
    fact: str

    @property
    def amount(self) -> Fraction:
        return self.rate * self.units


@dataclass(slots=True)
class _GroupPart:
    strategy: Strategy
    values: dict[str, Fraction]  # those that count
    together: Fraction
    held: Fraction


@dataclass(slots=True)
class _Anatomy:
    """A premium taken apart; everything exact, nothing rounded."""

    bases: dict[str, _Base] = field(default_factory=dict)
    early: dict[str, Fraction] = field(default_factory=dict)  # add-ons that factors apply to
    late: dict[str, Fraction] = field(default_factory=dict)
    groups: dict[str, _GroupPart] = field(default_factory=dict)
    clamp: Fraction = ONE
    start: Fraction = ONE  # bases and early add-ons
    adjusted: Fraction = ONE  # after all factors
    total: Fraction = ONE
    minimum: Fraction = ONE  # what the bound multiplies by
    maximum: Fraction = ONE
    premium: Fraction = ONE
    sides: dict[Key, Side] = field(default_factory=dict)


def _anatomy(worksheet: Worksheet) -> _Anatomy:
    plan, course, found = compiled(worksheet.tariff), worksheet.course, _Anatomy()
    for pick, units in course.bases:
        table = pick.entry.table
        found.bases[table.code] = _Base(_value(pick), units, table.exposure)
        _note(found, ChangeKind.BASE, pick)
        if table.exposure:
            amount = ratio_text(Fraction(units, pick.entry.scale))
            found.sides[ChangeKind.EXPOSURE, table.exposure] = Side((), amount)
    base = sum((each.amount for each in found.bases.values()), Fraction(0))
    found.start = base + _addons(worksheet, found, found.early, base, base)
    product = ONE
    for factors, picks in course.groups:
        part = _group(found, factors, picks)
        found.groups[factors.group.code] = part
        product *= part.held if factors.group.is_float else ONE
    held = Fraction(*clamped((product.numerator, product.denominator), plan.lowest, plan.highest))
    found.clamp = held / product
    _side(found, ChangeKind.CLAMP, "", found.clamp)
    found.adjusted = found.start * found.clamp
    for part in found.groups.values():
        found.adjusted *= part.held
    late = _addons(worksheet, found, found.late, base, found.adjusted)
    found.total = found.adjusted + late
    _bound(found, Fraction(plan.minimum), plan.maximum)
    return found


def _addons(
    worksheet: Worksheet,
    found: _Anatomy,
    terms: dict[str, Fraction],
    base: Fraction,
    adjusted: Fraction,
) -> Fraction:
    of = {Share.BASE: base, Share.PREMIUM: adjusted}
    for pick, units in worksheet.course.addons:
        table = pick.entry.table
        if table.is_adjusted == (terms is found.early):
            terms[table.code] = _value(pick) * units * of.get(table.share_of, ONE)
            _note(found, ChangeKind.ADDON, pick)
    return sum(terms.values(), Fraction(0))


def _group(found: _Anatomy, factors: Factors, picks: list[Pick]) -> _GroupPart:
    values = {pick.entry.table.code: _value(pick) for pick in picks}
    if factors.group.strategy == Strategy.BEST:
        best = min(values, key=values.__getitem__)
        values = {best: values[best]}
    for pick in picks:
        _note(found, ChangeKind.FACTOR, pick)
    together = combined(factors, picks)
    held = Fraction(*clamped(together, factors.lowest, factors.highest))
    part = _GroupPart(factors.group.strategy, values, Fraction(*together), held)
    _side(found, ChangeKind.GROUP_CLAMP, factors.group.code, held / part.together)
    return part


def _bound(found: _Anatomy, minimum: Fraction, maximum: Decimal | None) -> None:
    raised = max(found.total, minimum)
    found.minimum = raised / found.total
    found.premium = raised if maximum is None else min(raised, Fraction(maximum))
    found.maximum = found.premium / raised
    _side(found, ChangeKind.MINIMUM, "", found.minimum)
    _side(found, ChangeKind.MAXIMUM, "", found.maximum)


def _value(pick: Pick) -> Fraction:
    return Fraction(pick.numerator, pick.denominator)


def _note(found: _Anatomy, kind: ChangeKind, pick: Pick) -> None:
    entry = pick.entry
    per_unit = _value(pick) * entry.scale * entry.table.per
    found.sides[kind, entry.table.code] = Side(entry.keys[pick.position], ratio_text(per_unit))


def _side(found: _Anatomy, kind: ChangeKind, code: str, factor: Fraction) -> None:
    """A bound that was not met has no side."""
    if factor != ONE:
        found.sides[kind, code] = Side((), ratio_text(factor))


def _shares(old: _Anatomy, new: _Anatomy) -> Shares:
    """Each part's share of ln(P′/P); they sum to it."""
    found: Shares = defaultdict(Decimal)
    found[ChangeKind.MINIMUM, ""] = _ln(new.minimum / old.minimum)
    found[ChangeKind.MAXIMUM, ""] = _ln(new.maximum / old.maximum)
    mean = _mean(new.total, old.total)
    _terms(found, ChangeKind.ADDON, old.late, new.late, 1 / mean)
    weight = _mean(new.adjusted, old.adjusted) / mean
    found[ChangeKind.CLAMP, ""] = weight * _ln(new.clamp / old.clamp)
    for code in {**old.groups, **new.groups}:
        _of_group(found, code, old.groups.get(code), new.groups.get(code), weight)
    weight /= _mean(new.start, old.start)
    _terms(found, ChangeKind.ADDON, old.early, new.early, weight)
    for code in {**old.bases, **new.bases}:
        _of_base(found, code, old.bases.get(code), new.bases.get(code), weight)
    return found


def _terms(
    found: Shares,
    kind: ChangeKind,
    old: Mapping[str, Fraction],
    new: Mapping[str, Fraction],
    weight: Decimal,
) -> None:
    for code in {**old, **new}:
        grown = new.get(code, Fraction(0)) - old.get(code, Fraction(0))
        found[kind, code] += weight * _decimal(grown)


def _of_base(
    found: Shares, code: str, old: _Base | None, new: _Base | None, weight: Decimal
) -> None:
    """Rate and exposure apart, when both years have some."""
    before, after = (each.amount if each else Fraction(0) for each in (old, new))
    if not (old and new and before and after and old.fact == new.fact):
        found[ChangeKind.BASE, code] += weight * _decimal(after - before)
        return
    weight *= _mean(after, before)
    found[ChangeKind.BASE, code] += weight * _ln(new.rate / old.rate)
    if new.fact:
        units = Fraction(new.units, old.units)
        found[ChangeKind.EXPOSURE, new.fact] += weight * _ln(units)


def _of_group(
    found: Shares, code: str, old: _GroupPart | None, new: _GroupPart | None, weight: Decimal
) -> None:
    if old and new and old.strategy == new.strategy == Strategy.DISCOUNTS:
        off = {name: value - 1 for name, value in old.values.items()}
        now = {name: value - 1 for name, value in new.values.items()}
        _terms(found, ChangeKind.FACTOR, off, now, weight / _mean(new.together, old.together))
    else:
        for sign, part in ((-1, old), (1, new)):
            for name, share in (_alone(part) if part else {}).items():
                found[ChangeKind.FACTOR, name] += sign * weight * share
    clamps = [part.held / part.together if part else ONE for part in (old, new)]
    found[ChangeKind.GROUP_CLAMP, code] += weight * _ln(clamps[1] / clamps[0])


def _alone(part: _GroupPart) -> dict[str, Decimal]:
    """Each factor's share of the group's logarithm."""
    if part.strategy == Strategy.DISCOUNTS:
        mean = _mean(part.together, ONE)
        return {name: _decimal(value - 1) / mean for name, value in part.values.items()}
    return {name: _ln(value) for name, value in part.values.items()}


def _mean(one: Fraction, other: Fraction) -> Decimal:
    """The logarithmic mean: (a − b) / ln(a / b)."""
    if one == other:
        return _decimal(one)
    return _decimal(one - other) / _ln(one / other)


def _ln(number: Fraction) -> Decimal:
    return NOTHING if number == ONE else _decimal(number).ln()


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
