"""The kinds of paper: which template prints each, in which version, and what it is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.documents.papers.certificate import CertificateData
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
    version=1,
    values=CertificateData,
    holder=_("被保险人"),
)
POOL_STATEMENT = PaperKind(
    code="pool_statement",
    title=_("共保体月度结算单"),
    version=1,
    values=StatementData,
    holder=_("承保机构"),
)
KINDS: Mapping[str, PaperKind] = {kind.code: kind for kind in (POLICY_CERTIFICATE, POOL_STATEMENT)}
KIND_CHOICES = [(kind.code, kind.title) for kind in KINDS.values()]
