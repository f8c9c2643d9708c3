"""The kinds of paper: which template prints each, in which version, and what it is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.documents.papers.certificate import CertificateData
from apps.documents.papers.letter import LetterData
from apps.documents.papers.premium import PremiumNoticeData, PremiumReceiptData
from apps.documents.papers.slip import SlipData
from apps.documents.papers.statement import StatementData

Text = str | Promise


@dataclass(frozen=True)
class PaperKind:
    """Old versions of a template stay: a paper is printed with the one it was issued on.

    Templates lie in papers/<code>/<version>.html, each beside its style sheet.
    """

    code: str
    title: Text
    version: int
    values: type[Any]
    holder: Text


POLICY_CERTIFICATE = PaperKind(
    code="policy_certificate",
    title=_("安全生产责任保险电子保单"),
    version=2,
    values=CertificateData,
    holder=_("被保险人"),
)
ENDORSEMENT_SLIP = PaperKind(
    code="endorsement_slip",
    title=_("安全生产责任保险批单"),
    version=1,
    values=SlipData,
    holder=_("被保险人"),
)
CANCELLATION_SLIP = PaperKind(
    code="cancellation_slip",
    title=_("安全生产责任保险解除批单"),
    version=1,
    values=SlipData,
    holder=_("被保险人"),
)
URGING_LETTER = PaperKind(
    code="urging_letter",
    title=_("安全生产责任保险投保督促函"),
    version=1,
    values=LetterData,
    holder=_("收件单位"),
)
CORRECTION_ORDER = PaperKind(
    code="correction_order",
    title=_("责令限期投保通知书"),
    version=1,
    values=LetterData,
    holder=_("收件单位"),
)
PREMIUM_NOTICE = PaperKind(
    code="premium_notice",
    title=_("应收保费通知单"),
    version=1,
    values=PremiumNoticeData,
    holder=_("被保险人"),
)
PREMIUM_RECEIPT = PaperKind(
    code="premium_receipt",
    title=_("保费收据"),
    version=1,
    values=PremiumReceiptData,
    holder=_("被保险人"),
)
POOL_STATEMENT = PaperKind(
    code="pool_statement",
    title=_("共保体月度结算单"),
    version=1,
    values=StatementData,
    holder=_("承保机构"),
)
KINDS: Mapping[str, PaperKind] = {
    kind.code: kind
    for kind in (
        POLICY_CERTIFICATE,
        ENDORSEMENT_SLIP,
        CANCELLATION_SLIP,
        URGING_LETTER,
        CORRECTION_ORDER,
        PREMIUM_NOTICE,
        PREMIUM_RECEIPT,
        POOL_STATEMENT,
    )
}
KIND_CHOICES = [(kind.code, kind.title) for kind in KINDS.values()]
