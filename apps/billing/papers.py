"""What billing asks files for."""

from django.utils.translation import gettext_lazy as _

from apps.documents.models.stored import Purpose, register
from apps.documents.rules import FileKind

BANK_LIST = "billing.bank_list"

register(
    [
        Purpose(
            code=BANK_LIST,
            label=_("银行流水"),
            kinds=frozenset({FileKind.XLSX}),
            is_sensitive=True,
            years=10,
        ),
    ]
)
