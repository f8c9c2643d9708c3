"""Premium arrives as a bank receipt, and starts the cover when it is whole.

What is more than was owed is taken all the same: it is the enterprise's, until it is paid back.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import ENROLMENT
from apps.accounts.models import OrganisationName, User
from apps.billing import rules, selectors
from apps.billing.ledger import LedgerRefused, book_day, post
from apps.billing.models import Entry, EntryKind, Receipt, columns_of
from apps.billing.reports import tell_of_overpayment, tell_of_personal_payer
from apps.billing.services.due import set_aside
from apps.billing.services.papers import issue_receipt
from apps.core import audit, context
from apps.core.dates import local_day
from apps.core.errors import DomainError
from apps.core.search import folded
from apps.core.templatetags.ui import yuan
from apps.policies.models import Policy
from apps.policies.services import start_cover

IMPLAUSIBLE = 10  # times the premium: a slip of the keys, no over-payment


class ReceiptRefused(DomainError):
    code = "receipt_refused"


def refusal_to_record(
    policy: Policy, *, amount: Decimal, received_on: date, today: date
) -> tuple[str, str]:
    """The field at fault and why, or two empty strings when the receipt can be recorded."""
    if amount <= 0:
        return "amount", _("到账金额应大于零。")
    if amount > policy.premium * IMPLAUSIBLE:
        text = _("金额超过尚欠保费太多，达到保险费%(premium)s的十倍以上；请核对回单和保单号。")
        return "amount", text % {"premium": yuan(policy.premium)}
    if received_on > today:
        return "received_on", _("到账日期不能晚于今天。")
    if received_on < local_day(policy.issued_at):
        return "received_on", _("到账日期早于出单日期；请核对银行回单。")
    return "", ""


def held(policy: Policy, by: User) -> Policy:
    """The policy's row, locked until commit: its money moves one movement after the other."""
    own = Policy.objects.visible_to(by).filter(insurer=by.organisation)
    return own.select_for_update(of=("self",)).get(pk=policy.pk)


@transaction.atomic
def record_receipt(
    *,
    policy: Policy,
    voucher: str,
    payer_name: str,
    amount: Decimal,
    received_on: date,
    today: date,
    by: User,
) -> Receipt:
    """Record a bank receipt; the ledger, the prevention fund and the cover follow in one piece.

    The policy's row stays locked until commit: two clerks cannot record the same money twice.
    """
    policy = held(policy, by)
    field, refusal = refusal_to_record(policy, amount=amount, received_on=received_on, today=today)
    if refusal:
        raise ReceiptRefused(refusal, field=field)
    day = book_day(policy.insurer_id, received_on)
    owed = selectors.outstanding(policy)
    entry = _enter(policy, voucher, amount, owed, day, by)
    receipt = _keep(policy, entry, voucher, payer_name, amount, received_on, by)
    set_aside(policy, entry, day, by)
    if amount > owed:
        tell_of_overpayment(receipt, amount - max(owed, Decimal("0.00")), by=by)
    issue_receipt(receipt, policy, by=by)
    start_when_whole(policy, received_on, by)
    return receipt


def start_when_whole(policy: Policy, money_on: date, by: User) -> None:
    """The cover begins with the last fen that was owed, and only once."""
    waits = policy.cover_from is None and policy.cancelled_from is None
    if waits and selectors.outstanding(policy) == 0:
        start_cover(policy=policy, money_on=money_on, by=by)


def _enter(
    policy: Policy, voucher: str, amount: Decimal, owed: Decimal, day: date, by: User
) -> Entry:
    once = f"receipt:{policy.insurer_id}:{voucher}"
    lines = rules.premium_received(
        amount, enterprise=str(policy.enterprise_id), insurer=str(policy.insurer_id), owed=owed
    )
    try:
        return post(
            EntryKind.PREMIUM_RECEIVED,
            once=once,
            day=day,
            policy=policy,
            lines=lines,
            by=by,
            voucher=voucher,
        )
    except LedgerRefused as taken:
        if not Entry.objects.filter(once=once).exists():  # the month was closed meanwhile
            raise
        text = _("回单号 %(voucher)s 已登记过；同一笔到账只登记一次。") % {"voucher": voucher}
        raise ReceiptRefused(text, field="voucher") from taken


def _keep(
    policy: Policy,
    entry: Entry,
    voucher: str,
    payer_name: str,
    amount: Decimal,
    received_on: date,
    by: User,
) -> Receipt:
    receipt = Receipt.objects.create(
        **columns_of(policy),
        voucher=voucher,
        payer_name=payer_name,
        payer_check=payer_check_of(policy, payer_name),
        amount=amount,
        received_on=received_on,
        entry=entry,
        recorded_by=by.actor_key,
        recorded_by_name=by.actor_name,
    )
    facts = {"amount": str(amount), "voucher": voucher, "payer_check": receipt.payer_check}
    audit.record("premium.received", by=by, on=policy, changes=facts)
    if receipt.payer_check == Receipt.PayerCheck.PERSONAL:
        tell_of_personal_payer(receipt, policy, by=by)
    return receipt


def payer_check_of(policy: Policy, payer_name: str) -> str:
    """Whether the account is the insured's, by its name today or one it bore before."""
    return rules.payer_check(folded(payer_name), names_of(policy))


def names_of(policy: Policy) -> set[str]:
    return {folded(policy.insured_name), *_former_names(policy)}


def _former_names(policy: Policy) -> set[str]:
    """Banks may still bear an old name; the register's history is the enrolment desk's to read."""
    with context.entering(ENROLMENT.context):
        former = OrganisationName.objects.filter(organisation_id=policy.enterprise_id)
        return {folded(name) for name in former.values_list("name", flat=True)}
