"""What is done about sites that must insure and have not: calls, letters, orders, disputes."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import ScopedQuerySet
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.core.models.audit import append_only
from apps.core.transitions import Transitions
from apps.documents.models import Paper, StoredFile
from apps.duty.models.facts import NOT_AUTHORITIES, NOT_CONCERNED, Entered
from apps.duty.models.ledger import DutyState
from apps.enterprises.models import Site


class ContactQuerySet(ScopedQuerySet["Contact"]):
    parent = "site"
    read_only = NOT_AUTHORITIES


class Contact(Entered):
    """A call, a visit or a message to an enterprise, and what came of it."""

    class Kind(models.TextChoices):
        CALL = "call", _("电话")
        VISIT = "visit", _("上门")
        MESSAGE = "message", _("短信或微信")

    class Outcome(models.TextChoices):
        PROMISED = "promised", _("答应投保")
        UNREACHED = "unreached", _("没有联系上")
        REFUSED = "refused", _("不愿投保")
        DISPUTED = "disputed", _("认为不应投保")
        OTHER = "other", _("其他")

    public_id = PublicIdField(prefix="cnt")
    site = models.ForeignKey(Site, models.PROTECT, related_name="contacts")
    kind = models.CharField(_("方式"), max_length=8, choices=Kind, default=Kind.CALL)
    on = models.DateField(_("日期"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome)
    note = models.CharField(_("记录"), max_length=300, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("联系记录")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"


class LetterState(models.TextChoices):
    SENT = "sent", _("已发出")
    SETTLED = "settled", _("已办结")
    WITHDRAWN = "withdrawn", _("已撤回")


LETTER_MOVES = Transitions(
    "duty.Letter",
    LetterState,
    start=[LetterState.SENT],
    moves=[
        (LetterState.SENT, LetterState.SETTLED, _("办结")),
        (LetterState.SENT, LetterState.WITHDRAWN, _("撤回")),
    ],
)


class LetterQuerySet(ScopedQuerySet["Letter"]):
    parent = "site"
    read_only = NOT_CONCERNED

    def overdue(self, today: date) -> Self:
        """Those whose day is over; whether the site insured meanwhile the ledger says."""
        return self.filter(state=LetterState.SENT, due_on__lt=today)


@tracked
class Letter(Entered):
    """A letter that urges, or an order to put right: with its day, its number, its paper."""

    State = LetterState

    class Kind(models.TextChoices):
        URGING = "urging", _("督促函")
        ORDER = "order", _("责令限期改正")

    public_id = PublicIdField(prefix="ltr")
    site = models.ForeignKey(Site, models.PROTECT, related_name="letters")
    kind = models.CharField(_("文书"), max_length=8, choices=Kind)
    number = models.CharField(_("编号"), max_length=40, unique=True)
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="+")
    duty_state = models.CharField(_("发出时的状态"), max_length=15, choices=DutyState)
    sent_on = models.DateField(_("发出日期"))
    due_on = models.DateField(_("办理期限"))
    job = models.CharField(max_length=40, blank=True, db_index=True)
    seen_at = models.DateTimeField(_("企业查看时间"), null=True)
    state = models.CharField(_("状态"), max_length=9, choices=LetterState, default=LetterState.SENT)
    closed_on = models.DateField(_("办结日期"), null=True)
    closed_reason = models.CharField(_("办结说明"), max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    transitions = LETTER_MOVES

    class Meta:
        ordering = ["-sent_on", "-pk"]
        verbose_name = _("督促文书")
        constraints = [
            models.CheckConstraint(
                name="letter_closed",
                condition=Q(state="sent", closed_on=None) | ~Q(state="sent") & ~Q(closed_on=None),
            ),
            models.CheckConstraint(name="letter_due", condition=Q(due_on__gt=models.F("sent_on"))),
        ]
        indexes = [models.Index(fields=["due_on"], name="letter_due_on", condition=Q(state="sent"))]
        triggers = [LETTER_MOVES.trigger("state")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("duty:letter", args=[self.public_id])


class DisputeState(models.TextChoices):
    OPEN = "open", _("待答复")
    UPHELD = "upheld", _("异议成立")
    REJECTED = "rejected", _("异议不成立")
    WITHDRAWN = "withdrawn", _("已撤回")


DISPUTE_MOVES = Transitions(
    "duty.Dispute",
    DisputeState,
    start=[DisputeState.OPEN],
    moves=[
        (DisputeState.OPEN, DisputeState.UPHELD, _("异议成立")),
        (DisputeState.OPEN, DisputeState.REJECTED, _("异议不成立")),
        (DisputeState.OPEN, DisputeState.WITHDRAWN, _("撤回")),
    ],
)


class DisputeQuerySet(ScopedQuerySet["Dispute"]):
    parent = "site"
    read_only = NOT_CONCERNED


@tracked
class Dispute(Entered):
    """An enterprise says, with evidence, that it need not insure; the bureau answers."""

    State = DisputeState

    class Ground(models.TextChoices):
        INDUSTRY = "industry", _("行业登记有误")
        ACTIVITY = "activity", _("没有所列的活动或设备")
        STOPPED = "stopped", _("已停产、关闭或迁出")
        COVERED = "covered", _("已有其他保障")
        OTHER = "other", _("其他")

    public_id = PublicIdField(prefix="dsp")
    site = models.ForeignKey(Site, models.PROTECT, related_name="duty_disputes")
    ground = models.CharField(_("理由"), max_length=10, choices=Ground)
    text = models.CharField(_("情况说明"), max_length=1000)
    evidence = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    due_on = models.DateField(_("答复期限"))
    state = models.CharField(
        _("状态"), max_length=9, choices=DisputeState, default=DisputeState.OPEN
    )
    decided_at = models.DateTimeField(_("答复时间"), null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_by_name = models.CharField(_("答复人"), max_length=150, blank=True)
    decision = models.CharField(_("答复理由"), max_length=1000, blank=True)

    objects = DisputeQuerySet.as_manager()

    transitions = DISPUTE_MOVES

    class Meta:
        ordering = ["-entered_at", "-pk"]
        verbose_name = _("异议")
        constraints = [
            models.UniqueConstraint(
                fields=["site"], condition=Q(state="open"), name="dispute_one_open"
            ),
            models.CheckConstraint(
                name="dispute_decided",
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]
        triggers = [DISPUTE_MOVES.trigger("state")]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {timezone.localtime(self.entered_at):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("duty:dispute", args=[self.public_id])
