"""A transaction of a policy: issue, endorsement, cancellation and what undoes them.

Rows are only added. Each keeps what was asked, the terms before and after, the worksheet of its
annual premium and what it charged, so that every answer of the past can be given again.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, ScopedQuerySet
from apps.catalogue.models import CancellationGround, LimitChoice
from apps.core.fields import MoneyField, PublicIdField
from apps.core.history import tracked
from apps.core.models.audit import append_only
from apps.core.transitions import Transitions
from apps.documents.models import StoredFile
from apps.policies.rules.stack import Act
from apps.reference.models import District, Sector, Town


class TransactionAct(models.TextChoices):
    ISSUE = Act.ISSUE, _("出单")
    RENEW = Act.RENEW, _("续保出单")
    ENDORSE = Act.ENDORSE, _("批改")
    CANCEL = Act.CANCEL, _("解除")
    REINSTATE = Act.REINSTATE, _("恢复")
    REVERSE = Act.REVERSE, _("冲正")


BEGINNINGS = (TransactionAct.ISSUE, TransactionAct.RENEW)


class TransactionQuerySet(ScopedQuerySet["PolicyTransaction"]):
    """Seen by whoever sees the policy; policies.models declares it for both."""


def _column(model: Any) -> Any:
    return models.ForeignKey(model, models.PROTECT, related_name="+", db_index=False)


class PolicyTransaction(models.Model):
    Act = TransactionAct

    public_id = PublicIdField(prefix="txn")
    policy = models.ForeignKey(
        "policies.Policy", models.PROTECT, related_name="transactions", db_index=False
    )
    enterprise = _column(Organisation)
    insurer = _column(Organisation)
    district = _column(District)
    town = _column(Town)
    sector = _column(Sector)
    number = models.PositiveSmallIntegerField(_("序号"))
    act = models.CharField(_("业务"), max_length=9, choices=TransactionAct)
    effective_on = models.DateField(_("生效日"))
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.CharField(max_length=40)
    recorded_by_name = models.CharField(_("登记人"), max_length=150)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    ground = models.ForeignKey(
        CancellationGround, models.PROTECT, null=True, related_name="+", db_index=False
    )
    proof = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", db_index=False
    )
    changes = models.JSONField(_("批改内容"), default=dict)
    terms_before = models.JSONField(default=dict)
    terms_after = models.JSONField()
    insured_count = models.PositiveIntegerField(_("被保险人数"))
    limit_choice = models.ForeignKey(
        LimitChoice, models.PROTECT, related_name="+", db_index=False, verbose_name=_("责任限额")
    )
    deductible = MoneyField(_("免赔额"))
    until = models.DateField(_("延长至"), null=True)
    kept_rate = models.PositiveSmallIntegerField(_("短期费率（万分之）"), null=True)
    annual_premium = MoneyField(_("年保险费"))
    charged = MoneyField(_("收退保险费"))
    # Of an issue and of what undoes others: none; the policy's own, or that of an earlier one.
    worksheet = models.JSONField(_("费率计算书"), null=True)
    worksheet_hash = models.CharField(max_length=64, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("冲正")
    )
    # One act may record several rows: this is the public id of the one that was meant.
    bundle = models.CharField(max_length=40)
    is_late = models.BooleanField(_("补办"), default=False)
    is_cross_period = models.BooleanField(_("跨期"), default=False)

    objects = TransactionQuerySet.as_manager()

    class Meta:
        ordering = ["policy_id", "number"]
        verbose_name = _("保单业务")
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="transaction_number_once"),
            models.CheckConstraint(
                name="transaction_first",
                condition=Q(number=1, act__in=["issue", "renew"])
                | (Q(number__gt=1) & ~Q(act__in=["issue", "renew"])),
            ),
            models.CheckConstraint(
                name="transaction_reverses",
                condition=Q(act="reverse", reverses__isnull=False)
                | (~Q(act="reverse") & Q(reverses=None)),
            ),
            models.CheckConstraint(
                name="transaction_ground",
                condition=~Q(act="cancel") | Q(ground__isnull=False, proof__isnull=False),
            ),
            models.CheckConstraint(
                name="transaction_amounts",
                condition=Q(annual_premium__gte=0, insured_count__gt=0),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.effective_on}"

    def get_absolute_url(self) -> str:
        return reverse("policies:transaction", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return _audience(self)


def _audience(row: Any) -> list[str]:
    return [
        token(Key.ORGANISATION, row.enterprise_id),
        token(Key.ORGANISATION, row.insurer_id),
        token(Key.DISTRICT, row.district_id),
        token(Key.TOWN, row.town_id),
    ]


class RequestState(models.TextChoices):
    ASKED = "asked", _("待承保机构办理")
    DONE = "done", _("已批改")
    REFUSED = "refused", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


REQUEST_MOVES = Transitions(
    "policies.ChangeRequest",
    RequestState,
    start=[RequestState.ASKED],
    moves=[
        (RequestState.ASKED, RequestState.DONE, _("批改")),
        (RequestState.ASKED, RequestState.REFUSED, _("不同意")),
        (RequestState.ASKED, RequestState.WITHDRAWN, _("撤回")),
    ],
)


class ChangeRequestQuerySet(ScopedQuerySet["ChangeRequest"]):
    """The policy's own, without the partners; policies.models declares it."""

    read_only = frozenset(Kind) - {Kind.ENTERPRISE, Kind.INSURER}


@tracked
class ChangeRequest(models.Model):
    """An enterprise asks its insurer for an endorsement; the insurer records it or says why not."""

    State = RequestState

    public_id = PublicIdField(prefix="chr")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="requests")
    enterprise = _column(Organisation)
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    district = _column(District)
    town = _column(Town)
    sector = _column(Sector)
    state = models.CharField(
        _("状态"), max_length=9, choices=RequestState, default=RequestState.ASKED
    )
    changes = models.JSONField(_("批改内容"))
    effective_on = models.DateField(_("希望生效日"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("申请时间"), default=timezone.now)
    asked_by = models.CharField(max_length=40)
    asked_by_name = models.CharField(_("申请人"), max_length=150)
    answer = models.CharField(_("答复"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("办理时间"), null=True)
    decided_by_name = models.CharField(_("办理人"), max_length=150, blank=True)
    transaction = models.OneToOneField(
        PolicyTransaction, models.PROTECT, null=True, related_name="request"
    )

    objects = ChangeRequestQuerySet.as_manager()

    transitions = REQUEST_MOVES

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("批改申请")
        constraints = [
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="asked"), name="change_request_one_open"
            )
        ]
        triggers = [REQUEST_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        return f"{self.policy.get_absolute_url()}?tab=changes"

    @property
    def audience(self) -> list[str]:
        return _audience(self)
