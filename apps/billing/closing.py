"""Closing a month: from then on nothing is entered into it, and later facts go into the next."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.roles import Permission
from apps.billing.ledger import open_from
from apps.billing.models import ClosedMonth, Entry, Posting
from apps.billing.rules import month_after, month_start
from apps.core import audit
from apps.core.errors import DomainError

BOOKS_LOCK = 7_301_102  # the one that the ledger's trigger takes shared
BROKER_WAITS = timedelta(days=10)


class CloseRefused(DomainError):
    code = "close_refused"


def refusal_to_close(insurer: Organisation, month: date, today: date, by: User) -> str:
    """An insurer's finance closes its own books; the broker does where it is ten days late."""
    ends = month_after(month)
    if by.organisation.kind == Kind.INSURER:
        if by.organisation_id != insurer.pk or not can(by, Permission.RECORD_RECEIPT):
            return _("只能由本机构财务结本机构的账。")
    elif not can(by, Permission.MANAGE_POOLS):
        return _("结账由承保机构财务办理，逾期由顾问机构代办。")
    elif today < ends + BROKER_WAITS:
        first = (ends + BROKER_WAITS).isoformat()
        return _("月末后十天内由承保机构自行结账；%(first)s起顾问机构可以代结。") % {"first": first}
    if today < ends:
        return _("这个月还没有结束，不能结账。")
    first_open = open_from(insurer.pk)
    if first_open and month < first_open:
        return _("这个月已经结账。")
    return ""


@transaction.atomic
def close_month(*, insurer: Organisation, month: date, today: date, by: User) -> ClosedMonth:
    """Close `month`, and with it every earlier one that was left open."""
    month = month_start(month)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [BOOKS_LOCK, insurer.pk])
    if refusal := refusal_to_close(insurer, month, today, by):
        raise CloseRefused(refusal)
    facts = _facts(insurer, month)
    closed = ClosedMonth.objects.create(
        insurer=insurer,
        month=month,
        # After the lock: whoever posted while we waited for it was in time.
        closed_at=timezone.now(),
        closed_by=by.actor_key,
        closed_by_name=by.actor_name,
        **facts,
    )
    told = {key: str(value) for key, value in facts.items()}
    audit.record("books.closed", by=by, on=closed, changes={"month": str(closed), **told})
    return closed


def _facts(insurer: Organisation, month: date) -> dict[str, Any]:
    within = Q(day__gte=month, day__lt=month_after(month), insurer=insurer)
    rows = Entry.objects.filter(within)
    lines = Posting.objects.filter(entry__in=rows, amount__gt=0)
    turnover = lines.aggregate(total=Sum("amount"))["total"] or Decimal("0.00")
    return {"entries": rows.count(), "turnover": turnover}
