"""What the catalogue puts around every page: navigation and the names of its acts."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.actions import ACTIONS, FACTS
from apps.accounts.roles import Permission
from apps.accounts.shell import NAVIGATION, Entry

NAVIGATION += [
    Entry(
        60,
        _("产品与费率"),
        "catalogue:products",
        "clipboard-list",
        Permission.VIEW_RULES,
        short=_("产品"),
    ),
]

ACTIONS |= {
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
FACTS |= {"digest": _("内容摘要"), "number": _("版本")}
