"""One look at the losses: which industries pay too little or too much, which factors are off."""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from apps.catalogue.rules.documents import text_of
from apps.catalogue.rules.tariff import AxisKind, Table, TableKind, Tariff, Trend
from apps.core.errors import DomainError
from apps.rating.correction.fitting import MOST_LEVELS
from apps.rating.correction.losses import Loss
from apps.rating.correction.rules import (
    Credibility,
    blended,
    breaks_order,
    cell_value,
    credibility,
    off_balance,
    verdict,
)
from apps.rating.rules.plan import Entry, compiled
from apps.rating.rules.risk import typed

DIVISION = 2
PATIENCE = 180
ROOT = Path(__file__).resolve().parents[3]
NOT_FITTED = frozenset({"limit", "deductible"})  # the buyer's choice, not a property of the risk
LEAST_CLAIMS = 20  # without so many nothing is fitted at all


class StudyRefused(DomainError):
    code = "study_refused"


@dataclass(frozen=True)
class Terms:
    target: Decimal
    tolerance: Decimal
    cap: Decimal


@dataclass
class Experience:
    """The rows of a file in columns."""

    tariff: Tariff
    losses: Sequence[Loss]
    years: NDArray[np.float64]
    premium: NDArray[np.float64]
    claims: NDArray[np.float64]
    loss: NDArray[np.float64]

    @classmethod
    def of(cls, tariff: Tariff, losses: Sequence[Loss]) -> "Experience":
        def column(name: str) -> NDArray[np.float64]:
            return np.array([float(getattr(each, name)) for each in losses])

        return cls(tariff, losses, *map(column, ("years", "premium", "claims", "loss")))


def findings(tariff: Tariff, losses: Sequence[Loss], terms: Terms) -> dict[str, Any]:
    """As a study keeps them. Money is summed exactly; ratios are statistics."""
    seen = Experience.of(tariff, losses)
    fitted = _fitted(seen)
    return {
        "overall": _sums(seen, np.ones(len(losses), bool)),
        "industries": _industries(seen, terms),
        "factors": fitted,
        "proposals": [_proposal(seen, each, terms) for each in fitted],
    }


def _sums(seen: Experience, mask: NDArray[np.bool_]) -> dict[str, Any]:
    rows = [seen.losses[at] for at in np.flatnonzero(mask).tolist()]
    premium = sum((row.premium for row in rows), Decimal(0))
    loss = sum((row.loss for row in rows), Decimal(0))
    return {
        "lines": len(rows),
        "premium": str(premium),
        "loss": str(loss),
        "claims": sum(row.claims for row in rows),
        "ratio": round(float(loss / premium), 4) if premium else 0.0,
    }


def _industries(seen: Experience, terms: Terms) -> list[dict[str, Any]]:
    codes = [str(each.facts.get("industry", ""))[:DIVISION] for each in seen.losses]
    values, group = np.unique(np.array(codes), return_inverse=True)
    found = credibility(group.astype(np.intp), seen.premium, seen.loss, len(values))
    lines = []
    for at, code in enumerate(values.tolist()):
        z, ratio = float(found.z[at]), float(found.believed[at])
        told = verdict(ratio, z, target=float(terms.target), tolerance=float(terms.tolerance))
        sums = _sums(seen, group == at)
        more = {"z": round(z, 4), "believed": round(ratio, 4), "verdict": str(told)}
        lines.append({"code": code, **sums, **more})
    return sorted(lines, key=lambda line: -line["believed"])


def fitting_tables(tariff: Tariff) -> list[Table]:
    """The whitelist: factors of one axis with few named levels, none of them the buyer's choice."""
    return [
        table
        for table in tariff.of_kind(TableKind.FACTOR)
        if len(table.axes) == 1
        and not table.is_range
        and not table.several
        and table.axes[0].kind != AxisKind.LINEAR
        and table.axes[0].fact not in NOT_FITTED
        and 2 <= len(table.cells) <= MOST_LEVELS
    ]


def _entries(tariff: Tariff) -> dict[str, Entry]:
    plan = compiled(tariff)
    groups = [*plan.fixed, *plan.floating]
    return {entry.table.code: entry for factors in groups for entry in factors.entries}


def _levels(seen: Experience, tables: Sequence[Table]) -> NDArray[np.intp]:
    """The cell of each row in each table, by the tariff's own finders."""
    entries = _entries(seen.tariff)
    finders = [entries[table.code].find for table in tables]
    classes = compiled(seen.tariff).classes
    found = np.empty((len(tables), len(seen.losses)), np.intp)
    for row, each in enumerate(seen.losses):
        facts = typed(seen.tariff, each.facts)
        for gives, find, codes, _table in classes:
            facts[gives] = codes[find(facts)]
        for at, find in enumerate(finders):
            found[at, row] = find(facts)
    return found


