"""Personal data of an enterprise: how a number is judged, and how it is shown in the clear."""

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core import audit
from apps.core.identity import refusal_to_accept_phone
from apps.enterprises.errors import EnterpriseRefused
from apps.enterprises.models import Enterprise

LAND_LINE = re.compile(r"^0[0-9]{9,11}$")


@dataclass(frozen=True)
class Contact:
    name: str
    phone: str


def refusal_to_call(number: str) -> str:
    """Why nobody can be reached at a normalised number: neither a mobile one nor a land line."""
    return "" if not number or LAND_LINE.match(number) else refusal_to_accept_phone(number)


@transaction.atomic
def reveal_contact(*, enterprise: Enterprise, reason: str, by: User) -> Contact:
    """Hand out name and phone, and write down who asked and why."""
    if not can(by, Permission.REVEAL_PERSONAL_DATA):
        raise EnterpriseRefused(_("您的角色看不到个人信息。"))
    row = Enterprise.objects.visible_to(by).get(pk=enterprise.pk)
    audit.record("contact.revealed", by=by, on=row, reason=reason)
    return Contact(row.contact_name, row.contact_phone)
