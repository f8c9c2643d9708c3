"""Why a cover was not renewed, as its enterprise or its insurer says."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, ScopedQuerySet, rows
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.policies.models import GOVERNMENT_VIEW, Policy
from apps.reference.models import District, Sector, Town


class LapseReason(models.TextChoices):
    CLOSED = "closed", _("企业关闭、注销或停产")
    MOVED = "moved", _("场所搬迁")
    NOT_REQUIRED = "not_required", _("不再属于应保范围")
    EXTERNAL = "external", _("有集团统保或其他有效保障")
    OTHER_INSURER = "other_insurer", _("改由其他承保机构承保")
    DELAYED = "delayed", _("手续未办完，稍后续保")
    UNREACHABLE = "unreachable", _("联系不上")
    UNWILLING = "unwilling", _("拒绝续保")


class LapseQuerySet(ScopedQuerySet["Lapse"]):
    scope = {
        **GOVERNMENT_VIEW,
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
    }
    read_only = frozenset(Kind) - {Kind.ENTERPRISE, Kind.INSURER}


@tracked
class Lapse(models.Model):
    Reason = LapseReason

    public_id = PublicIdField(prefix="lap")
    policy = models.OneToOneField(Policy, models.PROTECT, related_name="lapse")
    enterprise = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", db_index=False)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(_("未续保原因"), max_length=16, choices=LapseReason)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    noted_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    noted_by = models.CharField(max_length=40)
    noted_by_name = models.CharField(_("登记人"), max_length=150)

    objects = LapseQuerySet.as_manager()

    class Meta:
        verbose_name = _("未续保")

    def __str__(self) -> str:
        return str(self.get_reason_display())

    @property
    def audience(self) -> list[str]:
        return [
            token(Key.ORGANISATION, self.enterprise_id),
            token(Key.ORGANISATION, self.insurer_id),
            token(Key.DISTRICT, self.district_id),
        ]
