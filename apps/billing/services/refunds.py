"""Money that is the enterprise's goes back where it came from, with a bank voucher for it."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing import rules, selectors
from apps.billing.ledger import LedgerRefused, book_day, post
from apps.billing.models import Entry, EntryKind, Receipt, Refund, columns_of
from apps.billing.reports import tell_of_personal_payee, tell_of_refund
from apps.billing.services.due import set_aside
from apps.billing.services.receipts import held, names_of
from apps.core import audit
from apps.core.errors import DomainError
from apps.core.search import folded
from apps.core.templatetags.ui import yuan
from apps.policies.models import Policy


class RefundRefused(DomainError):
    code = "refund_refused"


def payee_check_of(policy: Policy, payee_name: str) -> str:
    """As of a payer; "" when the account belongs neither to the insured nor to a past payer."""
    payee, names = folded(payee_name), names_of(policy)
    paid = policy.receipts.values_list("payer_name", flat=True)
    if payee not in names | {folded(name) for name in paid}:
        return ""
    return rules.payer_check(payee, names)


def refusal_to_refund(
    policy: Policy, *, amount: Decimal, payee_name: str, paid_on: date, today: date
) -> tuple[str, str]:
    """The field at fault and why, or two empty strings when the refund can be recorded."""
    payable = selectors.overpaid(policy)
    if payable <= 0:
        return "", _("这张保单没有待退的保费。")
    if amount <= 0:
        return "amount", _("退费金额应大于零。")
    if amount > payable:
        text = _("退费不能超过待退的%(payable)s。")
        return "amount", text % {"payable": yuan(payable)}
    if paid_on > today:
        return "paid_on", _("付款日期不能晚于今天。")
    if paid_on < min(_days_of_money(policy), default=paid_on):
        return "paid_on", _("付款日期早于这张保单的第一笔到账；请核对付款回单。")
    if not payee_check_of(policy, payee_name):
        return "payee_name", _(
            "收款户名既不是被保险人，也不是付过这张保单保费的账户；退费只能退给交费的单位。"
        )
    return "", ""


def _days_of_money(policy: Policy) -> list[date]:
    return list(policy.receipts.values_list("received_on", flat=True))


@transaction.atomic
def record_refund(
    *,
    policy: Policy,
    voucher: str,
    payee_name: str,
    amount: Decimal,
    paid_on: date,
    reason: str,
    today: date,
    by: User,
) -> Refund:
    """Record what was paid back; two clerks cannot pay the same money back twice."""
    policy = held(policy, by)
    field, refusal = refusal_to_refund(
        policy, amount=amount, payee_name=payee_name, paid_on=paid_on, today=today
    )
    if refusal:
        raise RefundRefused(refusal, field=field)
    day = book_day(policy.insurer_id, paid_on)
    entry = _enter(policy, voucher, amount, day, reason, by)
    refund = Refund.objects.create(
        **columns_of(policy),
        voucher=voucher,
        payee_name=payee_name,
        payee_check=payee_check_of(policy, payee_name),
        amount=amount,
        paid_on=paid_on,
        reason=reason,
        entry=entry,
        recorded_by=by.actor_key,
        recorded_by_name=by.actor_name,
    )
    set_aside(policy, entry, day, by)
    facts = {"amount": str(amount), "voucher": voucher, "payer_check": refund.payee_check}
    audit.record("premium.refunded", by=by, on=policy, reason=reason, changes=facts)
    tell_of_refund(refund, by=by)
    if refund.payee_check == Receipt.PayerCheck.PERSONAL:
        tell_of_personal_payee(refund, by=by)
    return refund


def _enter(
    policy: Policy, voucher: str, amount: Decimal, day: date, reason: str, by: User
) -> Entry:
    once = f"refund:{policy.insurer_id}:{voucher}"
    lines = rules.overpaid_refunded(
        amount, enterprise=str(policy.enterprise_id), insurer=str(policy.insurer_id)
    )
    try:
        return post(
            EntryKind.OVERPAID_REFUNDED,
            once=once,
            day=day,
            policy=policy,
            lines=lines,
            by=by,
            voucher=voucher,
            note=reason,
        )
    except LedgerRefused as taken:
        if not Entry.objects.filter(once=once).exists():  # the month was closed meanwhile
            raise
        text = _("付款回单号%(voucher)s已登记过；同一笔退费只登记一次。")
        raise RefundRefused(text % {"voucher": voucher}, field="voucher") from taken
