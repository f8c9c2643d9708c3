"""The daily hash chain of entries: how long each day's is, where it ends, and whether it holds."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Count, Max

from apps.billing.actors import BOOKS
from apps.billing.models import EntrySeal
from apps.billing.sealing import DIGEST
from apps.core import context
from apps.core.audit import GENESIS

# The same judgement as the nightly check of all books, for some days.
BROKEN = f"""
select day, count(*) from (
    select s.day, s.previous, s.digest, s.link, s.sequence,
        lag(s.link, 1, '{GENESIS}') over days before, row_number() over days place,
        {DIGEST} again
    from billing_entryseal s left join billing_entry e on e.id = s.entry_id
    where s.day >= %s and s.day < %s
    window days as (partition by s.day order by s.sequence)
) chain
where previous <> before or place <> sequence or again is distinct from digest
   or link <> encode(sha256(convert_to(previous || digest, 'UTF8')), 'hex')
group by day
"""  # noqa: S608  constants of the code


@dataclass(frozen=True)
class DayChain:
    day: date
    entries: int
    link: str
    broken: int | None


def chains(start: date, end: date, *, verified: bool) -> list[DayChain]:
    """Newest day first. `broken` counts the links that no longer hold, where that was asked."""
    seals = EntrySeal.objects.filter(day__gte=start, day__lt=end).order_by()
    ends = seals.values("day").annotate(entries=Count("pk"), last=Max("sequence"))
    days = {row["day"]: row for row in ends}
    links = {
        seal.day: seal.link
        for seal in seals.filter(day__in=days, sequence__in={row["last"] for row in ends})
        if seal.sequence == days[seal.day]["last"]
    }
    broken = _broken(start, end) if verified else {}
    return [
        DayChain(day, days[day]["entries"], links[day], broken.get(day, 0) if verified else None)
        for day in sorted(days, reverse=True)
    ]


def _broken(start: date, end: date) -> dict[date, int]:
    with context.entering(BOOKS.context), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BROKEN, [start, end])
        return dict(cursor.fetchall())
