"""A policy in cover with its money, and changes made to it, as its underwriter."""

from datetime import date, datetime
from decimal import Decimal

from apps.billing.services import record_receipt
from apps.core.dates import SHANGHAI
from apps.policies.models import Policy
from apps.policies.rules.amending import Amendment
from apps.policies.services import changing
from tests.documents.corpus import pdf, upload


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def paid(policy: Policy, finance, acting, *, on: date, voucher: str = "HD1") -> Policy:
    with acting(finance):
        record_receipt(
            policy=policy,
            voucher=voucher,
            payer_name=policy.insured_name,
            amount=policy.premium,
            received_on=on,
            today=on,
            by=finance,
        )
    return Policy.objects.get(pk=policy.pk)


def endorsed(policy, by, *, on: date, now: datetime, reason="企业申请", **asked):
    if "limit" in asked:
        asked["limit"] = Decimal(asked["limit"])
    amendment = Amendment(**asked)
    plan = changing.plan_endorsement(policy=policy, amendment=amendment, effective_on=on, now=now)
    return changing.endorse(
        policy=policy,
        amendment=amendment,
        effective_on=on,
        reason=reason,
        shown=plan.mark,
        now=now,
        by=by,
    )


def cancelled(policy, by, *, on: date, now: datetime, code="stopped"):
    policy = Policy.objects.get(pk=policy.pk)
    plan = changing.plan_cancellation(policy=policy, effective_on=on, now=now)
    return changing.cancel(
        policy=policy,
        effective_on=on,
        ground=policy.product_version.cancellation_grounds.get(code=code),
        proof=upload(pdf(), "停产证明.pdf"),
        reason="",
        shown=plan.mark,
        now=now,
        by=by,
    )


def reinstated(policy, by, *, now: datetime):
    policy = Policy.objects.get(pk=policy.pk)
    plan = changing.plan_reinstatement(policy=policy, now=now)
    return changing.reinstate(policy=policy, reason="误办", shown=plan.mark, now=now, by=by)


def corrected(policy, target, by, *, now: datetime):
    policy = Policy.objects.get(pk=policy.pk)
    plan = changing.plan_correction(policy=policy, target=target, now=now)
    return changing.correct(
        policy=policy, target=target, reason="登记错误", shown=plan.mark, now=now, by=by
    )
