"""What the register asks files for."""

from django.utils.translation import gettext_lazy as _

from apps.documents.models.stored import Purpose, register
from apps.documents.rules import FileKind

AUTHORITY = "enterprise.authority"

register(
    [
        Purpose(
            code=AUTHORITY,
            label=_("营业执照或授权书"),
            kinds=frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG}),
            is_sensitive=True,
        )
    ]
)
