"""Premium that goes another way than in: paid back to who paid it, or written off."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, ScopedQuerySet, rows
from apps.billing.models.ledger import NOT_INSURERS, WATCHERS, Entry, Receipt
from apps.core.fields import MoneyField, PublicIdField
from apps.core.masks import mask_name
from apps.core.models.audit import append_only
from apps.core.transitions import Transitions
from apps.policies.models import Policy
from apps.reference.models import District


def columns_of(policy: Policy) -> dict[str, Any]:
    """Whose the row is: the columns of its policy, so that the database can tell by itself."""
    return {
        "policy": policy,
        "insurer_id": policy.insurer_id,
        "enterprise_id": policy.enterprise_id,
        "district_id": policy.district_id,
    }


class OfPolicy(models.Model):
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="%(class)ss")
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    enterprise = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True

    @property
    def audience(self) -> list[str]:
        return [
            token(Key.ORGANISATION, self.enterprise_id),
            token(Key.ORGANISATION, self.insurer_id),
            token(Key.DISTRICT, self.district_id),
        ]


class RefundQuerySet(ScopedQuerySet["Refund"]):
    scope = {
        **WATCHERS,
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
    }
    read_only = NOT_INSURERS


class Refund(OfPolicy):
    """Money that went back to who paid too much, with the bank's voucher for it."""

    public_id = PublicIdField(prefix="rfd")
    voucher = models.CharField(_("付款回单号"), max_length=60)
    payee_name = models.CharField(_("收款户名"), max_length=200)
    payee_check = models.CharField(_("户名核对"), max_length=12, choices=Receipt.PayerCheck)
    amount = MoneyField(_("退费金额"))
    paid_on = models.DateField(_("付款日期"))
    reason = models.CharField(_("退费事由"), max_length=300)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="refund")
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.CharField(max_length=40)
    recorded_by_name = models.CharField(_("登记人"), max_length=150)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("退费")
        constraints = [
            models.UniqueConstraint(fields=["insurer", "voucher"], name="refund_voucher_once"),
            models.CheckConstraint(name="refund_positive", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(fields=["insurer", "-id"], name="refund_insurer"),
            models.Index(fields=["district", "-id"], name="refund_district"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.voucher} {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("billing:refund", args=[self.public_id])

    def payee_for(self, user: User) -> str:
        """A person's name is for those whose business it is; everybody else reads it masked."""
        parties = {self.insurer_id, self.enterprise_id}
        personal = self.payee_check == Receipt.PayerCheck.PERSONAL
        if not personal or user.organisation_id in parties:
            return self.payee_name
        return mask_name(self.payee_name)


class WriteOffState(models.TextChoices):
    PROPOSED = "proposed", _("待复核")
    POSTED = "posted", _("已核销")
    REFUSED = "refused", _("未同意")


WRITE_OFF_MOVES = Transitions(
    "billing.WriteOff",
    WriteOffState,
    start=[WriteOffState.PROPOSED, WriteOffState.POSTED],
    moves=[
        (WriteOffState.PROPOSED, WriteOffState.POSTED, _("复核同意")),
        (WriteOffState.PROPOSED, WriteOffState.REFUSED, _("不同意")),
    ],
)


class WriteOffQuerySet(ScopedQuerySet["WriteOff"]):
    scope = RefundQuerySet.scope
    read_only = NOT_INSURERS


class WriteOff(OfPolicy):
    """A small remainder nobody will pay; above the limit of the day two people decide."""

    State = WriteOffState

    public_id = PublicIdField(prefix="wof")
    amount = MoneyField(_("核销金额"))
    reason = models.CharField(_("理由"), max_length=300)
    needs_second = models.BooleanField(_("须复核"))
    state = models.CharField(_("状态"), max_length=8, choices=WriteOffState)
    proposed_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    proposed_by = models.CharField(max_length=40)
    proposed_by_name = models.CharField(_("提出人"), max_length=150)
    decided_at = models.DateTimeField(_("办结时间"), null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_by_name = models.CharField(_("办结人"), max_length=150, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="write_off")

    objects = WriteOffQuerySet.as_manager()

    transitions = WRITE_OFF_MOVES

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("核销")
        constraints = [
            models.CheckConstraint(name="write_off_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="write_off_posted",
                condition=Q(state="posted", entry__isnull=False, decided_at__isnull=False)
                | (~Q(state="posted") & Q(entry=None)),
            ),
            models.CheckConstraint(
                name="write_off_four_eyes",
                condition=Q(needs_second=False) | ~Q(decided_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="proposed"), name="write_off_one_open"
            ),
        ]
        indexes = [models.Index(fields=["insurer", "state", "-id"], name="write_off_insurer")]
        triggers = [WRITE_OFF_MOVES.trigger("state")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.amount}"


class ReminderQuerySet(ScopedQuerySet["Reminder"]):
    scope = RefundQuerySet.scope
    read_only = frozenset(Kind)


class Reminder(OfPolicy):
    """That somebody was reminded of a premium: 0 before its due date, then counted."""

    public_id = PublicIdField(prefix="rmd")
    due_on = models.DateField(_("应付日"))
    stage = models.PositiveSmallIntegerField(_("第几次"))
    owed = MoneyField(_("尚欠"))
    sent_on = models.DateField(_("催收日"))

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("催缴")
        constraints = [
            models.UniqueConstraint(fields=["policy", "due_on", "stage"], name="reminder_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.policy_id} {self.due_on} {self.stage}"
