"""What pools add to the shell: a line of the navigation, and names for their acts."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.kinds import Kind
from apps.accounts.models import User
from apps.accounts.roles import Permission
from apps.accounts.shell import DESK_CARDS, NAVIGATION, Desk, Entry
from apps.pools.selectors.rounds import waiting_for

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
    "pool.left": _("退出共保体"),
    "pool.succeeded": _("承接存量业务"),
    "pool.agreement_concluded": _("订立共保协议"),
    "pool.rounds_switched": _("开启或关闭份额动态调整"),
    "pool.scores_imported": _("导入服务评分"),
    "round.opened": _("发起份额调整"),
    "round.computed": _("冻结数据并计算份额"),
    "round.asked": _("征求成员意见"),
    "round.objected": _("提出份额异议"),
    "round.objection_answered": _("答复份额异议"),
    "round.agreed": _("同意份额"),
    "round.approved": _("全体成员同意份额"),
    "round.regathered": _("重新归集份额数据"),
    "round.withdrawn": _("终止份额调整"),
    "round.published": _("公布份额"),
}
FACTS |= {
    "insurer": _("承保机构"),
    "successor": _("承接机构"),
    "from": _("自"),
    "hash": _("校验值"),
    "rounds_on": _("份额动态调整"),
}


def rounds_card(user: User, today: date) -> Desk:
    """Rounds that wait for this person: the broker's next step, or a member's answer."""
    return Desk(todos=waiting_for(user, today))


DESK_CARDS.append(rounds_card)
