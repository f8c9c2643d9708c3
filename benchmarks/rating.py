"""What one price takes, beside the same product of Decimals written by hand."""

import statistics
import time
import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from apps.catalogue.rules.documents import digest, read
from apps.catalogue.rules.tariff import Tariff
from apps.catalogue.services import shipped
from apps.core.money import to_fen
from apps.rating.rules.pricing import price
from apps.rating.rules.proof import recompute
from apps.rating.rules.risk import typed
from benchmarks import pricing_many as many
from benchmarks.report import Table, microseconds, ratio

BUDGET = 20e-6  # seconds, for one premium, at the median
ROUNDS = 20_000
SLOW_ROUNDS = 500

Risk = dict[str, Any]


def pricing() -> list[str]:
    """One line per figure; what is above its budget."""
    tariff = shipped_tariff()
    risk = typed(tariff, tariff.golden[0].facts)
    plain = median(lambda: by_hand(risk), ROUNDS)
    table = Table([("rating", 44), ("p50", 12), ("baseline", 12), ("ratio", 8), ("budget", 8)])
    table.head("One premium: two classes, a base, eight factors, a clamp, a minimum")
    measured = median(lambda: price(tariff, risk), ROUNDS)
    table.line(
        "price, the premium only",
        microseconds(measured),
        microseconds(plain),
        ratio(measured, plain),
        microseconds(BUDGET),
    )
    for name, act in further(tariff, risk).items():
        seconds = median(act, SLOW_ROUNDS)
        table.line(name, microseconds(seconds), "", ratio(seconds, measured), "")
    missed = [f"price: {microseconds(measured)}"] if measured > BUDGET else []
    missed += many.portfolios(tariff) + many.gate(tariff)
    many.engines(tariff)
    return missed


def further(tariff: Tariff, risk: Risk) -> dict[str, Callable[[], object]]:
    document = price(tariff, risk).document()
    return {
        "price with its steps told": lambda: price(tariff, risk).steps,
        "price, worksheet and its hash": lambda: digest(price(tariff, risk).document()),
        "a frozen worksheet proved": lambda: recompute(document, tariff),
    }


def shipped_tariff() -> Tariff:
    text = (shipped.DATA / shipped.TARIFFS[-1]).read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return read({**document, "code": document["product"]})


TIERS = ((1001, "0.95"), (301, "1.00"), (101, "1.03"), (51, "1.04"), (21, "1.06"), (1, "1.10"))
LIMITS = {500_000: Decimal("1.00"), 1_000_000: Decimal("1.64"), 1_500_000: Decimal("2.16")}
CLASSES = {"33": Decimal(120), "52": Decimal(60)}
DEDUCTIBLES = {0: Decimal("1.00"), 1000: Decimal("0.97")}
STANDARDS = {"none": Decimal("1.10"), "3": Decimal("1.00"), "2": Decimal("0.90")}
ACCIDENTS = {"none_2": Decimal("1.00"), "none_3": Decimal("0.95"), "none_4": Decimal("0.90")}
CREDIT = {"none": Decimal("1.00"), "B": Decimal("1.00"), "A": Decimal("0.90")}
LISTED = {"no": Decimal("1.00"), "yes": Decimal("1.50")}


def by_hand(risk: Risk) -> Decimal:
    """The least anybody could write for this one tariff, with no worksheet and no refusals."""
    size = next(Decimal(factor) for start, factor in TIERS if risk["heads"] >= start)
    level = Decimal("1.20") if "dust" in risk["tags"] else Decimal("1.00")
    amount = CLASSES[risk["industry"][:2]] * risk["heads"] * LIMITS[risk["limit"]] * size
    amount *= DEDUCTIBLES[risk["deductible"]]
    factor = STANDARDS[risk["standardisation"]] * ACCIDENTS[risk["accidents"]] * level
    factor *= CREDIT[risk["credit"]] * LISTED[risk["listed"]]
    factor = min(max(factor, Decimal("0.70")), Decimal("1.30"))
    return max(to_fen(amount * factor), Decimal(500))


def median(act: Callable[[], object], rounds: int) -> float:
    for _ in range(rounds // 10):
        act()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
