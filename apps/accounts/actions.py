"""What the acts in the audit are called for people. Apps above add theirs when Django starts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

ACTIONS: dict[str, Text] = {
    "parameter.set": _("设定参数"),
    "person.invited": _("邀请人员"),
    "person.joined": _("接受邀请，开通账号"),
    "person.suspended": _("停用账号"),
    "person.reinstated": _("恢复账号"),
    "invitation.revoked": _("撤回邀请"),
    "row.shared": _("指名共享"),
    "row.unshared": _("取消指名共享"),
}

# Facts of an act that are no field of its object.
FACTS: dict[str, Text] = {
    "account": _("账号"),
    "person": _("姓名"),
    "with": _("共享给"),
}


def action_label(code: str) -> str:
    return str(ACTIONS.get(code, code))
