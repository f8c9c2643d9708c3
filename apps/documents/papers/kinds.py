"""The kinds of paper: which template prints each, in which version, and what it is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.documents.papers.certificate import CertificateData
from apps.documents.papers.premium import PremiumNoticeData, PremiumReceiptData

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


POLICY_CERTIFICATE = PaperKind(
    code="policy_certificate",
    title=_("安全生产责任保险电子保单"),
    version=1,
    values=CertificateData,
)
PREMIUM_NOTICE = PaperKind(
    code="premium_notice",
    title=_("应收保费通知单"),
    version=1,
    values=PremiumNoticeData,
)
PREMIUM_RECEIPT = PaperKind(
    code="premium_receipt",
    title=_("保费收据"),
    version=1,
    values=PremiumReceiptData,
)
KINDS: Mapping[str, PaperKind] = {
    kind.code: kind for kind in (POLICY_CERTIFICATE, PREMIUM_NOTICE, PREMIUM_RECEIPT)
}
KIND_CHOICES = [(kind.code, kind.title) for kind in KINDS.values()]
