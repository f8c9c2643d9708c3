"""How people can be reached, hidden until somebody who may has said why."""

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.masks import mask_phone


def contact_label(field: str) -> str:
    names = {"phone": _("手机号码"), "email": _("电子邮箱")}
    return names[field]


def mask_email(address: str) -> str:
    """wang.li@example.com → w***@example.com"""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}" if host else "*" * len(address)


def masked_contact(person: User, field: str) -> str:
    match field:
        case "phone":
            return mask_phone(person.phone)
        case "email":
            return mask_email(person.email or "")
    raise KeyError(field)


def reasons_to_reveal() -> list[str]:
    return [_("核对账号资料"), _("有急事联系本人"), _("处理投诉或事故")]
