"""What policies ask files for."""

from django.utils.translation import gettext_lazy as _

from apps.documents.models.stored import Purpose, register
from apps.documents.rules import FileKind

ROSTER = "policies.roster"
AGENCY_PROOF = "policies.agency_proof"
CANCELLATION_PROOF = "policies.cancellation_proof"

register(
    [
        Purpose(
            code=ROSTER,
            label=_("人员名单"),
            kinds=frozenset({FileKind.XLSX}),
            is_sensitive=True,
            years=5,
        ),
        Purpose(
            code=AGENCY_PROOF,
            label=_("劳务派遣单位保险凭证"),
            kinds=frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG}),
            is_sensitive=True,
            years=5,
        ),
        Purpose(
            code=CANCELLATION_PROOF,
            label=_("解除保险合同的证明"),
            kinds=frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG}),
            is_sensitive=False,
            years=10,
        ),
    ]
)
