"""What pools add to the shell: a line of the navigation, and names for their acts."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.kinds import Kind
from apps.accounts.roles import Permission
from apps.accounts.shell import NAVIGATION, Entry

# Whoever sees policies finds the pools from there; the association has no policies.
NAVIGATION.append(
    Entry(
        60,
        _("区域共保体"),
        "pools:list",
        "users-group",
        Permission.VIEW_POOLS,
        hidden_from=frozenset(Kind) - {Kind.ASSOCIATION},
    )
)
ACTIONS |= {
    "pool.founded": _("建立共保体"),
    "pool.joined": _("加入共保体"),
    "pool.shares_set": _("确定份额"),
}
FACTS |= {"insurer": _("承保机构"), "from": _("自")}
