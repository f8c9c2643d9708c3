"""Commission from its agreement to its payment; the insurer's finance acts for its own books."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing import selectors
from apps.billing.commission import rules
from apps.billing.commission.models import (
    CommissionAgreement,
    CommissionPayment,
    Intermediary,
    IntroducedPolicy,
)
from apps.billing.ledger import book_day, post
from apps.billing.models import AccountKind, Entry, EntryKind, Posting
from apps.core import audit
from apps.core.context import Actor
from apps.core.dates import local_day
from apps.core.errors import DomainError
from apps.core.uscc import refusal_to_accept
from apps.policies.models import Policy
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import decimal_on

PAY_LOCK = 7_301_107  # with an agreement's key


class CommissionRefused(DomainError):
    code = "commission_refused"


def _only_finance(by: User) -> None:
    if by.organisation.kind != Kind.INSURER or not can(by, Permission.RECORD_RECEIPT):
        raise CommissionRefused(_("手续费由承保机构财务办理。"))


@transaction.atomic
def register_intermediary(
    *,
    name: str,
    uscc: str,
    trade: str,
    licence: str,
    licence_from: date,
    licence_to: date,
    affiliates: list[str],
    by: User,
) -> Intermediary:
    """Only an organisation with a licence for the trade; its code is checked."""
    _only_finance(by)
    for code, field in ((uscc, "uscc"), *((code, "affiliates") for code in affiliates)):
        if refusal := refusal_to_accept(code):
            raise CommissionRefused(refusal, field=field)
    if not licence.strip():
        raise CommissionRefused(_("没有许可证号的，不是保险中介机构。"), field="licence")
    if licence_to <= licence_from:
        raise CommissionRefused(_("许可证截止日应晚于起始日。"), field="licence_to")
    try:
        with transaction.atomic():
            made = Intermediary.objects.create(
                name=name.strip(),
                uscc=uscc,
                trade=trade,
                licence=licence.strip(),
                licence_from=licence_from,
                licence_to=licence_to,
                affiliates=affiliates,
                registered_by=by.actor_key,
            )
    except IntegrityError as taken:
        raise CommissionRefused(_("这个机构的这张许可证已经登记过。"), field="licence") from taken
    facts = {"uscc": uscc, "licence": made.licence, "until": licence_to.isoformat()}
    audit.record("commission.intermediary", by=by, on=made, changes=facts)
    return made


@transaction.atomic
def agree(
    *,
    intermediary: Intermediary,
    rate: Decimal,
    valid_from: date,
    valid_to: date,
    contract: str,
    by: User,
) -> CommissionAgreement:
    """Not above the ceiling of its first day, and not beyond the licence."""
    _only_finance(by)
    ceiling = decimal_on(ParameterCode.COMMISSION_CEILING_RATE, valid_from)
    if not 0 < rate <= ceiling:
        text = _("手续费率应大于0，不超过%(ceiling)s%%（%(day)s起的上限）。")
        facts = {"ceiling": f"{(ceiling * 100).normalize():f}", "day": valid_from}
        raise CommissionRefused(text % facts, field="rate")
    if valid_to <= valid_from:
        raise CommissionRefused(_("协议截止日应晚于起始日。"), field="valid_to")
    if valid_from < intermediary.licence_from or valid_to > intermediary.licence_to:
        text = _("协议期间应在许可证有效期（%(start)s至%(end)s）之内。")
        facts = {"start": intermediary.licence_from, "end": intermediary.licence_to}
        raise CommissionRefused(text % facts, field="valid_to")
    try:
        with transaction.atomic():
            made = CommissionAgreement.objects.create(
                insurer_id=by.organisation_id,
                intermediary=intermediary,
                rate=rate,
                valid_from=valid_from,
                valid_to=valid_to,
                contract=contract.strip(),
                concluded_by=by.actor_key,
            )
    except IntegrityError as taken:
        text = _("与这家机构在这段时间已经有协议。")
        raise CommissionRefused(text, field="valid_from") from taken
    facts = {"rate": str(rate), "contract": made.contract}
    audit.record("commission.agreed", by=by, on=made, changes=facts)
    return made


@transaction.atomic
def introduce(*, policy: Policy, agreement: CommissionAgreement, by: User) -> IntroducedPolicy:
    """Name who brought a policy; commission on what was received already follows at once."""
    _only_finance(by)
    if {policy.insurer_id, agreement.insurer_id} != {by.organisation_id}:
        raise CommissionRefused(_("只能登记本机构的保单。"))
    issued = local_day(policy.issued_at)
    if not rules.covers(agreement.valid_from, agreement.valid_to, issued):
        text = _("保单%(day)s出单，不在协议期间内。") % {"day": issued}
        raise CommissionRefused(text, field="number")
    _refuse_rebate(agreement.intermediary, policy)
    try:
        with transaction.atomic():
            made = IntroducedPolicy.objects.create(
                policy=policy,
                agreement=agreement,
                insurer_id=policy.insurer_id,
                district_id=policy.district_id,
                named_by=by.actor_key,
            )
    except IntegrityError as taken:
        raise CommissionRefused(_("这份保单已经登记过中介机构。"), field="number") from taken
    facts = {"number": policy.number, "contract": agreement.contract}
    audit.record("commission.introduced", by=by, on=agreement, changes=facts)
    days = [day for day, _amount in selectors.received_by_day(policy)]
    accrue(policy, max([issued, *days]), by)
    return made


def _refuse_rebate(payee: Intermediary, policy: Policy) -> None:
    if rules.is_insured_or_kin(payee.uscc, payee.affiliates, policy.insured_uscc):
        text = _("%(payee)s是被保险人或其关联单位，付给它等于返还保费，不能计付手续费。")
        raise CommissionRefused(text % {"payee": payee.name}, field="number")


def accrue(policy: Policy, day: date, by: Actor) -> Entry | None:
    """Bring the policy's commission to what its premium received now bears; nothing if it does."""
    found = IntroducedPolicy.objects.filter(policy=policy).select_related("agreement").first()
    if found is None:
        return None
    received = [
        (_rate(found.agreement, on), amount) for on, amount in selectors.received_by_day(policy)
    ]
    accrued = selectors.balance(AccountKind.COMMISSION_COST, policy=policy)
    due = rules.commission_due(received, accrued)
    lines = rules.accrued_lines(due, insurer=str(policy.insurer_id))
    if not lines:
        return None
    number = Entry.objects.filter(policy=policy, kind=EntryKind.COMMISSION_ACCRUED).count()
    return post(
        EntryKind.COMMISSION_ACCRUED,
        once=f"commission:{policy.pk}:{number + 1}",
        day=book_day(policy.insurer_id, day),
        policy=policy,
        lines=lines,
        by=by,
    )


