"""How long an underwriter and a finance clerk wait for their act on a city's rows."""

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.billing.services import record_receipt
from apps.core import context
from apps.core.context import Context
from apps.enrollment.models import Application
from apps.enrollment.services import issue
from apps.policies.models import Policy
from apps.rating.selectors.proof import proven
from benchmarks.report import Table, milliseconds

BUDGET = 0.15  # seconds, p95, for one issue
MOST = 60
UNDERWRITERS, FINANCE = "underwriter", "insurer_finance"


def deciding(reader: Context) -> list[str]:
    """One line per act, each carried out on rows of the city and taken back."""
    table = Table([("acts", 44), ("p50", 12), ("p95", 12), ("budget", 12), ("", 8)])
    table.head("Issuing a policy and recording its premium, in a transaction each")
    issued = times(people(UNDERWRITERS, reader), submitted, issue_one)
    proved = times(people(UNDERWRITERS, reader), submitted, prove_one)
    paid = times(people(FINANCE, reader), unpaid, pay_one)
    missed = []
    for name, seconds, budget in (
        ("its worksheet proved, of that", proved, None),
        ("issue", issued, BUDGET),
        ("record a receipt, cover and certificate", paid, None),
    ):
        if len(seconds) < 2:
            table.line(name, "–", "–", "", "no rows")
            continue
        cuts = quantiles(seconds, n=20, method="inclusive")
        late = budget is not None and cuts[18] > budget
        verdict = "" if budget is None else "NOT MET" if late else "met"
        told = milliseconds(budget) if budget else ""
        table.line(name, milliseconds(cuts[9]), milliseconds(cuts[18]), told, verdict)
        missed += [f"{name}: p95 {milliseconds(cuts[18])}"] if late else []
    return missed


def people(role: str, reader: Context) -> list[User]:
    with context.entering(reader), transaction.atomic():
        found = User.objects.select_related("organisation").filter(role=role, is_active=True)
        return list(found.order_by("pk"))


def times(actors: list[User], rows: Callable[[User], list[Any]], act: Any) -> list[float]:
    seconds: list[float] = []
    for by in actors:
        with context.entering(by.context), transaction.atomic():
            found = rows(by)
        for row in found[: MOST - len(seconds)]:
            started = time.perf_counter()
            with context.entering(by.context), transaction.atomic():
                act(row, by)
                seconds.append(time.perf_counter() - started)
                transaction.set_rollback(True)
    return seconds


def submitted(by: User) -> list[Application]:
    """Those that may still be issued: their wanted start has not come yet."""
    waiting = Application.objects.visible_to(by).awaiting_decision()
    return list(waiting.filter(wanted_from__gt=timezone.localdate()).order_by("pk")[:MOST])


def unpaid(by: User) -> list[Policy]:
    own = Policy.objects.visible_to(by).filter(insurer=by.organisation, cover_from=None)
    return list(own.order_by("pk")[:MOST])


def issue_one(row: Application, by: User) -> None:
    issue(application=row, today=timezone.localdate(), now=timezone.now(), by=by)


def prove_one(row: Application, by: User) -> None:
    if row.quote is not None:
        proven(row.quote)


def pay_one(row: Policy, by: User) -> None:
    today = timezone.localdate()
    record_receipt(
        policy=row,
        voucher=f"bench-{row.pk}",
        payer_name=row.insured_name,
        amount=row.premium,
        received_on=today,
        today=today,
        by=by,
    )
