"""What the ledger asks files for."""

from django.utils.translation import gettext_lazy as _

from apps.documents.models.stored import Purpose, register
from apps.documents.rules import FileKind

CERTIFICATE = "duty.certificate"
EVIDENCE = "duty.evidence"
REGISTRY = "duty.registry"
PAGES = frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG})

register(
    [
        Purpose(code=CERTIFICATE, label=_("外部保障凭证"), kinds=PAGES, is_sensitive=True, years=5),
        Purpose(code=EVIDENCE, label=_("异议或豁免证明"), kinds=PAGES, is_sensitive=True, years=5),
        Purpose(
            code=REGISTRY,
            label=_("企业名录"),
            kinds=frozenset({FileKind.XLSX}),
            is_sensitive=True,
            years=5,
        ),
    ]
)
