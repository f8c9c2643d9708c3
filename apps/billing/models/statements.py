"""The monthly statement of a pool: frozen with its lines, then confirmed or disputed by members.

Nothing here is ever updated. What a statement has come to is told by the answers beside it: each
member confirms once, or names a difference; a correction is an entry of a later month.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, Rule, ScopedQuerySet, Through, rows
from apps.core.fields import MoneyField, PublicIdField
from apps.core.models.audit import append_only
from apps.policies.models import Policy
from apps.pools.models import Member, Pool
from apps.pools.models.pools import NOT_BROKER, POOL_VIEW
from apps.reference.models import District

OWN: Mapping[str, Rule] = {**POOL_VIEW, Kind.INSURER: rows(insurer=Key.ORGANISATION)}
OF_THE_POOL: Mapping[str, Rule] = {Kind.INSURER: Through(Member, "pool", column="pool")}
ANSWERERS = frozenset(Kind) - {Kind.INSURER}

# Two members' answers, and a member's two clicks, are taken one after the other.
NO_OPEN_DIFFERENCE = """
PERFORM pg_advisory_xact_lock(7301103, NEW.statement_id::int);
IF EXISTS (
    SELECT 1 FROM billing_difference d
    WHERE d.statement_id = NEW.statement_id AND d.insurer_id = NEW.insurer_id
      AND NOT EXISTS (SELECT 1 FROM billing_settlement s WHERE s.difference_id = d.id)
) THEN
    RAISE EXCEPTION 'this member has an open difference' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
NOT_CONFIRMED = """
PERFORM pg_advisory_xact_lock(7301103, NEW.statement_id::int);
IF EXISTS (
    SELECT 1 FROM billing_confirmation c
    WHERE c.statement_id = NEW.statement_id AND c.insurer_id = NEW.insurer_id
) THEN
    RAISE EXCEPTION 'this member has confirmed' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
NETS_TO_ZERO = """
IF EXISTS (
    SELECT 1 FROM new_members GROUP BY statement_id HAVING sum(net) <> 0
) OR EXISTS (
    SELECT 1 FROM new_members n JOIN billing_statementmember m
    ON m.statement_id = n.statement_id AND m.id NOT IN (SELECT id FROM new_members)
) THEN
    RAISE EXCEPTION 'the members of a statement come whole and net to zero'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


class StatementState(models.TextChoices):
    OPEN = "open", _("待确认")
    DISPUTED = "disputed", _("有差异")
    LOCKED = "locked", _("已确认锁定")


class StatementQuerySet(ScopedQuerySet["Statement"]):
    scope = POOL_VIEW
    read_only = NOT_BROKER


