"""What billing adds to the shell and to the page of a policy: names of acts, money, the button."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import can
from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.changes import book_movement
from apps.billing.models import Receipt, Refund, WriteOff
from apps.billing.selectors.balances import outstanding, overpaid
from apps.billing.selectors.ledger import entries_of
from apps.billing.selectors.premium import standing_of
from apps.core.idempotency import new_act
from apps.policies.models import Policy
from apps.policies.registry import (
    ACTS,
    LIST_LINKS,
    MONEY_MOVES,
    MORE_TABS,
    ListLink,
    PolicyAct,
    PolicyTab,
)

ACTIONS |= {
    "premium.received": gettext_lazy("登记保费到账"),
    "books.exported": gettext_lazy("导出账簿"),
    "premium.refunded": gettext_lazy("登记退费"),
    "premium.write_off_proposed": gettext_lazy("提出核销保费尾差"),
    "premium.write_off_refused": gettext_lazy("不同意核销保费尾差"),
    "premium.written_off": gettext_lazy("核销保费尾差"),
    "premium.reminded": gettext_lazy("催缴保费"),
    "bank.uploaded": gettext_lazy("导入银行流水"),
    "bank.set_aside": gettext_lazy("搁置一笔银行流水"),
    "books.closed": gettext_lazy("月度结账"),
    "statement.made": gettext_lazy("生成月度结算单"),
    "statement.confirmed": gettext_lazy("确认月度结算单"),
    "statement.disputed": gettext_lazy("对结算单提出差异"),
    "statement.settled": gettext_lazy("答复结算差异"),
    "books.broken": gettext_lazy("账簿核对没有通过"),
}
FACTS |= {
    "amount": gettext_lazy("金额"),
    "voucher": gettext_lazy("银行回单号"),
    "payer_check": gettext_lazy("户名核对"),
}


def takes_money(policy: Policy, user: User) -> bool:
    return policy.insurer_id == user.organisation_id and can(user, Permission.RECORD_RECEIPT)


def money_of(policy: Policy, user: User) -> dict[str, Any]:
    receipts = Receipt.objects.visible_to(user).filter(policy=policy).order_by("pk")
    refunds = Refund.objects.visible_to(user).filter(policy=policy).order_by("pk")
    write_offs = WriteOff.objects.visible_to(user).filter(policy=policy).order_by("pk")
    return {
        "receipts": [(receipt, receipt.payer_for(user)) for receipt in receipts],
        "refunds": [(refund, refund.payee_for(user)) for refund in refunds],
        "write_offs": write_offs,
        "entries": entries_of(policy, user),
        "stands": standing_of(policy),
        "takes_money": takes_money(policy, user),
        "actor": user.actor_key,
        "act": new_act(),
    }


def record_act(policy: Policy, user: User, today: date) -> PolicyAct | None:
    """Only its own insurer takes a premium, and only while something is owed."""
    if not takes_money(policy, user) or outstanding(policy) <= 0:
        return None
    url = reverse("billing:record", args=[policy.public_id])
    return PolicyAct(_("登记到账"), url, "receipt-yuan")


def refund_act(policy: Policy, user: User, today: date) -> PolicyAct | None:
    """And only its own insurer pays back, while something is to go back."""
    if not takes_money(policy, user) or overpaid(policy) <= 0:
        return None
    url = reverse("billing:refund_new", args=[policy.public_id])
    return PolicyAct(_("登记退费"), url, "arrow-left")


MORE_TABS.append(
    PolicyTab(
        "money",
        gettext_lazy("收款与账目"),
        "billing/policy_money.html",
        Permission.VIEW_LEDGER,
        money_of,
    )
)
MONEY_MOVES.append(book_movement)
ACTS += [record_act, refund_act]
LIST_LINKS[:0] = [
    ListLink(gettext_lazy("保费到账"), "billing:receipts", "receipt-yuan", Permission.VIEW_LEDGER),
    ListLink(gettext_lazy("账簿"), "billing:ledger", "table", Permission.VIEW_LEDGER),
]
