"""What rating puts around every page: the names of its acts."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS
from apps.catalogue.hooks import TRIALS
from apps.rating.selectors.trial import golden_faults

TRIALS.append(golden_faults)

ACTIONS |= {
    "quote.offered": _("报价"),
    "quote.accepted": _("接受报价"),
    "quote.insurer_named": _("选择承保机构"),
}
FACTS |= {
    "offer": _("报价编号"),
    "premiums": _("各档保费"),
    "premium": _("保费"),
    "starts_on": _("起保日期"),
    "insurer": _("承保机构"),
}