class Statement(models.Model):
    """What moved in a pool in a month, and who owes whom."""

    public_id = PublicIdField(prefix="stm")
    number = models.CharField(_("结算单号"), max_length=40, unique=True)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="statements")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    month = models.DateField(_("月份"))
    policies = models.PositiveIntegerField(_("保单数"))
    due = MoneyField(_("应收保费"))
    received = MoneyField(_("实收保费"))
    faults = models.PositiveIntegerField(_("有数据问题的行数"), default=0)
    # Payments that settle every member's net position, at most one fewer than there are members.
    payments = models.JSONField(_("清算建议"), default=list, encoder=DjangoJSONEncoder)
    digest = models.CharField(_("明细校验值"), max_length=64)
    ledger_link = models.CharField(_("账簿链校验值"), max_length=64, blank=True)
    answer_by = models.DateField(_("确认期限"))
    frozen_at = models.DateTimeField(_("生成时间"), default=timezone.now)
    frozen_by = models.CharField(max_length=40)
    frozen_by_name = models.CharField(_("生成人"), max_length=150)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "district__order"]
        verbose_name = _("月度结算单")
        constraints = [
            models.UniqueConstraint(fields=["pool", "month"], name="statement_once"),
            models.CheckConstraint(name="statement_month", condition=Q(month__day=1)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("billing:monthly", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [token(Key.DISTRICT, self.district_id)]


class PartQuerySet(ScopedQuerySet[Any]):
    scope = POOL_VIEW
    read_only = NOT_BROKER


class StatementMember(models.Model):
    """One member's position: what is its own of the money received, less what it holds."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="members")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+", db_index=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    insurer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("承保机构")
    )
    due = MoneyField(_("应收份额"))
    own = MoneyField(_("实收份额"))
    held = MoneyField(_("本机构实收"))
    net = MoneyField(_("轧差净额"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["statement_id", "insurer_id"]
        verbose_name = _("成员净额")
        constraints = [
            models.UniqueConstraint(fields=["statement", "insurer"], name="statement_member_once"),
            models.CheckConstraint(
                name="statement_member_net", condition=Q(net=models.F("own") - models.F("held"))
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="nets_to_zero",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_members"),  # type: ignore[no-untyped-call]
                func=NETS_TO_ZERO,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.insurer_id}"


class StatementLine(models.Model):
    """One policy's movements of the month, as the bordereau lists them."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveIntegerField()
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+", db_index=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    seller = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    due = MoneyField(_("应收保费"))
    received = MoneyField(_("实收保费"))
    # Insurer's key → what is its own of the money received in this month.
    shares = models.JSONField(default=dict)
    # As the policy said on the day: members who did not sell it cannot read the policy itself.
    number = models.CharField(_("保单号"), max_length=40, default="")
    insured = models.CharField(_("被保险人"), max_length=200, default="")
    cover_from = models.DateField(_("起保日"), null=True)
    cover_to = models.DateField(_("终保次日"), null=True)
    # Pairs of a field and what is wrong with it; see monthly.checking.
    faults = models.JSONField(_("数据问题"), default=list)
    corrects = models.OneToOneField(
        "billing.Difference", models.PROTECT, null=True, related_name="correction_line"
    )

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["statement_id", "line"]
        verbose_name = _("结算明细")
        constraints = [
            models.UniqueConstraint(fields=["statement", "line"], name="statement_line_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.statement_id} #{self.line}"

    @property
    def public_id(self) -> str:
        """A line is known by its place in its statement."""
        return str(self.line)

    def own_of(self, insurer_id: int) -> Decimal:
        return Decimal(self.shares.get(str(insurer_id), "0.00"))


class ConfirmationQuerySet(ScopedQuerySet["Confirmation"]):
    scope = OWN
    also_sees = OF_THE_POOL
    read_only = ANSWERERS


class Confirmation(models.Model):
    """A member stands by the statement that bears this hash; when all do, it is locked."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="confirmations")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+", db_index=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(_("确认时间"), default=timezone.now)
    confirmed_by = models.CharField(max_length=40)
    confirmed_by_name = models.CharField(_("确认人"), max_length=150)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("结算确认")
        constraints = [
            models.UniqueConstraint(fields=["statement", "insurer"], name="confirmation_once"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="no_open_difference",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NO_OPEN_DIFFERENCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.insurer_id}"


class DifferenceQuerySet(ScopedQuerySet["Difference"]):
    scope = OWN
    also_sees = OF_THE_POOL
    read_only = ANSWERERS


class Difference(models.Model):
    """A member disputes one line, with its reason and its own figure."""

    class Reason(models.TextChoices):
        COMPUTED = "computed", _("系统计算错误")
        OTHER_SIDE = "other_side", _("对方数据错误")
        MISSING = "missing", _("漏列或重列")
        SPECIAL = "special", _("特殊调整")

    public_id = PublicIdField(prefix="dif")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="differences")
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="differences")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+", db_index=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.CharField(_("差异原因"), max_length=12, choices=Reason)
    text = models.CharField(_("说明"), max_length=500)
    claimed = MoneyField(_("本机构认为的份额"))
    raised_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    raised_by = models.CharField(max_length=40)
    raised_by_name = models.CharField(_("提出人"), max_length=150)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("结算差异")
        constraints = [
            models.UniqueConstraint(fields=["line", "insurer"], name="difference_once"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="not_confirmed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NOT_CONFIRMED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.claimed}"

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.insurer_id), token(Key.DISTRICT, self.district_id)]


class Settlement(models.Model):
    """The broker's answer to a difference. What it accepts is put right in a later month."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("成立，下期更正")
        DISMISSED = "dismissed", _("不成立")

    difference = models.OneToOneField(Difference, models.PROTECT, related_name="settlement")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="settlements")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+", db_index=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)
    verdict = models.CharField(_("处理结果"), max_length=12, choices=Verdict)
    # What the next statement adds to the member's own, taken from the others of the policy.
    correction = MoneyField(_("更正金额"), default=Decimal("0.00"))
    text = models.CharField(_("答复"), max_length=500)
    settled_at = models.DateTimeField(_("答复时间"), default=timezone.now)
    settled_by = models.CharField(max_length=40)
    settled_by_name = models.CharField(_("答复人"), max_length=150)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("差异答复")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.difference_id} {self.verdict}"
