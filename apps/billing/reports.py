"""Who is told of money: a premium that a person paid may have been passed on to workers (A1.3)."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.billing.models import Receipt
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