def _fitted(seen: Experience) -> list[dict[str, Any]]:
    """Each factor's levels: what the losses indicate, what holds now, and how far to believe."""
    tables = fitting_tables(seen.tariff)
    if not tables or seen.claims.sum() < LEAST_CLAIMS:
        return []
    levels = _levels(seen, tables)
    relativities = fit(seen, levels, [len(table.cells) for table in tables])
    return [_factor(seen, table, levels[at], relativities[at]) for at, table in enumerate(tables)]


def fit(seen: Experience, levels: NDArray[np.intp], sizes: list[int]) -> list[list[float]]:
    """In a process of its own, under limits of memory and time."""
    written = io.BytesIO()
    np.savez(
        written,
        levels=levels,
        sizes=np.array(sizes),
        years=seen.years,
        claims=seen.claims,
        loss=seen.loss,
    )
    command = [sys.executable, "-E", "-s", "-m", "apps.rating.correction.fitting"]
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            command,
            input=written.getvalue(),
            capture_output=True,
            cwd=ROOT,
            env=quiet,
            timeout=PATIENCE,
            check=False,
        )
        answer = json.loads(done.stdout or b"{}")
    except (subprocess.TimeoutExpired, ValueError):
        answer = {}
    if "relativities" not in answer:
        reason = answer.get("refusal", _("超出内存或时间的限度"))
        raise StudyRefused(_("系数拟合没有完成：%(reason)s。") % {"reason": reason})
    found: list[list[float]] = answer["relativities"]
    return found


def _factor(
    seen: Experience, table: Table, level: NDArray[np.intp], relativities: list[float]
) -> dict[str, Any]:
    keys = list(table.keys)
    current = [table.cells[key].value or Decimal(0) for key in keys]
    found = credibility(level, seen.premium, seen.loss, len(keys))
    indicated = _levelled(relativities, current, np.bincount(level, seen.premium, len(keys)))
    return {
        "table": table.code,
        "levels": [
            {
                "keys": list(key),
                "current": text_of(current[at]),
                "indicated": round(indicated[at], 4),
                **_level_sums(seen, level == at, found, at),
            }
            for at, key in enumerate(keys)
        ],
    }


def _levelled(
    relativities: list[float], current: list[Decimal], premium: NDArray[Any]
) -> list[float]:
    """On the level of the table as it is: the same premium, only spread otherwise."""
    now = np.array([float(value) for value in current])
    said = np.array(relativities)
    exposure = premium / now
    scale = premium.sum() / float((exposure * said).sum())
    return [float(value) for value in said * scale]


def _level_sums(
    seen: Experience, mask: NDArray[np.bool_], found: Credibility, at: int
) -> dict[str, Any]:
    return {**_sums(seen, mask), "z": round(float(found.z[at]), 4)}


def _proposal(seen: Experience, factor: dict[str, Any], terms: Terms) -> dict[str, Any]:
    """The cells of one table: believed, balanced inside the cap, rounded inside it."""
    table, levels, cap = seen.tariff.table[factor["table"]], factor["levels"], Fraction(terms.cap)
    used = [level for level in levels if Decimal(level["premium"])]
    currents = [Decimal(level["current"]) for level in used]
    wanted = [
        blended(current, level["indicated"], level["z"]) / Fraction(current)
        for current, level in zip(currents, used, strict=True)
    ]
    weights = [int(Decimal(level["premium"]) * 100) for level in used]
    balance = off_balance(wanted, weights, cap=cap)
    moved = {
        tuple(level["keys"]): cell_value(current, change, cap)
        for current, level, change in zip(currents, used, balance.changes, strict=True)
    }
    values = [moved.get(tuple(each["keys"]), Decimal(each["current"])) for each in levels]
    return {
        "table": table.code,
        "values": [text_of(value) for value in values],
        "factor": f"{float(balance.factor):.6f}",
        "drift": _drift(weights, currents, [moved[tuple(level["keys"])] for level in used]),
        "breaks_order": _breaks(table, values),
        "moves": sum(
            value != Decimal(level["current"]) for value, level in zip(values, levels, strict=True)
        ),
    }


def _drift(weights: list[int], before: list[Decimal], after: list[Decimal]) -> float:
    """By what share the whole premium is off its balance after rounding, in percent."""
    ratios = zip(weights, before, after, strict=True)
    moved = sum((w * Fraction(new) / Fraction(old) for w, old, new in ratios), Fraction(0))
    return round(float(moved / sum(weights) - 1) * 100, 4)


def _breaks(table: Table, values: list[Decimal]) -> bool:
    trend = table.axes[0].trend
    if trend == Trend.NONE:
        return False
    return breaks_order(values, is_rising=trend == Trend.RISING)
