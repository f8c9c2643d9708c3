"""Chains the entries of each day and remembers what their lines come to.

As with the audit (docs/adr/0002): entries are linked after their commit, by one sealer at a time,
so that no writer waits for another. The totals move in the same transaction as the links: together
they say exactly which lines a total holds.
"""

from datetime import date
from hashlib import sha256

from django.db import connection, transaction

from apps.billing.actors import BOOKS
from apps.billing.models import EntrySeal
from apps.core import context
from apps.core.audit import GENESIS

SEAL_LOCK = 7_301_104  # any constant; names the advisory lock of the chain
LATE = 300_000  # ids a long transaction may lie behind the newest sealed entry

DIGEST = """
encode(sha256(convert_to(concat_ws('|', e.id, e.public_id, e.kind, e.once, e.day, e.policy_id,
    e.insurer_id, e.enterprise_id, e.district_id, e.voucher, coalesce(e.reverses_id, 0), e.note,
    extract(epoch from e.entered_at), e.actor, (
        select string_agg(concat_ws(',', p.line, p.account, p.owner_id, p.insurer_id,
            p.district_id, p.amount), ';' order by p.line)
        from billing_posting p where p.entry_id = e.id
    )), 'UTF8')), 'hex')
"""
FRESH = f"""
select e.id, (e.entered_at at time zone 'Asia/Shanghai')::date, {DIGEST}
from billing_entry e
where e.id > (select coalesce(max(entry_id), 0) from billing_entryseal) - {LATE}
  and not exists (select 1 from billing_entryseal s where s.entry_id = e.id)
order by e.id limit %s
"""  # noqa: S608  constants of this file
REMEMBER = """
insert into billing_daytotal (insurer_id, day, account, owner_id, district_id, debit, credit)
select p.insurer_id, e.day, p.account,
    case when p.owner_id = e.enterprise_id then null else p.owner_id end, p.district_id,
    coalesce(sum(p.amount) filter (where p.amount > 0), 0),
    -coalesce(sum(p.amount) filter (where p.amount < 0), 0)
from billing_posting p join billing_entry e on e.id = p.entry_id
where e.id = any(%s) group by 1, 2, 3, 4, 5
on conflict (insurer_id, day, account, owner_id, district_id) do update
set debit = billing_daytotal.debit + excluded.debit,
    credit = billing_daytotal.credit + excluded.credit
"""


def seal_all() -> int:
    """Link whatever is committed and not linked yet; says how many entries that were."""
    sealed = 0
    while step := seal():
        sealed += step
    return sealed


def seal(limit: int = 5_000) -> int:
    with context.entering(BOOKS.context), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FRESH, [limit])
        fresh = cursor.fetchall()
        EntrySeal.objects.bulk_create(_linked(fresh))
        cursor.execute(REMEMBER, [[entry for entry, _day, _digest in fresh]])
    return len(fresh)


def _linked(fresh: list[tuple[int, date, str]]) -> list[EntrySeal]:
    ends: dict[date, tuple[int, str]] = {}
    links = []
    for entry, day, digest in fresh:
        sequence, previous = ends.get(day) or end_of(day)
        link = sha256(f"{previous}{digest}".encode()).hexdigest()
        links.append(
            EntrySeal(
                day=day,
                sequence=sequence + 1,
                entry_id=entry,
                previous=previous,
                digest=digest,
                link=link,
            )
        )
        ends[day] = (sequence + 1, link)
    return links


def end_of(day: date) -> tuple[int, str]:
    """How far the day's chain has come, and the hash at its end."""
    last = EntrySeal.objects.filter(day=day).order_by("-sequence").first()
    return (last.sequence, last.link) if last else (0, GENESIS)
