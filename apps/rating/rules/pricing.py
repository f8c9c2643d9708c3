"""`price`: one tariff, one risk, one premium.

Exact from the first cell to the last: a fraction of integers, rounded once at the end. The premium
is reckoned at once; how it came about is told by the worksheet when somebody asks. The three parts
of the way depend on different facts, so that the gate can walk over all cells without repeating.
"""

from dataclasses import dataclass
from decimal import Decimal

from apps.catalogue.rules.tariff import Share, Tariff
from apps.rating.rules.plan import Entry, Factors, Pick, Plan, Ratio, clamped, combined, compiled
from apps.rating.rules.risk import CannotPrice, Risk, Why
from apps.rating.rules.worksheet import Course, Worksheet, yuan

ADDONS = "addons"  # the fact that names the chosen ones; empty when none is


@dataclass(slots=True)
class Beginning:
    """What comes before the floating factors: the base, the total so far, the add-ons to come."""

    base: Ratio
    total: Ratio
    later: list[Entry]


def price(tariff: Tariff, risk: Risk) -> Worksheet:
    """The premium of a risk, or CannotPrice with the fact that stands in the way."""
    plan = compiled(tariff)
    course, facts = Course(), risk
    if plan.classes:
        facts = with_classes(plan, risk, course)
    start = beginning(plan, facts, course)
    factor = floating(plan, facts, course)
    return Worksheet(tariff, risk, course, ending(plan, facts, course, start, factor))


def beginning(plan: Plan, facts: Risk, course: Course) -> Beginning:
    base = total = _base(plan, facts, course)
    chosen = _chosen_addons(plan, facts) if plan.addons else []
    later = []
    for entry in chosen:
        if entry.table.is_adjusted:
            total = _plus(total, _addon(entry, facts, course, base, base))
        else:
            later.append(entry)
    return Beginning(base, _times(total, plan.fixed, facts, course), later)


def floating(plan: Plan, facts: Risk, course: Course) -> Ratio:
    return clamped(_times((1, 1), plan.floating, facts, course), plan.lowest, plan.highest)


def ending(plan: Plan, facts: Risk, course: Course, start: Beginning, factor: Ratio) -> Decimal:
    total = adjusted = start.total[0] * factor[0], start.total[1] * factor[1]
    for entry in start.later:
        total = _plus(total, _addon(entry, facts, course, start.base, adjusted))
    premium = max(yuan(*total), plan.minimum)
    return premium if plan.maximum is None else min(premium, plan.maximum)


def with_classes(plan: Plan, risk: Risk, course: Course) -> Risk:
    facts = dict(risk)
    for gives, find, codes, table in plan.classes:
        if gives in risk:
            raise CannotPrice(Why.DERIVED, gives, risk[gives])
        position = find(facts)
        facts[gives] = codes[position]
        course.classes.append((table, position, codes[position]))
    return facts


def _base(plan: Plan, facts: Risk, course: Course) -> Ratio:
    total: Ratio = (0, 1)
    for entry in plan.bases:
        pick = entry.pick(entry, facts)
        units = entry.exposed(facts)
        course.bases.append((pick, units))
        total = _plus(total, (pick.numerator * units, pick.denominator))
    if not total[0]:
        raise CannotPrice(Why.OUTSIDE, plan.bases[0].table.exposure, 0)
    return total


def _chosen_addons(plan: Plan, facts: Risk) -> list[Entry]:
    codes = facts.get(ADDONS)
    if codes is None:
        raise CannotPrice(Why.MISSING, ADDONS)
    for code in sorted(codes):
        if code not in plan.addons:
            raise CannotPrice(Why.UNKNOWN, ADDONS, code)
        if (needed := plan.addons[code].table.requires) and needed not in codes:
            raise CannotPrice(Why.REQUIRES, ADDONS, needed)
    return [entry for code, entry in plan.addons.items() if code in codes]


def _addon(entry: Entry, facts: Risk, course: Course, base: Ratio, adjusted: Ratio) -> Ratio:
    pick = entry.pick(entry, facts)
    match entry.table.share_of:
        case Share.BASE:
            units, of = 1, base
        case Share.PREMIUM:
            units, of = 1, adjusted
        case _:
            units, of = entry.exposed(facts), (1, 1)
    course.addons.append((pick, units))
    return pick.numerator * units * of[0], pick.denominator * of[1]


def _times(start: Ratio, groups: list[Factors], facts: Risk, course: Course) -> Ratio:
    numerator, denominator = start
    for factors in groups:
        picks: list[Pick] = [entry.pick(entry, facts) for entry in factors.entries]
        course.groups.append((factors, picks))
        together = combined(factors, picks)
        together = clamped(together, factors.lowest, factors.highest)
        numerator *= together[0]
        denominator *= together[1]
    return numerator, denominator


def _plus(one: Ratio, other: Ratio) -> Ratio:
    if one[1] == other[1]:
        return one[0] + other[0], one[1]
    return one[0] * other[1] + other[0] * one[1], one[1] * other[1]
