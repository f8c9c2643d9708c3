"""A memorandum ledger in double entry. The platform holds nobody's money; it says whose it is.

Debit is positive, credit negative; the lines of an entry sum to zero. Entries and lines are only
ever added: a correction is a reversing entry and a new one. All lines of an entry come in one
statement, so that a trigger can judge the whole.
"""

from collections.abc import Mapping

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation, User
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, Rule, ScopedQuerySet, rows
from apps.core.fields import MoneyField, PublicIdField
from apps.core.masks import mask_name
from apps.core.models.audit import append_only
from apps.policies.models import Policy
from apps.reference.models import District

WATCHERS: Mapping[str, Rule] = {
    Kind.CITY_BUREAU: EVERYTHING,
    Kind.CITY_FINANCE: EVERYTHING,
    Kind.BROKER: EVERYTHING,
    Kind.DISTRICT_BUREAU: rows(district=Key.DISTRICT),
    Kind.DISTRICT_FINANCE: rows(district=Key.DISTRICT),
}
NOT_INSURERS = frozenset(Kind) - {Kind.INSURER}


class AccountKind(models.TextChoices):
    RECEIVABLE = "receivable", _("应收保费")
    DUE_TO_INSURER = "due_to_insurer", _("应付承保机构份额")
    CASH = "cash", _("承保机构收款")
    SETTLEMENT = "settlement", _("承保机构间结算")
    PREVENTION_COST = "prevention_cost", _("事故预防费用")
    PREVENTION_FUND = "prevention_fund", _("事故预防专项资金")
    OVERPAID = "overpaid", _("多收待退保费")
    COMMISSION_COST = "commission_cost", _("手续费支出")
    COMMISSION_PAYABLE = "commission_payable", _("应付手续费")
    COMMISSION_BANK = "commission_bank", _("手续费付款")


class EntryKind(models.TextChoices):
    PREMIUM_DUE = "premium_due", _("应收保费")
    PREMIUM_RECEIVED = "premium_received", _("保费到账")
    PREVENTION_ACCRUAL = "prevention_accrual", _("计提事故预防资金")
    PREMIUM_RETURNED = "premium_returned", _("减退保费")
    OVERPAID_REFUNDED = "overpaid_refunded", _("退还多收保费")
    WRITE_OFF = "write_off", _("核销尾差")
    COMMISSION_ACCRUED = "commission_accrued", _("计提手续费")
    COMMISSION_PAID = "commission_paid", _("支付手续费")
    REVERSAL = "reversal", _("冲正")


# Every statement must bring whole entries. Line 1 of an entry can be written once only, so nothing
# can be added to an entry later; that an entry has a line 1 is a foreign key's to check at commit.
BALANCED = """
IF EXISTS (
    SELECT 1 FROM new_lines GROUP BY entry_id
    HAVING sum(amount) <> 0 OR count(*) < 2 OR min(line) <> 1 OR max(line) <> count(*)
) THEN
    RAISE EXCEPTION 'an entry comes whole, balanced and with at least two lines'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


# Whoever closes a month takes the same lock alone, so that nobody posts into it meanwhile.
OPEN_MONTH = """
PERFORM pg_advisory_xact_lock_shared(7301102, insurer_id::int)
   FROM (SELECT DISTINCT insurer_id FROM new_entries ORDER BY 1) books;
IF EXISTS (
    SELECT 1 FROM new_entries n JOIN billing_closedmonth c ON c.insurer_id = n.insurer_id
    WHERE n.day < c.month + interval '1 month'
) THEN
    RAISE EXCEPTION 'the month is closed' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


class EntryQuerySet(ScopedQuerySet["Entry"]):
    scope = {
        **WATCHERS,
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
        Kind.ENTERPRISE: rows(enterprise=Key.ORGANISATION),
    }
    read_only = NOT_INSURERS


