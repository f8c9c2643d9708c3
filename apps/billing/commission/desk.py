"""What commission adds to the shell: names of its acts, and a way to its page."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.roles import Permission
from apps.policies.registry import LIST_LINKS, ListLink

ACTIONS |= {
    "commission.intermediary": _("登记保险中介机构"),
    "commission.agreed": _("订立手续费协议"),
    "commission.introduced": _("登记中介业务"),
    "commission.paid": _("支付手续费"),
}
FACTS |= {
    "licence": _("许可证号"),
    "contract": _("协议号"),
    "rate": _("手续费率"),
    "uscc": _("统一社会信用代码"),
}
LIST_LINKS.append(
    ListLink(_("手续费"), "billing:commission", "receipt-yuan", Permission.RECORD_RECEIPT)
)
