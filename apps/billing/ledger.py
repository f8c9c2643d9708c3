"""The one door to the ledger: an entry and all its lines, once, in the caller's transaction."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.billing.models import ClosedMonth, Entry, EntryKind, Posting
from apps.billing.rules import Line, month_after, reversed_lines
from apps.core.context import Actor
from apps.core.errors import DomainError
from apps.policies.models import Policy

CLOSED = "the month is closed"  # what the trigger says


class LedgerRefused(DomainError):
    code = "ledger_refused"


def open_from(insurer_id: int) -> date | None:
    """The first day the insurer's books still take; None when no month was ever closed."""
    last = ClosedMonth.objects.filter(insurer=insurer_id).aggregate(month=Max("month"))["month"]
    return month_after(last) if last else None


def book_day(insurer_id: int, day: date) -> date:
    """Where a fact of `day` is entered: what is known late goes into the first open month."""
    first = open_from(insurer_id)
    return max(day, first) if first else day


def refusal_to_date(insurer_id: int, day: date) -> str:
    first = open_from(insurer_id)
    if first is None or day >= first:
        return ""
    return _("%(day)s所在月份已经结账，不能再记账；请记入%(first)s以后。") % {
        "day": day.isoformat(),
        "first": first.isoformat(),
    }


def post(
    kind: EntryKind,
    *,
    once: str,
    day: date,
    policy: Policy,
    lines: Iterable[Line],
    by: Actor,
    voucher: str = "",
    note: str = "",
    reverses: Entry | None = None,
) -> Entry:
    """Write a balanced entry; `once` is its business key, and a second one is refused.

    The database refuses a closed month too: somebody may be closing it at this very moment.
    """
    if refusal := refusal_to_date(policy.insurer_id, day):
        raise LedgerRefused(refusal)
    entry = drafted(kind, once=once, day=day, policy=policy, by=by, voucher=voucher, note=note)
    entry.reverses = reverses
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as taken:
        late = refusal_to_date(policy.insurer_id, day) if CLOSED in str(taken) else ""
        raise LedgerRefused(late or _("这笔业务已经记账，不能重复记账。")) from taken
    Posting.objects.bulk_create(lines_of(entry, lines))
    return entry


def drafted(
    kind: EntryKind,
    *,
    once: str,
    day: date,
    policy: Policy,
    by: Actor,
    voucher: str = "",
    note: str = "",
) -> Entry:
    """The header of an entry, not stored yet; also for bulk loads."""
    return Entry(
        kind=kind,
        once=once,
        day=day,
        policy=policy,
        insurer_id=policy.insurer_id,
        enterprise_id=policy.enterprise_id,
        district_id=policy.district_id,
        voucher=voucher,
        note=note,
        actor=by.actor_key,
    )


def lines_of(entry: Entry, lines: Iterable[Line]) -> list[Posting]:
    return [
        Posting(
            entry=entry,
            line=number,
            account=line.account,
            owner_id=int(line.owner),
            insurer_id=entry.insurer_id,
            district_id=entry.district_id,
            amount=line.amount,
        )
        for number, line in enumerate(lines, 1)
    ]


def reverse(entry: Entry, *, day: date, by: Actor, note: str) -> Entry:
    """Undo an entry by its mirror image; once only."""
    stored = entry.lines.values_list("account", "owner_id", "amount")
    lines = [Line(account, str(owner), amount) for account, owner, amount in stored]
    return post(
        EntryKind.REVERSAL,
        once=f"reversal:{entry.pk}",
        day=day,
        policy=entry.policy,
        lines=reversed_lines(lines),
        by=by,
        note=note,
        reverses=entry,
    )
