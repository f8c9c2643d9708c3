"""Who reads an enterprise's contact, and what everybody else is shown."""

from django.utils.translation import gettext as _

from apps.accounts.access import can
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.core.masks import mask_name, mask_phone
from apps.enterprises.models import Enterprise


def may_read_contact(user: User, enterprise: Enterprise) -> bool:
    """Its own people know whom they named."""
    return bool(user.organisation_id == enterprise.pk)


def may_reveal_contact(user: User, enterprise: Enterprise) -> bool:
    has_contact = bool(enterprise.contact_name or enterprise.__dict__.get("contact_phone"))
    return (
        has_contact
        and not may_read_contact(user, enterprise)
        and can(user, Permission.REVEAL_PERSONAL_DATA)
    )


def contact_line(name: str, phone: str) -> str:
    return " ".join(filter(None, (name, phone)))


def contact_shown(user: User, enterprise: Enterprise) -> str:
    """In the clear for its own people, masked for everybody else."""
    name, phone = enterprise.contact_name, enterprise.contact_phone
    if may_read_contact(user, enterprise):
        return contact_line(name, phone)
    return contact_line(mask_name(name), mask_phone(phone))


def reasons_to_reveal() -> list[str]:
    return [
        _("联系企业核实资料"),
        _("预约上门服务"),
        _("处理事故、理赔或投诉"),
        _("其他工作需要"),
    ]
