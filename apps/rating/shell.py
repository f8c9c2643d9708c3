"""What rating puts around every page: the names of its acts."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS
from apps.catalogue.hooks import CONDITIONS, LINKS, PROOFS, TRIALS
from apps.rating.gate.links import gate_links
from apps.rating.gate.services import prove_shipped, refusal_without_gate
from apps.rating.selectors.trial import golden_faults

TRIALS.append(golden_faults)
CONDITIONS.append(refusal_without_gate)
PROOFS.append(prove_shipped)
LINKS.append(gate_links)

ACTIONS |= {
    "tariff.gate_asked": _("提交费率检验"),
    "tariff.examined": _("检验费率：逐格核对"),
    "quote.offered": _("报价"),
    "quote.accepted": _("接受报价"),
    "quote.insurer_named": _("选择承保机构"),
}
FACTS |= {
    "gate_passed": _("检验通过"),
    "offer": _("报价编号"),
    "premiums": _("各档保费"),
    "premium": _("保费"),
    "starts_on": _("起保日期"),
    "insurer": _("承保机构"),
}
