"""What somebody wants in a file of the register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission


class ExportForm(forms.Form):
    contacts = forms.BooleanField(
        label=_("包括联系人和电话"),
        required=False,
        help_text=_("个人信息；会记录您的姓名、时间和用途"),
    )
    reason = forms.CharField(label=_("用途"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        if not can(user, Permission.REVEAL_PERSONAL_DATA):
            del self.fields["contacts"]

    def clean(self) -> dict[str, Any]:
        return {"contacts": False, "reason": ""} | (super().clean() or {})
