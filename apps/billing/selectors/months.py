"""Which months of whose books are closed, which is the next, and what stands in its way."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.roles import Permission
from apps.billing.closing import refusal_to_close
from apps.billing.models import ClosedMonth, Entry
from apps.billing.rules import month_after, month_start


@dataclass(frozen=True)
class Books:
    """An insurer's months: `next` is None while nothing was ever entered."""

    insurer: Organisation
    last: ClosedMonth | None
    next: date | None
    refusal: str

    @property
    def can_close(self) -> bool:
        return self.next is not None and not self.refusal


def closes_books(user: User) -> bool:
    """Whether closing is this person's business at all; when, is another matter."""
    if user.organisation.kind == Kind.INSURER:
        return can(user, Permission.RECORD_RECEIPT)
    return user.organisation.kind == Kind.BROKER and can(user, Permission.MANAGE_POOLS)


def books_of(user: User, today: date) -> list[Books]:
    """One's own for an insurer, everybody's for the broker."""
    insurers = Organisation.objects.filter(kind=Kind.INSURER).order_by("name")
    if user.organisation.kind == Kind.INSURER:
        insurers = insurers.filter(pk=user.organisation_id)
    closed: dict[int, ClosedMonth] = {}
    for row in ClosedMonth.objects.visible_to(user).filter(insurer__in=insurers).order_by("month"):
        closed[row.insurer_id] = row
    firsts = dict(
        Entry.objects.visible_to(user).order_by().values_list("insurer").annotate(Min("day"))
    )
    return [
        _books(one, closed.get(one.pk), firsts.get(one.pk), today, user)
        for one in insurers
        if one.pk in closed or one.pk in firsts
    ]


def _books(
    insurer: Organisation, last: ClosedMonth | None, first: date | None, today: date, user: User
) -> Books:
    if last is not None:
        month = month_after(last.month)
    elif first is not None:
        month = month_start(first)
    else:
        return Books(insurer, None, None, "")
    # The latest that may be closed, and with it all before; else the first, with what stops it.
    latest = month_start(month_start(today) - timedelta(days=1))
    for tried in (latest, month_start(latest - timedelta(days=1))):
        if tried >= month and not refusal_to_close(insurer, tried, today, user):
            return Books(insurer, last, tried, "")
    return Books(insurer, last, month, refusal_to_close(insurer, month, today, user))
