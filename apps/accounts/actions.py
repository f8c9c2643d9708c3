"""What the acts in the audit are called for people. Apps above add theirs when Django starts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

ACTIONS: dict[str, Text] = {
    "audit.exported": _("导出操作记录"),
    "effect.retried": _("重新执行后台事项"),
    "invitation.resent": _("重新发送邀请"),
    "invitation.revoked": _("撤回邀请"),
    "key.made": _("生成接口密钥"),
    "key.revoked": _("停用接口密钥"),
    "parameter.set": _("设定参数"),
    "password.changed": _("修改密码"),
    "person.invited": _("邀请人员"),
    "person.joined": _("接受邀请，开通账号"),
    "person.reinstated": _("恢复账号"),
    "person.revealed": _("查看个人信息原文"),
    "person.role_changed": _("改变角色"),
    "person.suspended": _("停用账号"),
    "row.shared": _("指名共享"),
    "row.unshared": _("取消指名共享"),
    "session.closed": _("退出登录"),
    "session.ended": _("结束其他设备的登录"),
    "session.opened": _("登录"),
    "session.refused": _("登录失败"),
}

# Facts of an act that are no field of its object.
FACTS: dict[str, Text] = {
    "account": _("账号"),
    "action": _("事项"),
    "actor": _("操作人"),
    "count": _("数量"),
    "devices": _("设备数"),
    "effect": _("后台事项"),
    "field": _("项目"),
    "ip": _("网络地址"),
    "key": _("密钥尾号"),
    "number": _("编号"),
    "person": _("姓名"),
    "reads_only": _("只读"),
    "since": _("从"),
    "target": _("对象"),
    "target_name": _("对象名称"),
    "until": _("到"),
    "with": _("共享给"),
}


def action_label(code: str) -> str:
    return str(ACTIONS.get(code, code))
