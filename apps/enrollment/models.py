"""The way to a policy: an application that saves itself, goes to one insurer, and is decided.

Before it is submitted nobody but the enterprise, its bureaus and the broker sees it: an insurer
learns of it when it was chosen, by the act of submission (A2.3, the enterprise chooses freely).
"""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import sector_in_district, token
from apps.accounts.scope import Key, ScopedQuerySet, rows
from apps.catalogue.models import RefusalReason
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.core.transitions import Transitions
from apps.enrollment.renewals.models import Lapse
from apps.enterprises.models import Enterprise, Site
from apps.policies.models import GOVERNMENT_VIEW, Policy
from apps.pools.models import Pool
from apps.rating.models import Quote
from apps.reference.models import District, Sector, Town

RENEWALS = (Lapse,)  # loaded with this module, where Django looks for it
WRITERS = {Kind.ENTERPRISE, Kind.INSURER}


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("填写中")
    SUBMITTED = "submitted", _("待核保")
    ISSUED = "issued", _("已出单")
    REFUSED = "refused", _("不予承保")
    WITHDRAWN = "withdrawn", _("已撤回")


APPLICATION_MOVES = Transitions(
    "enrollment.Application",
    ApplicationState,
    start=[ApplicationState.DRAFT],
    moves=[
        (ApplicationState.DRAFT, ApplicationState.SUBMITTED, _("提交")),
        (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, _("放弃")),
        (ApplicationState.SUBMITTED, ApplicationState.ISSUED, _("出单")),
        (ApplicationState.SUBMITTED, ApplicationState.REFUSED, _("不予承保")),
        (ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN, _("撤回")),
    ],
)


class ApplicationQuerySet(ScopedQuerySet["Application"]):
    scope = {
        **GOVERNMENT_VIEW,
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
    }
    read_only = frozenset(Kind) - WRITERS

    def open(self) -> Self:
        return self.filter(state__in=(ApplicationState.DRAFT, ApplicationState.SUBMITTED))

    def awaiting_decision(self) -> Self:
        return self.filter(state=ApplicationState.SUBMITTED)


@tracked
class Application(models.Model):
    """One site's application for one year of cover."""

    State = ApplicationState

    public_id = PublicIdField(prefix="app")
    number = models.CharField(_("投保单号"), max_length=40, blank=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="applications")
    site = models.ForeignKey(Site, models.PROTECT, related_name="applications")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    town = models.ForeignKey(Town, models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+")
    state = models.CharField(
        _("状态"), max_length=12, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    # What the enterprise decided so far; each step saves itself.
    wanted_from = models.DateField(_("期望起保日"), null=True)
    had_accident = models.BooleanField(_("近三年有无生产安全事故"), null=True)
    last_accident_on = models.DateField(_("最近一次事故日期"), null=True)
    is_listed = models.BooleanField(_("是否列入联合惩戒名单"), null=True)
    offer = models.CharField(_("报价编号"), max_length=40, blank=True)
    quote = models.ForeignKey(Quote, models.PROTECT, null=True, related_name="applications")
    chosen_insurer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("选定的承保机构")
    )
    # The order in which insurers were shown when one was chosen; the act can be looked at later.
    shown_order = models.JSONField(default=list)
    chosen_at = models.DateTimeField(null=True)
    attested_at = models.DateTimeField(_("承诺时间"), null=True)
    attested_by = models.CharField(max_length=40, blank=True)
    attested_by_name = models.CharField(_("承诺人"), max_length=150, blank=True)
    saved_at = models.DateTimeField(_("保存时间"), default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    # From submission on.
    insurer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("承保机构")
    )
    facts = models.JSONField(_("投保时的资料"), default=dict)
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    submitted_by = models.CharField(max_length=40, blank=True)
    submitted_by_name = models.CharField(_("提交人"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_by_name = models.CharField(_("决定人"), max_length=150, blank=True)
    refusal_reason = models.ForeignKey(
        RefusalReason, models.PROTECT, null=True, related_name="+", verbose_name=_("不予承保的理由")
    )
    refusal_note = models.CharField(_("说明"), max_length=500, blank=True)
    policy = models.OneToOneField(Policy, models.PROTECT, null=True, related_name="application")
    renews = models.ForeignKey(
        Policy, models.PROTECT, null=True, related_name="+", verbose_name=_("续保自")
    )

    objects = ApplicationQuerySet.as_manager()

    transitions = APPLICATION_MOVES

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("投保申请")
        constraints = [
            models.UniqueConstraint(
                name="application_one_open_per_site",
                fields=["site"],
                condition=Q(state__in=["draft", "submitted"]),
            ),
            models.CheckConstraint(
                name="application_submitted_whole",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(
                    quote__isnull=False,
                    wanted_from__isnull=False,
                    insurer__isnull=False,
                    attested_at__isnull=False,
                    submitted_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="application_refused_with_reason",
                condition=~Q(state="refused") | Q(refusal_reason__isnull=False),
            ),
            models.CheckConstraint(
                name="application_issued_has_policy",
                condition=~Q(state="issued") | Q(policy__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["insurer", "state", "-id"], name="application_desk"),
            models.Index(fields=["enterprise", "-id"], name="application_enterprise"),
            models.Index(fields=["district", "-id"], name="application_district"),
        ]
        triggers = [APPLICATION_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.number or self.public_id

    def get_absolute_url(self) -> str:
        return reverse("enrollment:application", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        addressed = [
            token(Key.ORGANISATION, self.enterprise_id),
            token(Key.DISTRICT, self.district_id),
            token(Key.TOWN, self.town_id),
            token(Key.SECTOR, self.sector_id),
            sector_in_district(self.sector_id, self.district_id),
        ]
        return addressed + ([token(Key.ORGANISATION, self.insurer_id)] if self.insurer_id else [])
