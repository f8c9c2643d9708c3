"""Personal data of an enterprise, shown in the clear for a reason that is written down."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import audit
from apps.enterprises.errors import EnterpriseRefused
from apps.enterprises.models import Enterprise


@dataclass(frozen=True)
class Contact:
    name: str
    phone: str


@transaction.atomic
def reveal_contact(*, enterprise: Enterprise, reason: str, by: User) -> Contact:
    """Hand out name and phone, and write down who asked and why."""
    if not can(by, Permission.REVEAL_PERSONAL_DATA):
        raise EnterpriseRefused(_("您的角色看不到个人信息。"))
    row = Enterprise.objects.visible_to(by).get(pk=enterprise.pk)
    audit.record("contact.revealed", by=by, on=row, reason=reason)
    return Contact(row.contact_name, row.contact_phone)
