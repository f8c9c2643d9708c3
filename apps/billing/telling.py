"""What the pages of a receipt say about it, in sentences."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.billing.forms import ReceiptForm
from apps.billing.models import Receipt
from apps.billing.selectors.balances import NOTHING, outstanding, overpaid
from apps.billing.services import payer_check_of
from apps.core.audit import target_of
from apps.core.money import in_capitals
from apps.core.templatetags.ui import moment, yuan
from apps.documents.models import Paper
from apps.documents.papers.kinds import PREMIUM_RECEIPT
from apps.documents.selectors import listed_papers
from apps.policies.models import Policy
from apps.policies.selectors.standing import period_of
from apps.policies.tabs import gap_of

Check = Receipt.PayerCheck


def payer_words(check: str) -> dict[str, str]:
    """For components/notice.html: what the comparison of names means (A1.3)."""
    match check:
        case Check.MATCHES:
            return {"tone": "done", "title": _("付款户名与企业一致"), "text": ""}
        case Check.OTHER_UNIT:
            text = _("请确认是受企业委托付款，或是依法补贴；留好委托或补贴凭证备查。")
            return {"tone": "info", "title": _("付款户名是另一单位"), "text": text}
        case _:
            text = _(
                "保险费由单位承担，不得以任何方式向从业人员摊派。登记后，保险顾问机构和监管部门"
                "会收到提示并核实；请让企业改用对公账户。"
            )
            return {"tone": "warning", "title": _("疑似个人付款"), "text": text}


def payer_notice(policy: Policy, payer_name: str) -> dict[str, str]:
    return payer_words(payer_check_of(policy, payer_name))


def excess_notice(policy: Policy, amount: Decimal) -> dict[str, str] | None:
    """For components/notice.html: what is more than was owed is taken, and has to go back."""
    owed = max(outstanding(policy), NOTHING)
    if amount <= owed:
        return None
    title = _("比尚欠的保费多 %(excess)s") % {"excess": yuan(amount - owed)}
    text = _(
        "先核对金额。确属多收的照实登记：多出的部分记为“多收待退保费”，是企业的钱，"
        "登记后请退回付款账户。"
    )
    return {"tone": "warning", "title": title, "text": text}


def answers_of(policy: Policy, form: ReceiptForm) -> list[dict[str, Any]]:
    """For layouts/check.html."""
    given = form.cleaned_data
    left = max(outstanding(policy) - given["amount"], NOTHING)
    return [
        {
            "title": _("银行回单"),
            "change_url": reverse("billing:record", args=[policy.public_id]),
            "rows": [
                {"label": _("银行回单号"), "value": given["voucher"]},
                {"label": _("付款户名"), "value": given["payer_name"]},
                {"label": _("到账金额"), "value": yuan(given["amount"])},
                {"label": _("大写"), "value": in_capitals(given["amount"])},
                {"label": _("到账日期"), "value": given["received_on"].isoformat()},
            ],
        },
        {
            "title": _("保单"),
            "rows": [
                {"label": _("保单号"), "value": policy.number},
                {"label": _("被保险人"), "value": policy.insured_name},
                {"label": _("保险费"), "value": yuan(policy.premium)},
                {"label": _("登记后尚欠"), "value": yuan(left)},
            ],
        },
    ]


def steps_after(receipt: Receipt) -> list[dict[str, str]]:
    """What is left, when the cover begins, and what was found about the payer."""
    policy = receipt.policy
    steps = []
    if receipt.payer_check != Check.PERSONAL:  # that has a banner of its own
        words = payer_words(receipt.payer_check)
        steps.append(_("%(title)s。%(text)s") % words if words["text"] else f"{words['title']}。")
    if owed := outstanding(policy):
        steps.append(_("尚欠保险费 %(owed)s，全部到账后起保。") % {"owed": yuan(owed)})
    elif back := overpaid(policy):
        text = _("多收%(back)s，请退回付款账户，再照付款回单登记退费。")
        steps.append(text % {"back": yuan(back)})
    if not owed and (period := period_of(policy)):
        steps.append(_("保险费已全部到账，保险期间%(period)s。") % {"period": period})
        steps.append(_("电子保单已安排生成，企业和有关各方已收到通知。"))
    if policy.cover_from and policy.gap_days:
        steps.append(gap_of(policy, policy.cover_from))
    return [{"text": text} for text in steps]


def papers_of(receipt: Receipt, user: User) -> list[dict[str, Any]]:
    """The receipt's own paper, to be downloaded by whoever may see it."""
    papers = Paper.objects.visible_to(user).about(target_of(receipt.policy))
    return listed_papers(papers.filter(kind=PREMIUM_RECEIPT.code, data__voucher=receipt.voucher))


def facts_of(receipt: Receipt, user: User) -> list[dict[str, Any]]:
    policy, entry = receipt.policy, receipt.entry
    return [
        {"label": _("保单"), "value": policy.number, "url": policy.get_absolute_url()},
        {"label": _("被保险人"), "value": policy.insured_name},
        {"label": _("银行回单号"), "value": receipt.voucher},
        {"label": _("付款户名"), "value": receipt.payer_for(user)},
        {"label": _("户名核对"), "value": receipt.get_payer_check_display()},
        {
            "label": _("到账金额"),
            "value": yuan(receipt.amount),
            "note": in_capitals(receipt.amount),
        },
        {"label": _("到账日期"), "value": receipt.received_on.isoformat()},
        {"label": _("承保机构"), "value": str(receipt.insurer)},
        {"label": _("分录"), "value": str(entry), "url": entry.get_absolute_url()},
        {"label": _("登记人"), "value": receipt.recorded_by_name},
        {"label": _("登记时间"), "value": moment(receipt.recorded_at)},
    ]
