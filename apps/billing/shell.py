"""What billing adds to the shell: names of acts."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS

ACTIONS |= {"premium.received": _("登记保费到账")}
FACTS |= {
    "amount": _("金额"),
    "voucher": _("银行回单号"),
    "payer_check": _("户名核对"),
}
