"""A copy of a report: one row for each organisation that has to get it, written with the act.

A receiver sees its own copies, a sender those it sent, the broker all of them, since it counts who
is late. The messenger writes them; a receiver may do nothing but acknowledge.
"""

from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Func, RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, ScopedQuerySet, rows
from apps.core.fields import PublicIdField
from apps.reference.models import District

OWN = rows(receiver=Key.ORGANISATION)
# What a receiver's acknowledgement and the letter's delivery may still change.
MOVABLE = ("acknowledged_at", "acknowledged_by", "acknowledged_by_name", "mailed_at")
ONCE = """
IF OLD.acknowledged_at IS NOT NULL AND (NEW.acknowledged_at, NEW.acknowledged_by)
    IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by) THEN
    RAISE EXCEPTION 'a copy is acknowledged once' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class ReportEvent(models.TextChoices):
    ISSUE = "issue", _("出单")
    PAYMENT = "payment", _("保费到账")
    ENDORSEMENT = "endorsement", _("批改")
    CANCELLATION = "cancellation", _("退保、解除")
    CLAIM_REPORT = "claim_report", _("出险报案")


class CopiedReportQuerySet(ScopedQuerySet["CopiedReport"]):
    scope = {
        Kind.INSURER: OWN,
        Kind.DISTRICT_BUREAU: OWN,
        Kind.BROKER: EVERYTHING,
    }
    also_sees = {Kind.INSURER: rows(sender=Key.ORGANISATION)}

    def received_by(self, organisation_id: int) -> Self:
        return self.filter(receiver=organisation_id)

    def waiting(self) -> Self:
        """Not acknowledged yet."""
        return self.filter(acknowledged_at=None)

    def sent_late(self) -> Self:
        return self.filter(reported_at__gt=F("due_at"))

    def answered_late(self, now: datetime) -> Self:
        """Acknowledged after the time for it, or not at all although it has passed."""
        late = Q(acknowledged_at__gt=F("answer_by"))
        return self.filter(late | Q(acknowledged_at=None, answer_by__lt=now))

    def settled(self) -> Self:
        """Without those a transaction still open might yet be followed by: a feed skips none."""
        return self.filter(written_in__lt=RawSQL("txid_snapshot_xmin(txid_current_snapshot())", []))


class CopiedReport(models.Model):
    public_id = PublicIdField(prefix="cpr")
    event = models.CharField(_("事项"), max_length=12, choices=ReportEvent)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="copies")
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    sender = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("报送单位")
    )
    receiver = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("接收单位"),
    )
    once = models.CharField(max_length=80)
    text = models.CharField(_("内容"), max_length=300)
    url = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField(_("发生时间"))
    due_at = models.DateTimeField(_("报送期限"))
    reported_at = models.DateTimeField(_("报送时间"), default=timezone.now)
    answer_by = models.DateTimeField(_("签收期限"))
    mailed_at = models.DateTimeField(_("邮件送出时间"), null=True)
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True)
    acknowledged_by = models.CharField(max_length=40, blank=True)
    acknowledged_by_name = models.CharField(_("签收人"), max_length=150, blank=True)
    # Keys are drawn before the commit, so a feed cannot go by them alone.
    written_in = models.BigIntegerField(
        db_default=Func(function="txid_current", output_field=models.BigIntegerField()),
        editable=False,
    )

    objects = CopiedReportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("抄报")
        constraints = [
            models.UniqueConstraint(fields=["receiver", "once"], name="copied_report_once"),
            models.CheckConstraint(
                name="copied_report_acknowledged",
                condition=Q(acknowledged_at=None, acknowledged_by="")
                | Q(acknowledged_at__isnull=False) & ~Q(acknowledged_by=""),
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "-id"], name="copied_report_receiver"),
            models.Index(fields=["receiver", "written_in", "id"], name="copied_report_feed"),
            models.Index(
                fields=["receiver", "answer_by"],
                condition=Q(acknowledged_at=None),
                name="copied_report_waiting",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="frost", exclude=list(MOVABLE)),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="once", when=pgtrigger.Before, operation=pgtrigger.Update, func=ONCE
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.policy}"

    def get_absolute_url(self) -> str:
        return self.url or reverse("policies:detail", args=[self.policy.public_id])

    @property
    def audience(self) -> list[str]:
        return [
            token(Key.ORGANISATION, self.sender_id),
            token(Key.ORGANISATION, self.receiver_id),
        ]

    @property
    def is_sent_late(self) -> bool:
        return self.reported_at > self.due_at

    def is_answered_late(self, now: datetime) -> bool:
        return (self.acknowledged_at or now) > self.answer_by
