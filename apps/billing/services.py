"""Premium falls due at issue, arrives as a bank receipt, and starts the cover when it is whole."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import ENROLMENT
from apps.accounts.models import OrganisationName, User
from apps.billing import rules, selectors
from apps.billing.commission.services import accrue
from apps.billing.ledger import LedgerRefused, book_day, post
from apps.billing.models import Entry, EntryKind, Receipt
from apps.billing.reports import tell_of_personal_payer
from apps.core import audit, context
from apps.core.dates import local_day
from apps.core.errors import DomainError
from apps.core.search import folded
from apps.policies.models import Policy
from apps.policies.services import start_cover
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import decimal_on


class ReceiptRefused(DomainError):
    code = "receipt_refused"


@transaction.atomic
def charge_premium(*, policy: Policy, day: date, by: User) -> Entry:
    """Enter the premium of an issued policy as due, split by its own share vector."""
    vector = policy.shares.values_list("insurer_id", "basis_points")
    lines = rules.premium_due(
        policy.premium,
        {str(insurer): points for insurer, points in vector},
        enterprise=str(policy.enterprise_id),
        key=policy.number,
    )
    once, day = f"premium_due:{policy.pk}", book_day(policy.insurer_id, day)
    return post(EntryKind.PREMIUM_DUE, once=once, day=day, policy=policy, lines=lines, by=by)


def refusal_to_record(
    policy: Policy, *, amount: Decimal, received_on: date, today: date
) -> tuple[str, str]:
    """The field at fault and why, or two empty strings when the receipt can be recorded."""
    if policy.cancelled_from:
        return "", _("保单已解除，不能登记到账。")
    if amount <= 0:
        return "amount", _("到账金额应大于零。")
    if received_on > today:
        return "received_on", _("到账日期不能晚于今天。")
    if received_on < local_day(policy.issued_at):
        return "received_on", _("到账日期早于出单日期；请核对银行回单。")
    owed = selectors.outstanding(policy)
    if owed <= 0:
        return "", _("保费已全部到账，不需要再登记。")
    if amount > owed:
        return "amount", _("金额超过尚欠保费 %(owed)s 元；多收的部分请先退回。") % {"owed": owed}
    return "", ""


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
    own = Policy.objects.visible_to(by).filter(insurer=by.organisation)
    policy = own.select_for_update(of=("self",)).get(pk=policy.pk)
    field, refusal = refusal_to_record(policy, amount=amount, received_on=received_on, today=today)
    if refusal:
        raise ReceiptRefused(refusal, field=field)
    day = book_day(policy.insurer_id, received_on)
    entry = _enter(policy, voucher, amount, day, by)
    receipt = _keep(policy, entry, voucher, payer_name, amount, received_on, by)
    set_aside(policy, entry, day, by)
    accrue(policy, day, by)
    if selectors.outstanding(policy) == 0:
        start_cover(policy=policy, money_on=received_on, by=by)
    return receipt


def _enter(policy: Policy, voucher: str, amount: Decimal, day: date, by: User) -> Entry:
    lines = rules.premium_received(
        amount, enterprise=str(policy.enterprise_id), insurer=str(policy.insurer_id)
    )
    try:
        return post(
            EntryKind.PREMIUM_RECEIVED,
            once=f"receipt:{policy.insurer_id}:{voucher}",
            day=day,
            policy=policy,
            lines=lines,
            by=by,
            voucher=voucher,
        )
    except LedgerRefused as taken:
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
        policy=policy,
        insurer_id=policy.insurer_id,
        enterprise_id=policy.enterprise_id,
        district_id=policy.district_id,
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
    names = {folded(policy.insured_name), *_former_names(policy)}
    return rules.payer_check(folded(payer_name), names)


def _former_names(policy: Policy) -> set[str]:
    """Banks may still bear an old name; the register's history is the enrolment desk's to read."""
    with context.entering(ENROLMENT.context):
        former = OrganisationName.objects.filter(organisation_id=policy.enterprise_id)
        return {folded(name) for name in former.values_list("name", flat=True)}


def set_aside(policy: Policy, entry: Entry, day: date, by: User) -> None:
    lines = rules.dated_accrual(
        (
            (decimal_on(ParameterCode.PREVENTION_FLOOR_RATE, on), amount)
            for on, amount in selectors.received_by_day(policy)
        ),
        selectors.set_aside(policy),
        insurer=str(policy.insurer_id),
    )
    if lines:
        once = f"accrual:{entry.pk}"
        post(EntryKind.PREVENTION_ACCRUAL, once=once, day=day, policy=policy, lines=lines, by=by)
