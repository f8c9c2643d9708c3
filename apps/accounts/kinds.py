"""The kinds of organisation. Each has a database role, and so policies, of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    ENTERPRISE = "enterprise", _("生产经营单位")
    INSURER = "insurer", _("承保机构")
    CITY_BUREAU = "city_bureau", _("市应急管理局")
    DISTRICT_BUREAU = "district_bureau", _("区应急管理局")
    TOWN_OFFICE = "town_office", _("镇街应急管理办公室")
    CITY_DEPARTMENT = "city_department", _("市行业主管部门")
    DISTRICT_DEPARTMENT = "district_department", _("区行业主管部门")
    CITY_FINANCE = "city_finance", _("市财政局")
    DISTRICT_FINANCE = "district_finance", _("区财政局")
    BROKER = "broker", _("保险顾问机构")
    ASSOCIATION = "association", _("保险行业协会")
    AGENCY = "agency", _("安全生产技术服务机构")
    EXPERT_PANEL = "expert_panel", _("专家库")
    PLATFORM = "platform", _("平台运维")

    @property
    def database_role(self) -> str:
        return f"scope_{self.value}"


GOVERNMENT = frozenset(
    {
        Kind.CITY_BUREAU,
        Kind.DISTRICT_BUREAU,
        Kind.TOWN_OFFICE,
        Kind.CITY_DEPARTMENT,
        Kind.DISTRICT_DEPARTMENT,
        Kind.CITY_FINANCE,
        Kind.DISTRICT_FINANCE,
    }
)
