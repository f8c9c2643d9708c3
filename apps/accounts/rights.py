"""What each right is called for people."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Permission

P = Permission

RIGHTS: Mapping[Permission, str | Promise] = {
    P.USE_DESK: _("使用工作台、任务和消息"),
    P.VIEW_ORGANISATION: _("查看单位名录"),
    P.VIEW_PEOPLE: _("查看本单位人员"),
    P.MANAGE_PEOPLE: _("邀请、停用人员，改变角色"),
    P.VIEW_ENTERPRISES: _("查看企业"),
    P.REGISTER_ENTERPRISE: _("登记企业"),
    P.EDIT_ENTERPRISE: _("更正企业资料"),
    P.EXPORT_ENTERPRISES: _("导出企业名单"),
    P.REVEAL_PERSONAL_DATA: _("写明理由后查看个人信息原文"),
    P.SHARE_ROWS: _("把单个企业场所指名共享给别人"),
    P.VIEW_RULES: _("查看制度与规则"),
    P.VIEW_ALL_ACCOUNTS: _("查看各单位的账号"),
    P.VIEW_AUDIT: _("查看操作记录"),
    P.VIEW_SYSTEM: _("查看系统运行情况"),
}
