"""What the ledger takes: entries of eight lines, premiums split and posted, a trial balance."""

import time
from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.billing.books import check_books
from apps.billing.ledger import drafted, lines_of, post
from apps.billing.models import AccountKind, DayTotal, Entry, EntryKind, Posting
from apps.billing.rules import Line, premium_due
from apps.billing.sealing import seal_all
from apps.billing.selectors.trial import trial_balance
from apps.core import context
from apps.core.context import Context
from apps.policies.models import Policy
from benchmarks.issuing import FINANCE, people
from benchmarks.report import Table, milliseconds, ratio
from benchmarks.rivals import hordak_ledger

ONE_BY_ONE, BATCHED, TRIAL = 400, 5_000, 0.5  # entries a second, entries a second, seconds
PORTFOLIO, PORTFOLIO_SECONDS = 200_000, 30.0
ROUNDS, BATCH = 400, 2_000
YEARS = (date(2015, 1, 1), date(2035, 1, 1))


def money(reader: Context) -> list[str]:
    """On the rows of the city; what is entered here comes to nothing on every account."""
    table = Table([("ledger", 44), ("measured", 16), ("target", 16), ("", 8)])
    table.head("Entries with their triggers and row-level security, each target of the design")
    by, policy = seller(reader)
    single = entered(by, policy)
    rival = hordak_ledger.rate(ROUNDS // 4)
    batch = batched(by, policy)
    seconds = PORTFOLIO / premiums(by, policy)
    seal_all()
    balance, rows = balanced(by)
    books = clocked(check_books)
    missed = []
    for name, told, target, is_met in (
        ("eight lines, one by one", f"{single:,.0f} /s", f"{ONE_BY_ONE} /s", single >= ONE_BY_ONE),
        ("eight lines, in batches", f"{batch:,.0f} /s", f"{BATCHED:,} /s", batch >= BATCHED),
        (
            f"{PORTFOLIO:,} premiums split over six and posted",
            f"{seconds:.1f} s",
            f"{PORTFOLIO_SECONDS:.0f} s",
            seconds <= PORTFOLIO_SECONDS,
        ),
        (
            f"a trial balance, {rows:,} day totals",
            milliseconds(balance),
            milliseconds(TRIAL),
            balance <= TRIAL,
        ),
    ):
        table.line(name, told, target, "met" if is_met else "NOT MET")
        missed += [] if is_met else [f"{name}: {told}"]
    beside = (f"{rival:,.0f} /s", ratio(single, rival)) if rival else ("not installed", "")
    table.line("django-hordak, eight legs, one by one", *beside, "")
    table.line("check_books over all of it", f"{books:.1f} s", "", "")
    return missed


def clocked(act: object) -> float:
    started = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - started


def seller(reader: Context) -> tuple[User, Policy]:
    for by in people(FINANCE, reader):
        with context.entering(by.context), transaction.atomic():
            own = Policy.objects.visible_to(by).filter(insurer=by.organisation)
            if found := own.order_by("-pk").first():
                return by, found
    raise SystemExit("The city has no policy.")


def eight(policy: Policy) -> list[Line]:
    owner = str(policy.insurer_id)
    signs = (1, -1, 1, -1, 1, -1, 1, -1)
    return [Line(AccountKind.SETTLEMENT, owner, Decimal(sign)) for sign in signs]


def entered(by: User, policy: Policy) -> float:
    """One transaction each, with its commit."""
    today, lines = timezone.localdate(), eight(policy)
    started = time.perf_counter()
    for _round in range(ROUNDS):
        with context.entering(by.context), transaction.atomic():
            kind, once = EntryKind.REVERSAL, f"bench:{uuid4()}"
            post(kind, once=once, day=today, policy=policy, lines=lines, by=by)
    return ROUNDS / (time.perf_counter() - started)


def batched(by: User, policy: Policy) -> float:
    lines = eight(policy)
    started = time.perf_counter()
    stored(by, policy, [lines] * BATCH)
    return BATCH / (time.perf_counter() - started)


def premiums(by: User, policy: Policy) -> float:
    """Premiums a second, split over six; each is followed by its mirror, which is not counted."""
    six = {str(key): weight for key, weight in zip(members(by, policy), SIX, strict=True)}
    enterprise = str(policy.enterprise_id)
    started = time.perf_counter()
    dues = [
        premium_due(Decimal(10_000 + n) / 100, six, enterprise=enterprise, key=f"bench:{n}")
        for n in range(BATCH)
    ]
    stored(by, policy, dues)
    took = time.perf_counter() - started
    back = [[Line(one.account, one.owner, -one.amount) for one in lines] for lines in dues]
    stored(by, policy, back)
    return BATCH / took


SIX = (3_500, 2_500, 1_800, 1_200, 600, 400)


def members(by: User, policy: Policy) -> list[int]:
    with context.entering(by.context), transaction.atomic():
        insurers = Organisation.objects.filter(kind=Kind.INSURER).exclude(pk=policy.insurer_id)
        others = insurers.order_by("pk").values_list("pk", flat=True)
        return [policy.insurer_id, *others[: len(SIX) - 1]]


def stored(by: User, policy: Policy, entries: list[list[Line]]) -> None:
    today = timezone.localdate()
    with context.entering(by.context), transaction.atomic():
        heads = [
            drafted(EntryKind.REVERSAL, once=f"bench:{uuid4()}", day=today, policy=policy, by=by)
            for _lines in entries
        ]
        Entry.objects.bulk_create(heads)
        postings = [
            one for head, lines in zip(heads, entries, strict=True) for one in lines_of(head, lines)
        ]
        Posting.objects.bulk_create(postings)


def balanced(by: User) -> tuple[float, int]:
    with context.entering(by.context), transaction.atomic():
        rows = DayTotal.objects.visible_to(by).count()
        return clocked(lambda: trial_balance(by, *YEARS, by.organisation)), rows