class Entry(models.Model):
    """One movement. `once` is the business key: the same movement cannot be entered twice."""

    public_id = PublicIdField(prefix="jnl")
    kind = models.CharField(_("类别"), max_length=20, choices=EntryKind)
    once = models.CharField(max_length=120, unique=True)
    day = models.DateField(_("业务日期"))
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="entries", db_index=False)
    # Copies of the policy's own, which holds the keys; here they narrow what one sees.
    insurer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    enterprise = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False
    )
    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    voucher = models.CharField(_("凭证号"), max_length=60, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    note = models.CharField(_("摘要"), max_length=300, blank=True)
    entered_at = models.DateTimeField(_("记账时间"), default=timezone.now)
    actor = models.CharField(max_length=40)
    # With `id` a deferred foreign key to this entry's first line: no header without lines.
    first_line = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("分录")
        indexes = [
            models.Index(fields=["policy", "-id"], name="entry_policy"),
            models.Index(fields=["insurer", "-id"], name="entry_insurer"),
            models.Index(fields=["district", "-id"], name="entry_district"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="open_month",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_entries"),  # type: ignore[no-untyped-call]
                func=OPEN_MONTH,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"

    def get_absolute_url(self) -> str:
        return reverse("billing:entry", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [
            token(Key.ORGANISATION, self.enterprise_id),
            token(Key.ORGANISATION, self.insurer_id),
            token(Key.DISTRICT, self.district_id),
        ]


class PostingQuerySet(ScopedQuerySet["Posting"]):
    scope = {
        **WATCHERS,
        Kind.INSURER: rows(insurer=Key.ORGANISATION),
        Kind.ENTERPRISE: rows(owner=Key.ORGANISATION),
    }
    # A co-insurer sees what is its own in business that another member sold.
    also_sees = {Kind.INSURER: rows(owner=Key.ORGANISATION)}
    read_only = NOT_INSURERS


class Posting(models.Model):
    """One line: so much on this account of this owner."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveSmallIntegerField()
    account = models.CharField(_("科目"), max_length=20, choices=AccountKind)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, verbose_name=_("单位")
    )
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_constraint=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_constraint=False)
    amount = MoneyField(_("金额"))

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["entry_id", "line"]
        verbose_name = _("分录行")
        constraints = [
            models.UniqueConstraint(fields=["entry", "line"], name="posting_line_once"),
            models.CheckConstraint(name="posting_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="posting_account_known", condition=Q(account__in=AccountKind.values)
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "account"], name="posting_account"),
            # Few lines among millions: what is to go back is asked for across a whole city.
            models.Index(
                fields=["insurer"], condition=Q(account="overpaid"), name="posting_overpaid"
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="balanced",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_lines"),  # type: ignore[no-untyped-call]
                func=BALANCED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


class ReceiptQuerySet(ScopedQuerySet["Receipt"]):
    scope = EntryQuerySet.scope
    read_only = NOT_INSURERS


class Receipt(models.Model):
    """A bank receipt of a premium, as the insurer's finance recorded it."""

    class PayerCheck(models.TextChoices):
        MATCHES = "matches", _("付款户名与企业一致")
        OTHER_UNIT = "other_unit", _("付款户名是另一单位")
        PERSONAL = "personal", _("疑似个人付款")

    public_id = PublicIdField(prefix="rcp")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="receipts")
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    enterprise = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    voucher = models.CharField(_("银行回单号"), max_length=60)
    payer_name = models.CharField(_("付款户名"), max_length=200)
    payer_check = models.CharField(_("户名核对"), max_length=12, choices=PayerCheck)
    amount = MoneyField(_("到账金额"))
    received_on = models.DateField(_("到账日期"))
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="receipt")
    recorded_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    recorded_by = models.CharField(max_length=40)
    recorded_by_name = models.CharField(_("登记人"), max_length=150)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("到账")
        constraints = [
            models.UniqueConstraint(fields=["insurer", "voucher"], name="receipt_voucher_once"),
            models.CheckConstraint(name="receipt_positive", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(fields=["insurer", "-id"], name="receipt_insurer"),
            models.Index(fields=["district", "-id"], name="receipt_district"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.voucher} {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("billing:receipt", args=[self.public_id])

    def payer_for(self, user: User) -> str:
        """A person's name is for those whose business it is; everybody else reads it masked."""
        parties = {self.insurer_id, self.enterprise_id}
        if self.payer_check != self.PayerCheck.PERSONAL or user.organisation_id in parties:
            return self.payer_name
        return mask_name(self.payer_name)

    @property
    def audience(self) -> list[str]:
        return self.entry.audience
