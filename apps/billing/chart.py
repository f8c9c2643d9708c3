"""The chart of accounts: what each account is, on which side it stands, what moves it.

`root` is the account's class in the words of plain-text accounting, which the export uses.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.billing.models import AccountKind


@dataclass(frozen=True)
class Account:
    kind: AccountKind
    number: str
    root: str
    side: Promise
    text: Promise

    @property
    def name(self) -> str:
        return str(self.kind.label)


DEBIT, CREDIT, EITHER = _("借方"), _("贷方"), _("借方或贷方")

CHART: tuple[Account, ...] = (
    Account(
        AccountKind.CASH,
        "1002",
        "Assets:Cash",
        DEBIT,
        _("承保机构收到的保险费；平台不经手资金，只记收在谁处。"),
    ),
    Account(
        AccountKind.RECEIVABLE,
        "1122",
        "Assets:Receivable",
        DEBIT,
        _("企业应缴而未缴的保险费；到账、减退或核销时减少。"),
    ),
    Account(
        AccountKind.SETTLEMENT,
        "1241",
        "Assets:Settlement",
        EITHER,
        _("共保成员之间代收代付的往来，各成员合计为零。"),
    ),
    Account(
        AccountKind.DUE_TO_INSURER,
        "2261",
        "Liabilities:Due-To-Insurer",
        CREDIT,
        _("按保单的份额应归各共保成员的保险费。"),
    ),
    Account(
        AccountKind.OVERPAID,
        "2203",
        "Liabilities:Overpaid",
        CREDIT,
        _("企业多缴或减退后应退还的保险费。"),
    ),
    Account(
        AccountKind.PREVENTION_FUND,
        "2701",
        "Liabilities:Prevention-Fund",
        CREDIT,
        _("从实收保险费中提取、尚未使用的事故预防专项资金。"),
    ),
    Account(
        AccountKind.PREVENTION_COST,
        "6601",
        "Expenses:Prevention",
        DEBIT,
        _("承保机构计提的事故预防费用，与专项资金同额。"),
    ),
    Account(
        AccountKind.COMMISSION_BANK,
        "1003",
        "Assets:Commission-Bank",
        CREDIT,
        _("承保机构已付给中介机构的手续费；与收保费的账户分开记。"),
    ),
    Account(
        AccountKind.COMMISSION_PAYABLE,
        "2207",
        "Liabilities:Commission-Payable",
        CREDIT,
        _("按实收保险费计提、尚未付给持证中介机构的手续费。"),
    ),
    Account(
        AccountKind.COMMISSION_COST,
        "6421",
        "Expenses:Commission",
        DEBIT,
        _("承保机构自己的手续费支出，不超过当日上限；退保费时一并收回。"),
    ),
)
BY_KIND = {str(account.kind): account for account in CHART}


def number_of(kind: str) -> str:
    return BY_KIND[kind].number
