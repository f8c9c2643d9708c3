"""What of a risk is open, between which values one may choose, and how far along a value lies."""

from collections.abc import Collection
from decimal import Decimal

from apps.catalogue.rules.tariff import Fact, FactKind, Tariff
from apps.rating.rules.plan import Entry, compiled
from apps.rating.rules.pricing import ADDONS
from apps.rating.rules.risk import CannotPrice, Risk

SETTLED = frozenset({"limit", "deductible", ADDONS})
Bounds = tuple[Decimal, Decimal]


def gaps(tariff: Tariff, known: Collection[str]) -> list[Fact]:
    """What the tariff asks for and nobody has said; limit and deductible are the buyer's choice."""
    return [fact for fact in tariff.asked if fact.code not in {*known, *SETTLED}]


def is_range(fact: Fact) -> bool:
    return fact.kind == FactKind.CHOSEN


def bounds(tariff: Tariff, code: str, facts: Risk) -> Bounds:
    """The range the risk falls into; where that is not known yet, the widest of the table."""
    table = tariff.table[code]
    entry = _entry_of(tariff, code)
    try:
        cells = [table.cells[entry.keys[entry.find(facts)]]]
    except CannotPrice:
        cells = list(table.cells.values())
    lowest = [cell.value or Decimal(0) for cell in cells]
    highest = [cell.highest if cell.highest is not None else cell.value for cell in cells]
    return min(lowest), max(value or Decimal(0) for value in highest)


def _entry_of(tariff: Tariff, code: str) -> Entry:
    plan = compiled(tariff)
    groups = [entry for factors in (*plan.fixed, *plan.floating) for entry in factors.entries]
    entries = [*plan.bases, *plan.addons.values(), *groups]
    return next(entry for entry in entries if entry.table.code == code)


def is_within(value: Decimal, of: Bounds, part: tuple[int, int]) -> bool:
    """Whether a value lies in that part of the range; parts are in hundredths of its length."""
    lowest, highest = of
    if not lowest <= value <= highest:
        return False
    length, way = highest - lowest, (value - lowest) * 100
    return part[0] * length <= way <= part[1] * length


def allowed(of: Bounds, part: tuple[int, int]) -> Bounds:
    """The same part as values."""
    lowest, highest = of
    length = highest - lowest
    return lowest + length * part[0] / 100, lowest + length * part[1] / 100
