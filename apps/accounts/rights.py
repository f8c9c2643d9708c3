"""What each right is called for people."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RIGHTS: Mapping[str, str | Promise] = {
    "use_desk": _("使用工作台、任务和消息"),
    "view_organisation": _("查看单位名录"),
    "view_people": _("查看本单位人员"),
    "manage_people": _("邀请、停用人员，改变角色"),
    "view_enterprises": _("查看企业"),
    "register_enterprise": _("登记企业"),
    "edit_enterprise": _("更正企业资料"),
    "export_enterprises": _("导出企业名单"),
    "reveal_personal_data": _("写明理由后查看个人信息原文"),
    "share_rows": _("把单个企业场所指名共享给别人"),
    "view_rules": _("查看制度与规则"),
    "draft_rules": _("起草产品和费率版本"),
    "decide_rules": _("检验、批准、发布产品和费率版本"),
    "view_pools": _("查看共保体"),
    "manage_pools": _("办理共保协议、成员和份额调整"),
    "answer_shares": _("代表本机构答复共保份额"),
    "apply_for_cover": _("申请投保"),
    "view_applications": _("查看投保申请"),
    "receive_copies": _("查看、签收抄报"),
    "underwrite": _("核保"),
    "decide_referrals": _("核定报价中须由人确定的取值"),
    "set_authority": _("设定各角色的取值权限"),
    "view_impact": _("查看费率影响测算"),
    "run_impact": _("发起费率影响测算"),
    "view_losses": _("查看赔付数据和费率分析"),
    "correct_rates": _("导入赔付数据，分析费率，提出修订草案"),
    "view_duty": _("查看应保台账"),
    "supervise_duty": _("督促投保，审核外部保障和异议，列名录，办豁免"),
    "view_policies": _("查看保单"),
    "view_roster": _("查看保单的人员名单"),
    "edit_roster": _("维护保单的人员名单"),
    "record_receipt": _("登记收款"),
    "view_ledger": _("查看账簿"),
    "view_all_accounts": _("查看各单位的账号"),
    "view_audit": _("查看操作记录"),
    "view_system": _("查看系统运行情况"),
}


def right_label(right: str) -> str:
    return str(RIGHTS.get(right, right))
