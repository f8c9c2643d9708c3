"""What moved in a pool in a month, policy by policy, and what of it is whose.

A member's own of a policy's money is its part of all that was received so far, less its part of
what was received before the month: over the life of a policy the parts add up to the whole split.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import numpy as np
from django.db import connection

from apps.billing.models import Settlement
from apps.billing.monthly.checking import Facts, Fault, faults_of
from apps.billing.monthly.corrections import moved_to, outstanding_in, vector_of
from apps.billing.rules import month_after
from apps.core.money import FEN
from apps.core.splitting import split_many
from apps.pools.models import Pool

MOVED = """
select e.policy_id, y.number, y.insurer_id,
    coalesce(sum(p.amount) filter (where p.account = 'due_to_insurer' and e.day >= %(start)s), 0),
    coalesce(sum(p.amount) filter (where p.account <> 'due_to_insurer' and e.day < %(start)s), 0),
    coalesce(sum(p.amount) filter (where p.account <> 'due_to_insurer' and e.day >= %(start)s), 0),
    coalesce(-sum(p.amount) filter (where p.account = 'due_to_insurer'), 0),
    y.insured_name, y.insured_uscc, y.cover_from, y.cover_to, y.cancelled_from
from billing_posting p join billing_entry e on e.id = p.entry_id
join policies_policy y on y.id = e.policy_id
where y.pool_id = %(pool)s and e.day < %(end)s
    and p.account in ('due_to_insurer', 'cash', 'overpaid')
    and e.policy_id in (select m.policy_id from billing_entry m
        where m.district_id = %(district)s and m.day >= %(start)s and m.day < %(end)s
            and m.kind not in ('commission_accrued', 'commission_paid'))
group by e.policy_id, y.id order by y.number
"""
DUE = """
select p.owner_id, -sum(p.amount)
from billing_posting p join billing_entry e on e.id = p.entry_id
join policies_policy y on y.id = e.policy_id
where y.pool_id = %(pool)s and e.day >= %(start)s and e.day < %(end)s
    and p.account = 'due_to_insurer'
group by 1
"""
VECTORS = """
select policy_id, array_agg(insurer_id order by insurer_id),
    array_agg(basis_points::int order by insurer_id)
from policies_policyshare where policy_id = any(%s) group by 1
"""

Row = tuple[Any, ...]  # of MOVED
Vector = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Moved:
    """One line of the bordereau."""

    policy: int
    number: str
    seller: int
    due: Decimal
    received: Decimal
    own: dict[int, Decimal]
    insured: str = ""
    cover_from: date | None = None
    cover_to: date | None = None
    faults: tuple[Fault, ...] = ()
    corrects: int | None = None

    @property
    def text(self) -> str:
        parts = ",".join(f"{insurer}={part}" for insurer, part in sorted(self.own.items()))
        period = f"{self.cover_from or ''}/{self.cover_to or ''}"
        faults = ",".join(f"{field}.{name}" for field, name in self.faults)
        facts = (self.number, self.seller, self.insured, period, self.due, self.received)
        return "|".join(map(str, (*facts, parts, faults, self.corrects or ""))) + "\n"


@dataclass(frozen=True)
class Position:
    insurer: int
    due: Decimal
    own: Decimal
    held: Decimal

    @property
    def net(self) -> Decimal:
        """More than nothing: to receive; less: to pay."""
        return self.own - self.held


def moved_in(pool: Pool, month: date) -> list[Moved]:
    with connection.cursor() as cursor:
        cursor.execute(MOVED, _terms(pool, month))
        rows = cursor.fetchall()
        cursor.execute(VECTORS, [[row[0] for row in rows]])
        vectors = {policy: (tuple(who), tuple(points)) for policy, who, points in cursor}
    own = dict(owned(rows, vectors))
    lines = [line_of(row, own[row[0]], vectors[row[0]]) for row in rows]
    return lines + [_correction(one) for one in outstanding_in(pool)]


def line_of(row: Row, own: dict[int, Decimal], vector: Vector) -> Moved:
    policy, number, seller, due, before, received, due_ever, insured, code, start, end, cut = row
    shares = dict(zip(*vector, strict=True))
    whole = (due_ever, before + received)
    facts = Facts(number, insured, code, start, end, cut, *whole, seller, shares)
    faults = tuple(faults_of(facts))
    return Moved(policy, number, seller, -due, received, own, insured, start, end, faults)


def _correction(settlement: Settlement) -> Moved:
    difference = settlement.difference
    line, nothing = difference.line, Decimal("0.00")
    own = moved_to(
        difference.insurer_id,
        settlement.correction,
        vector_of(line.policy_id),
        key=difference.public_id,
    )
    return Moved(
        line.policy_id,
        line.number,
        line.seller_id,
        nothing,
        nothing,
        own,
        line.insured,
        line.cover_from,
        line.cover_to,
        corrects=difference.pk,
    )


def positions(pool: Pool, month: date, moved: list[Moved]) -> list[Position]:
    """Of everyone who has a part in any of it."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, _terms(pool, month))
        due = dict(cursor.fetchall())
    return positions_of(moved, due)


def positions_of(moved: list[Moved], due: dict[int, Decimal]) -> list[Position]:
    own: dict[int, Decimal] = defaultdict(Decimal)
    held: dict[int, Decimal] = defaultdict(Decimal)
    for line in moved:
        held[line.seller] += line.received
        for insurer, part in line.own.items():
            own[insurer] += part
    nothing = Decimal("0.00")
    return [
        Position(who, due.get(who, nothing), own.get(who, nothing), held.get(who, nothing))
        for who in sorted({*due, *own, *held})
    ]


def digest_of(number: str, moved: list[Moved], members: list[Position]) -> str:
    lines = [line.text for line in moved]
    lines += [f"{one.insurer}|{one.due}|{one.own}|{one.held}\n" for one in members]
    return sha256("".join([f"{number}\n", *lines]).encode()).hexdigest()


def _terms(pool: Pool, month: date) -> dict[str, Any]:
    return {
        "pool": pool.pk,
        "district": pool.district_id,
        "start": month,
        "end": month_after(month),
    }


def owned(rows: list[Row], vectors: dict[int, Vector]) -> Iterator[tuple[int, dict[int, Decimal]]]:
    """Policies that share one vector are split in one column."""
    alike = defaultdict(list)
    for row in rows:
        alike[vectors[row[0]]].append(row)
    for (insurers, points), group in alike.items():
        weights = {str(who): share for who, share in zip(insurers, points, strict=True)}
        keys = [number for _policy, number, *_rest in group]
        before = np.array([int(row[4] * 100) for row in group], dtype=np.int64)
        now = np.array([int(row[5] * 100) for row in group], dtype=np.int64)
        parts = split_many(before + now, weights, keys=keys)
        parts = parts - split_many(before, weights, keys=keys)
        for row, fen in zip(group, parts.tolist(), strict=True):
            parts_of = zip(insurers, fen, strict=True)
            yield row[0], {who: FEN * part for who, part in parts_of if part}