def _rate(agreement: CommissionAgreement, day: date) -> Decimal:
    ceiling = decimal_on(ParameterCode.COMMISSION_CEILING_RATE, day)
    return rules.rate_held(agreement.rate, ceiling)


def owed_by_policy(agreement: CommissionAgreement) -> dict[int, Decimal]:
    """What is accrued and not paid yet; a policy whose premium went back may stand below zero."""
    lines = Posting.objects.filter(
        account=AccountKind.COMMISSION_PAYABLE, entry__policy__introduced__agreement=agreement
    )
    sums = lines.order_by().values("entry__policy").annotate(total=Sum("amount"))
    return rules.to_pay({row["entry__policy"]: -row["total"] for row in sums})


@transaction.atomic
def pay(
    *,
    agreement: CommissionAgreement,
    amount: Decimal,
    voucher: str,
    paid_on: date,
    today: date,
    by: User,
) -> CommissionPayment:
    """All that is owed under the agreement, to a payee whose licence holds on the day."""
    _only_finance(by)
    if agreement.insurer_id != by.organisation_id:
        raise CommissionRefused(_("只能支付本机构的手续费。"))
    payee = agreement.intermediary
    if paid_on > today:
        raise CommissionRefused(_("支付日期不能晚于今天。"), field="paid_on")
    if not rules.covers(payee.licence_from, payee.licence_to, paid_on):
        text = _("%(payee)s的许可证在%(day)s无效，不能支付。")
        raise CommissionRefused(text % {"payee": payee.name, "day": paid_on}, field="paid_on")
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [PAY_LOCK, agreement.pk])
    owed = owed_by_policy(agreement)
    total = sum(owed.values(), Decimal("0.00"))
    if amount != total or total <= 0:
        text = _("应付手续费现为%(owed)s元，支付金额%(amount)s元与它不符。")
        facts = {"owed": total, "amount": amount}
        raise CommissionRefused(text % facts, field="amount")
    return _paid(agreement, owed, voucher, paid_on, by)


def _paid(
    agreement: CommissionAgreement,
    owed: dict[int, Decimal],
    voucher: str,
    paid_on: date,
    by: User,
) -> CommissionPayment:
    try:
        with transaction.atomic():
            made = CommissionPayment.objects.create(
                agreement=agreement,
                insurer_id=agreement.insurer_id,
                amount=sum(owed.values(), Decimal(0)),
                voucher=voucher,
                paid_on=paid_on,
                paid_by=by.actor_key,
                paid_by_name=by.actor_name,
            )
    except IntegrityError as taken:
        text = _("回单号 %(voucher)s 已登记过；同一笔支付只登记一次。")
        raise CommissionRefused(text % {"voucher": voucher}, field="voucher") from taken
    policies = Policy.objects.in_bulk(owed)
    for key, amount in sorted(owed.items()):
        _refuse_rebate(agreement.intermediary, policies[key])
        post(
            EntryKind.COMMISSION_PAID,
            once=f"commission_paid:{made.pk}:{key}",
            day=book_day(agreement.insurer_id, paid_on),
            policy=policies[key],
            lines=rules.paid_lines(amount, insurer=str(agreement.insurer_id)),
            by=by,
            voucher=voucher,
        )
    facts = {"amount": str(made.amount), "voucher": voucher}
    audit.record("commission.paid", by=by, on=made, changes=facts)
    return made
