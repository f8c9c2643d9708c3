"""Which policies the payments of a list may be for."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q

from apps.accounts.actors import ENROLMENT
from apps.accounts.models import OrganisationName, User
from apps.billing.bank.rules import Candidate, Payment, numbers_in, problems, proposals
from apps.billing.ledger import open_from
from apps.billing.models import BankLine, LineState, Receipt
from apps.billing.selectors.premium import owing
from apps.core import context
from apps.core.dates import local_day
from apps.core.search import folded
from apps.policies.models import Policy

NOTHING = Decimal("0.00")


def candidates_for(lines: Iterable[BankLine], user: User) -> list[Candidate]:
    """What is owed, what is named by number, and what its payers have bought before."""
    rows, owed = list(lines), owing(user)
    numbers = {number for line in rows for number in numbers_in(line.remark)}
    payers = {line.payer_name for line in rows}
    wanted = Q(pk__in=owed) | Q(number__in=numbers) | Q(insured_name__in=payers)
    own = Policy.objects.visible_to(user).filter(wanted, insurer=user.organisation_id)
    found = list(
        own.order_by("pk").values_list("pk", "number", "insured_name", "enterprise_id", "issued_at")
    )
    former = _former_names({row[3] for row in found})
    return [
        Candidate(
            policy=key,
            number=number,
            names=frozenset({folded(name), *former.get(enterprise, ())}),
            owed=owed.get(key, NOTHING),
            issued_on=local_day(issued_at),
        )
        for key, number, name, enterprise, issued_at in found
    ]


def _former_names(enterprises: set[int]) -> dict[int, set[str]]:
    names: dict[int, set[str]] = {}
    with context.entering(ENROLMENT.context):
        rows = OrganisationName.objects.filter(organisation__in=enterprises)
        for enterprise, name in rows.values_list("organisation_id", "name"):
            names.setdefault(enterprise, set()).add(folded(name))
    return names


def match(lines: Sequence[BankLine], *, today: date, by: User) -> None:
    """Judge every line anew; the rows are changed, not stored. Lines without faults only."""
    candidates = candidates_for(lines, by)
    by_name, by_number = _indexed(candidates)
    first_open = open_from(by.organisation_id or 0)
    for line in lines:
        if line.amount is None or line.received_on is None:
            continue
        payment = Payment(folded(line.payer_name), line.amount, line.received_on, line.remark)
        near = {one.policy: one for one in by_name.get(payment.payer, ())}
        near |= {
            one.policy: one
            for number in numbers_in(line.remark)
            if (one := by_number.get(number)) is not None
        }
        found = proposals(payment, near.values())
        best = near[found[0].policy] if found else None
        told = problems(payment, found, best, today=today, open_from=first_open)
        line.proposals = [[one.policy, one.score, list(one.why)] for one in found]
        line.problems = [[code, ""] for code in told]
        line.is_sure = not told
        line.policy_id = best.policy if best else None
    note_repeats(lines, by)


def _indexed(
    candidates: Iterable[Candidate],
) -> tuple[dict[str, list[Candidate]], dict[str, Candidate]]:
    by_name: dict[str, list[Candidate]] = {}
    by_number: dict[str, Candidate] = {}
    for one in candidates:
        by_number[one.number] = one
        for name in one.names:
            by_name.setdefault(name, []).append(one)
    return by_name, by_number


def note_repeats(lines: Sequence[BankLine], by: User) -> None:
    """The same voucher is the same money: recorded already, or named twice."""
    vouchers = {line.voucher for line in lines if line.voucher}
    receipts = Receipt.objects.visible_to(by).filter(insurer=by.organisation_id)
    known = dict(receipts.filter(voucher__in=vouchers).values_list("voucher", "amount"))
    batches = {line.batch_id for line in lines}
    others = BankLine.objects.visible_to(by).exclude(batch__in=batches)
    elsewhere = set(
        others.filter(voucher__in=vouchers, state=LineState.OPEN).values_list("voucher", flat=True)
    )
    first: dict[str, int] = {}
    for line in lines:
        place = first.setdefault(line.voucher, line.number) if line.voucher else line.number
        if line.voucher in known and known[line.voucher] == line.amount:
            line.state, line.problems, line.is_sure = LineState.KNOWN, [["known", ""]], False
        elif line.voucher in known:
            _doubt(line, "known_otherwise", f"{known[line.voucher]}")
        elif place != line.number:
            _doubt(line, "repeated", str(place))
        elif line.voucher in elsewhere:
            _doubt(line, "elsewhere", "")


def _doubt(line: BankLine, code: str, fact: str) -> None:
    line.problems, line.is_sure = [[code, fact], *line.problems], False
