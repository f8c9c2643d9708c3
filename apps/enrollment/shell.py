"""What enrolment adds to the shell: names of acts."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS

ACTIONS |= {
    "application.started": _("开始投保申请"),
    "application.insurer_chosen": _("选择承保机构"),
    "application.attested": _("承诺保费不向从业人员摊派"),
    "application.submitted": _("提交投保申请"),
    "application.withdrawn": _("撤回投保申请"),
    "application.issued": _("核保通过并出单"),
    "application.refused": _("不予承保"),
}
FACTS |= {
    "number": _("编号"),
    "shown_order": _("当时显示的次序"),
    "policy": _("保单"),
    "premium": _("保险费"),
    "reason_code": _("理由代码"),
}
