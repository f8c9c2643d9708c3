"""A bank's list of money that came in, laid out line by line; each line ends in a decision."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, ScopedQuerySet, rows
from apps.billing.models.ledger import Receipt
from apps.core.fields import MoneyField, PublicIdField
from apps.core.transitions import Transitions
from apps.documents.models import StoredFile
from apps.policies.models import Policy

ONLY_INSURERS = frozenset(Kind) - {Kind.INSURER}


class BankFileQuerySet(ScopedQuerySet["BankFile"]):
    scope = {Kind.INSURER: rows(insurer=Key.ORGANISATION)}
    read_only = ONLY_INSURERS


class BankFile(models.Model):
    """One list as it was sent. What it says is known by its digest, whatever its format."""

    public_id = PublicIdField(prefix="bnk")
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("文件"), max_length=120)
    digest = models.CharField(max_length=64)
    total = models.PositiveIntegerField(_("行数"))
    left_out = models.PositiveIntegerField(_("付出款行数"), default=0)
    created_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    created_by = models.CharField(max_length=40)
    created_by_name = models.CharField(_("上传人"), max_length=150)

    objects = BankFileQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("银行流水")
        constraints = [
            models.UniqueConstraint(fields=["insurer", "digest"], name="bank_file_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("billing:bank_file", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.insurer_id)]


class LineState(models.TextChoices):
    OPEN = "open", _("待处理")
    RECORDED = "recorded", _("已登记")
    KNOWN = "known", _("早已登记")
    SET_ASIDE = "set_aside", _("已搁置")


LINE_MOVES = Transitions(
    "billing.BankLine",
    LineState,
    start=[LineState.OPEN, LineState.KNOWN],
    moves=[
        (LineState.OPEN, LineState.RECORDED, _("登记到账")),
        (LineState.OPEN, LineState.KNOWN, _("认出已登记")),
        (LineState.OPEN, LineState.SET_ASIDE, _("搁置")),
        (LineState.SET_ASIDE, LineState.RECORDED, _("登记到账")),
    ],
)


class BankLineQuerySet(ScopedQuerySet["BankLine"]):
    parent = "batch"
    read_only = ONLY_INSURERS


class BankLine(models.Model):
    """One payment of the list: what the bank said, whose it seems to be, and what became of it."""

    State = LineState

    public_id = PublicIdField(prefix="bkl")
    batch = models.ForeignKey(BankFile, models.PROTECT, related_name="bank_lines", db_index=False)
    number = models.PositiveIntegerField(_("行号"))
    voucher = models.CharField(_("银行回单号"), max_length=60, blank=True)
    payer_name = models.CharField(_("付款户名"), max_length=200, blank=True)
    amount = MoneyField(_("金额"), null=True)  # type: ignore[misc]
    received_on = models.DateField(_("到账日期"), null=True)
    remark = models.CharField(_("附言"), max_length=300, blank=True)
    problems = models.JSONField(default=list)
    # Keys of policies with their score and the codes of the reasons, best first.
    proposals = models.JSONField(default=list)
    is_sure = models.BooleanField(default=False)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(_("状态"), max_length=10, choices=LineState, default=LineState.OPEN)
    receipt = models.OneToOneField(Receipt, models.PROTECT, null=True, related_name="bank_line")
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("处理时间"), null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_by_name = models.CharField(_("处理人"), max_length=150, blank=True)

    objects = BankLineQuerySet.as_manager()

    transitions = LINE_MOVES

    class Meta:
        ordering = ["number"]
        verbose_name = _("流水行")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="bank_line_row"),
            models.CheckConstraint(
                name="bank_line_recorded",
                condition=Q(state="recorded", receipt__isnull=False)
                | (~Q(state="recorded") & Q(receipt=None)),
            ),
            models.CheckConstraint(
                name="bank_line_reason", condition=~Q(state="set_aside") | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state", "number"], name="bank_line_state"),
            models.Index(fields=["voucher"], name="bank_line_voucher"),
        ]
        triggers = [LINE_MOVES.trigger("state")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"

    @property
    def audience(self) -> list[str]:
        return self.batch.audience
