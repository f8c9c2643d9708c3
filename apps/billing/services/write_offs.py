"""A small remainder that nobody will pay is given up: by one person up to a limit, else by two."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing import rules, selectors
from apps.billing.ledger import book_day, post
from apps.billing.models import EntryKind, WriteOff, WriteOffState, columns_of
from apps.billing.reports import tell_of_proposed_write_off, tell_of_write_off
from apps.billing.services.due import vector_of
from apps.billing.services.receipts import held, start_when_whole
from apps.core import audit
from apps.core.errors import DomainError
from apps.core.money import at_most
from apps.core.templatetags.ui import yuan
from apps.policies.models import Policy
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import decimal_on


class WriteOffRefused(DomainError):
    code = "write_off_refused"


def single_limit(today: date) -> Decimal:
    """Up to this one person decides."""
    return decimal_on(ParameterCode.PREMIUM_WRITE_OFF_LIMIT, today)


def ceiling_of(policy: Policy, today: date) -> Decimal:
    """More than this is no remainder: giving it up would be a rebate."""
    rate = decimal_on(ParameterCode.PREMIUM_WRITE_OFF_CEILING_RATE, today)
    return at_most(rate, policy.premium)


def refusal_to_write_off(policy: Policy, *, today: date) -> str:
    owed = selectors.outstanding(policy)
    if owed <= 0:
        return _("这张保单没有未收的保费，不用核销。")
    if policy.writeoffs.filter(state=WriteOffState.PROPOSED).exists():
        return _("已有一笔核销在等复核，办结之后才能再提。")
    most = max(ceiling_of(policy, today), single_limit(today))
    if owed > most:
        text = _("尚欠%(owed)s，超过可以核销的%(most)s；请催收，或依法解除合同。")
        return text % {"owed": yuan(owed), "most": yuan(most)}
    return ""


@transaction.atomic
def write_off(*, policy: Policy, reason: str, today: date, by: User) -> WriteOff:
    """Give up what is still owed; above the limit somebody else of the insurer has to agree."""
    policy = held(policy, by)
    if refusal := refusal_to_write_off(policy, today=today):
        raise WriteOffRefused(refusal)
    if not reason.strip():
        raise WriteOffRefused(_("请说明核销的理由。"), field="reason")
    owed = selectors.outstanding(policy)
    row = WriteOff(
        **columns_of(policy),
        amount=owed,
        reason=reason.strip(),
        needs_second=owed > single_limit(today),
        state=WriteOffState.PROPOSED,
        proposed_by=by.actor_key,
        proposed_by_name=by.actor_name,
    )
    if row.needs_second:
        row.save(force_insert=True)
        facts = {"amount": str(owed)}
        audit.record("premium.write_off_proposed", by=by, on=policy, reason=reason, changes=facts)
        tell_of_proposed_write_off(row, by=by)
        return row
    return _posted(row, policy, today, by)


@transaction.atomic
def decide_write_off(*, row: WriteOff, agrees: bool, today: date, by: User) -> WriteOff:
    """The second pair of eyes."""
    policy = held(row.policy, by)
    row = WriteOff.objects.visible_to(by).select_for_update(of=("self",)).get(pk=row.pk)
    wanted = WriteOffState.POSTED if agrees else WriteOffState.REFUSED
    WriteOff.transitions.check(row.state, wanted)
    if row.proposed_by == by.actor_key:
        raise WriteOffRefused(_("提出人不能复核自己提出的核销，请由另一位财务人员办理。"))
    if agrees:
        owed = selectors.outstanding(policy)
        if owed != row.amount:
            text = _("提出之后欠款变为%(owed)s，与核销金额不符；请不同意这一笔，重新提出。")
            raise WriteOffRefused(text % {"owed": yuan(owed)})
        return _posted(row, policy, today, by)
    row.state = wanted
    _sign(row, by)
    row.save()
    audit.record("premium.write_off_refused", by=by, on=policy, changes={"amount": str(row.amount)})
    return row


def _posted(row: WriteOff, policy: Policy, today: date, by: User) -> WriteOff:
    lines = rules.written_off(
        row.amount,
        vector_of(policy),
        enterprise=str(policy.enterprise_id),
        key=policy.number,
    )
    # What was owed shrinks with every one, so the count names it.
    past = policy.writeoffs.filter(state=WriteOffState.POSTED).count()
    row.entry = post(
        EntryKind.WRITE_OFF,
        once=f"write_off:{policy.pk}:{past}",
        day=book_day(policy.insurer_id, today),
        policy=policy,
        lines=lines,
        by=by,
        note=row.reason,
    )
    row.state = WriteOffState.POSTED
    _sign(row, by)
    row.save()
    facts = {"amount": str(row.amount)}
    audit.record("premium.written_off", by=by, on=policy, reason=row.reason, changes=facts)
    tell_of_write_off(row, by=by)
    # Not back to the last receipt: until today the premium was not whole.
    start_when_whole(policy, today, by)
    return row


def _sign(row: WriteOff, by: User) -> None:
    row.decided_at = timezone.now()
    row.decided_by, row.decided_by_name = by.actor_key, by.actor_name
