"""Every night: who owes premium that is nearly or already due is told, and so is the insurer."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Permission
from apps.billing.actors import BOOKS
from apps.billing.dunning.rules import stage_on
from apps.billing.dunning.selectors import Debt, debts_of
from apps.billing.models import AccountKind, Posting, Reminder, columns_of
from apps.core import audit, context
from apps.core.templatetags.ui import yuan
from apps.messaging.services import notify
from apps.policies.models import Policy
from apps.policies.reports import holding, people
from apps.reference.codes import ParameterCode
from apps.reference.selectors.parameters import integer_on


def remind_of_premium(today: date) -> int:
    """Says how many were reminded; each stage once, however often the clock strikes."""
    with context.entering(BOOKS.context), transaction.atomic():
        before = integer_on(ParameterCode.PREMIUM_REMIND_BEFORE_DAYS, today)
        every = integer_on(ParameterCode.PREMIUM_REMIND_EVERY_DAYS, today)
        debts = all_debts(today)
    done = 0
    for debt in debts:
        stage = stage_on(today, debt.due, before=before, every=every)
        if stage is not None:
            done += _remind(debt, stage, today)
    return done


def all_debts(today: date) -> list[Debt]:
    owing = Posting.objects.filter(account=AccountKind.RECEIVABLE).order_by()
    sums = owing.values_list("entry__policy").annotate(total=Sum("amount")).filter(total__gt=0)
    owed: dict[int, Decimal] = dict(sums)
    policies = Policy.objects.filter(pk__in=owed).for_list().order_by("pk")
    return debts_of(owed, policies, today)


def _remind(debt: Debt, stage: int, today: date) -> bool:
    """In a transaction of its own, and not a second time."""
    policy = debt.policy
    try:
        with context.entering(BOOKS.context), transaction.atomic():
            Reminder.objects.create(
                **columns_of(policy), due_on=debt.due, stage=stage, owed=debt.owed, sent_on=today
            )
            facts = {"amount": str(debt.owed), "stage": stage, "due_on": debt.due.isoformat()}
            audit.record("premium.reminded", by=BOOKS, on=policy, changes=facts)
            _tell(debt, stage)
    except IntegrityError:
        return False
    return True


def _tell(debt: Debt, stage: int) -> None:
    policy = debt.policy
    enterprise = Q(organisation=policy.enterprise_id) & holding(Permission.APPLY_FOR_COVER)
    finance = Q(organisation=policy.insurer_id) & holding(Permission.RECORD_RECEIPT)
    facts = {
        "number": policy.number,
        "name": policy.insured_name,
        "owed": yuan(debt.owed),
        "due": debt.due,
        "days": debt.days,
    }
    late = _("{number}，尚欠{owed}，应在{due}前付清，已逾期{days}天。已付的请告知承保机构。")
    soon = _("{number}，尚欠{owed}，请在{due}前付清；保费到账次日零时才起保。")
    once = f"premium:{policy.pk}:{debt.due}:{stage}"
    url = f"{policy.get_absolute_url()}?tab=money"
    notify(
        receivers=people(enterprise),
        title=_("保险费已逾期") if stage else _("保险费快到付款日"),
        text=format_lazy(late if stage else soon, **facts),
        url=url,
        once=once,
        by=BOOKS,
    )
    if not stage:
        return
    notify(
        receivers=people(finance),
        title=_("有保费逾期未到账"),
        text=format_lazy(_("{number}：{name}，尚欠{owed}，已逾期{days}天。"), **facts),
        url="/dunning/",
        once=f"{once}:insurer",
        by=BOOKS,
    )
