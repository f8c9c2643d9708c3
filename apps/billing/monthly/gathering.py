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

from apps.billing.rules import month_after
from apps.core.money import FEN
from apps.core.splitting import split_many
from apps.pools.models import Pool

MOVED = """
select e.policy_id, y.number, y.insurer_id,
    coalesce(sum(p.amount) filter (where p.account = 'due_to_insurer' and e.day >= %(start)s), 0),
    coalesce(sum(p.amount) filter (where p.account <> 'due_to_insurer' and e.day < %(start)s), 0),
    coalesce(sum(p.amount) filter (where p.account <> 'due_to_insurer' and e.day >= %(start)s), 0)
from billing_posting p join billing_entry e on e.id = p.entry_id
join policies_policy y on y.id = e.policy_id
where y.pool_id = %(pool)s and e.day < %(end)s
    and p.account in ('due_to_insurer', 'cash', 'overpaid')
    and e.policy_id in (select m.policy_id from billing_entry m
        where m.district_id = %(district)s and m.day >= %(start)s and m.day < %(end)s)
group by 1, 2, 3 order by y.number
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


@dataclass(frozen=True)
class Moved:
    """One line of the bordereau."""

    policy: int
    number: str
    seller: int
    due: Decimal
    received: Decimal
    own: dict[int, Decimal]

    @property
    def text(self) -> str:
        parts = ",".join(f"{insurer}={part}" for insurer, part in sorted(self.own.items()))
        return f"{self.number}|{self.seller}|{self.due}|{self.received}|{parts}\n"


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
    own = dict(_owned(rows, vectors))
    return [
        Moved(policy, number, seller, -due, received, own[policy])
        for policy, number, seller, due, _before, received in rows
    ]


def positions(pool: Pool, month: date, moved: list[Moved]) -> list[Position]:
    """Of everyone who has a part in any of it."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, _terms(pool, month))
        due = dict(cursor.fetchall())
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


def _owned(
    rows: list[tuple[int, str, int, Decimal, Decimal, Decimal]],
    vectors: dict[int, tuple[tuple[int, ...], tuple[int, ...]]],
) -> Iterator[tuple[int, dict[int, Decimal]]]:
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
            owned = zip(insurers, fen, strict=True)
            yield row[0], {who: FEN * part for who, part in owned if part}
