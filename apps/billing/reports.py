"""Who is told of money: what came too much, went back or was given up, and who really paid.

A premium that a person paid may have been passed on to workers (A1.3).
"""

from decimal import Decimal

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.models import Receipt, Refund, WriteOff
from apps.core.templatetags.ui import yuan
from apps.policies.models import Policy
from apps.policies.reports import holding, tell, watching


def tell_of_personal_payer(receipt: Receipt, policy: Policy, *, by: User) -> None:
    """The broker and the bureaus, at once; the payer's name stays behind the page's own door."""
    facts = {
        "number": policy.number,
        "name": policy.insured_name,
        "amount": yuan(receipt.amount),
    }
    tell(
        watching(policy.district_id) & holding(Permission.VIEW_LEDGER),
        title=_("疑似个人付保费，请核实"),
        text=format_lazy(
            _(
                "{number}：{name}，{amount}由疑似个人账户支付。保费应由单位承担，不得向从业人员摊派。"
            ),
            **facts,
        ),
        url=receipt.get_absolute_url(),
        once=f"receipt:{receipt.pk}:personal",
        by=by,
    )


def tell_of_personal_payee(refund: Refund, *, by: User) -> None:
    policy = refund.policy
    tell(
        watching(policy.district_id) & holding(Permission.VIEW_LEDGER),
        title=_("保费退给疑似个人账户，请核实"),
        text=format_lazy(
            _("{number}：{name}，{amount}退给疑似个人账户，该账户付过这张保单的保费。"),
            number=policy.number,
            name=policy.insured_name,
            amount=yuan(refund.amount),
        ),
        url=refund.get_absolute_url(),
        once=f"refund:{refund.pk}:personal",
        by=by,
    )


def _tell_enterprise(
    policy: Policy, title: Promise, text: Promise, amount: Decimal, once: str, by: User
) -> None:
    tell(
        Q(organisation=policy.enterprise_id) & holding(Permission.VIEW_LEDGER),
        title=title,
        text=format_lazy(text, number=policy.number, amount=yuan(amount)),
        url=f"{policy.get_absolute_url()}?tab=money",
        once=once,
        by=by,
    )


def tell_of_overpayment(receipt: Receipt, excess: Decimal, *, by: User) -> None:
    _tell_enterprise(
        receipt.policy,
        _("保险费多付了，将退回"),
        _("{number}多收{amount}，承保机构将退回付款账户。"),
        excess,
        f"receipt:{receipt.pk}:overpaid",
        by,
    )


def tell_of_refund(refund: Refund, *, by: User) -> None:
    _tell_enterprise(
        refund.policy,
        _("保险费已退回"),
        _("{number}，{amount}已退回，请查收银行账户。"),
        refund.amount,
        f"refund:{refund.pk}",
        by,
    )


def tell_of_write_off(row: WriteOff, *, by: User) -> None:
    _tell_enterprise(
        row.policy,
        _("保险费尾差已核销"),
        _("{number}，尚欠的{amount}已核销，不用再付。"),
        row.amount,
        f"write_off:{row.pk}",
        by,
    )


def tell_of_proposed_write_off(row: WriteOff, *, by: User) -> None:
    tell(
        Q(organisation=row.insurer_id) & holding(Permission.RECORD_RECEIPT),
        title=_("核销待复核"),
        text=format_lazy(
            _("{number}，{who}提出核销{amount}：{reason}"),
            number=row.policy.number,
            who=row.proposed_by_name,
            amount=yuan(row.amount),
            reason=row.reason,
        ),
        url=f"{row.policy.get_absolute_url()}?tab=money",
        once=f"write_off:{row.pk}:proposed",
        by=by,
    )
