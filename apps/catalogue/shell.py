"""What the catalogue puts around every page: navigation and the names of its acts."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.kinds import GOVERNMENT, Kind
from apps.accounts.roles import Permission
from apps.accounts.shell import DOORS, NAVIGATION, Door, Entry

NAVIGATION += [
    Entry(
        60,
        _("产品与费率"),
        "catalogue:products",
        "clipboard-list",
        Permission.VIEW_RULES,
        short=_("产品"),
        # They come to it now and then, through the page of rules.
        hidden_from=GOVERNMENT | {Kind.BROKER},
    ),
]
DOORS.append(
    Door(
        _("产品与费率"),
        _("产品方案、费率表和它们的版本：现行的、起草中的、停用的。"),
        "catalogue:products",
        "clipboard-list",
        Permission.VIEW_RULES,
    )
)

ACTIONS |= {
    "product.created": _("设立附加产品"),
    "product.edited": _("修改产品草案"),
    "product.deleted": _("删除产品草案"),
    "product.sent": _("送批产品版本"),
    "tariff.edited": _("修改费率草案"),
    "tariff.imported": _("导入费率工作簿"),
    "tariff.deleted": _("删除费率草案"),
    "tariff.sent": _("送批费率版本"),
    "product.drafted": _("起草产品版本"),
    "product.approved": _("批准产品版本"),
    "product.returned": _("退回产品版本"),
    "product.activated": _("发布产品版本"),
    "product.retired": _("定下产品版本的终止日"),
    "tariff.drafted": _("起草费率版本"),
    "tariff.checked": _("检验费率版本"),
    "tariff.approved": _("批准费率版本"),
    "tariff.returned": _("退回费率版本"),
    "tariff.activated": _("发布费率版本"),
    "tariff.retired": _("定下费率版本的终止日"),
}
FACTS |= {
    "cells_changed": _("改动格数"),
    "digest": _("内容摘要"),
    "golden": _("算例数"),
    "number": _("版本"),
    "table": _("费率表"),
}
