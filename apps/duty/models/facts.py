"""What people add to a site's duty: lists, exemptions, cover from elsewhere."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.scope import ScopedQuerySet
from apps.catalogue.models import CoverageHead
from apps.core.dated import in_force, no_overlap, period_in_order
from apps.core.fields import MoneyField, PublicIdField
from apps.core.history import tracked
from apps.core.transitions import Transitions
from apps.documents.models import StoredFile
from apps.enterprises.models import Site
from apps.enterprises.models.enterprise import READERS_ONLY
from apps.reference.codes import DutyLevel

DEPARTMENTS = frozenset({Kind.CITY_DEPARTMENT, Kind.DISTRICT_DEPARTMENT})
NOT_AUTHORITIES = (READERS_ONLY - DEPARTMENTS) | {Kind.ENTERPRISE}
NOT_CONCERNED = READERS_ONLY - DEPARTMENTS


class Entered(models.Model):
    """Who put a row in, with the name of that day."""

    entered_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    entered_by = models.CharField(max_length=40)
    entered_by_name = models.CharField(_("登记人"), max_length=150)

    class Meta:
        abstract = True


class ListEntryQuerySet(ScopedQuerySet["ListEntry"]):
    parent = "site"
    read_only = NOT_AUTHORITIES

    def on(self, day: date) -> Self:
        return self.filter(in_force(day))


@tracked
class ListEntry(Entered):
    """A site on a list of units that an authority drew up, for these days.

    Departments and districts list whom they promote; only the city's bureau and the district's
    name a unit whose accident could do serious harm to the public, which then must insure.
    """

    class Kind(models.TextChoices):
        PROMOTED = "promoted", _("重点推行名录")
        PUBLIC_HARM = "public_harm", _("可能对社会公众造成严重危害")

    LEVELS = {Kind.PROMOTED: DutyLevel.PROMOTED, Kind.PUBLIC_HARM: DutyLevel.MANDATORY}

    public_id = PublicIdField(prefix="lst")
    site = models.ForeignKey(Site, models.PROTECT, related_name="list_entries")
    kind = models.CharField(_("名录"), max_length=12, choices=Kind)
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), null=True, blank=True)
    source = models.CharField(_("依据文件"), max_length=200)

    objects = ListEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("名录")
        constraints = [period_in_order("list_entry_period")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.source}"


class ExemptionQuerySet(ScopedQuerySet["Exemption"]):
    parent = "site"
    read_only = NOT_AUTHORITIES


@tracked
class Exemption(Entered):
    """Days on which a site need not insure, on proof: it stands still, it is closing."""

    class Ground(models.TextChoices):
        SUSPENDED = "suspended", _("停产停业")
        CLOSING = "closing", _("关闭或注销过程中")
        MOVED_AWAY = "moved_away", _("已迁出本市")
        OTHER = "other", _("其他（写明依据）")

    public_id = PublicIdField(prefix="exm")
    site = models.ForeignKey(Site, models.PROTECT, related_name="exemptions")
    ground = models.CharField(_("事由"), max_length=12, choices=Ground)
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"), null=True, blank=True)
    source = models.CharField(_("证明材料"), max_length=200)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("豁免")
        constraints = [
            period_in_order("exemption_period"),
            no_overlap("exemption_no_overlap", "site_id"),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} ({self.valid_from}–)"


class ExternalState(models.TextChoices):
    SUBMITTED = "submitted", _("待审核")
    ACCEPTED = "accepted", _("已认可")
    REFUSED = "refused", _("未认可")


EXTERNAL_MOVES = Transitions(
    "duty.ExternalCover",
    ExternalState,
    start=[ExternalState.SUBMITTED],
    moves=[
        (ExternalState.SUBMITTED, ExternalState.ACCEPTED, _("认可")),
        (ExternalState.SUBMITTED, ExternalState.REFUSED, _("不认可")),
        (ExternalState.ACCEPTED, ExternalState.REFUSED, _("撤销认可")),
    ],
)


class ExternalCoverQuerySet(ScopedQuerySet["ExternalCover"]):
    parent = "site"
    read_only = NOT_CONCERNED


@tracked
class ExternalCover(Entered):
    """Cover bought elsewhere: a commercial one until it ends, or one bought by the parent."""

    State = ExternalState

    class Kind(models.TextChoices):
        COMMERCIAL = "commercial", _("同类商业保险（到期转投）")
        GROUP = "group", _("央企、省属企业上级统一投保")

    public_id = PublicIdField(prefix="ext")
    site = models.ForeignKey(Site, models.PROTECT, related_name="external_covers")
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    insurer_name = models.CharField(_("承保机构"), max_length=120)
    policy_number = models.CharField(_("保单号"), max_length=60)
    valid_from = models.DateField(_("保险期间自"))
    valid_to = models.DateField(_("终保次日"))
    people = models.PositiveIntegerField(_("承保人数"))
    per_person = MoneyField(_("每人责任限额"))
    heads = ArrayField(models.CharField(max_length=40), verbose_name=_("包含的保障项目"))
    certificate = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    minimum = MoneyField(_("审核时的每人最低限额"), default=0)
    missing = ArrayField(models.CharField(max_length=40), default=list)
    state = models.CharField(
        _("状态"), max_length=9, choices=ExternalState, default=ExternalState.SUBMITTED
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_by_name = models.CharField(_("审核人"), max_length=150, blank=True)
    decision = models.CharField(_("审核意见"), max_length=300, blank=True)

    objects = ExternalCoverQuerySet.as_manager()

    transitions = EXTERNAL_MOVES

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("外部保障")
        constraints = [
            models.CheckConstraint(
                name="external_cover_period", condition=Q(valid_to__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="external_cover_decided",
                condition=Q(state="submitted", decided_at=None)
                | (~Q(state="submitted") & Q(decided_at__isnull=False) & ~Q(decision="")),
            ),
        ]
        triggers = [EXTERNAL_MOVES.trigger("state")]

    def __str__(self) -> str:
        return f"{self.insurer_name} {self.policy_number}"

    @property
    def limit_gap(self) -> Decimal:
        """By how much one person's limit stays below what the law asks."""
        return max(self.minimum - self.per_person, Decimal())

    @property
    def missing_labels(self) -> str:
        labels = dict(CoverageHead.Kind.choices)
        return gettext("、").join(str(labels.get(code, code)) for code in self.missing)

    @property
    def is_lacking(self) -> bool:
        """Whether a top-up is due: a head of cover is missing, or the limit is too low."""
        return bool(self.missing) or self.limit_gap > 0
