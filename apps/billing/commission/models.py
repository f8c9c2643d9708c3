"""Licensed intermediaries, what insurers agreed with them, and what was paid. All append-only."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import EVERYTHING, Key, Rule, ScopedQuerySet, rows
from apps.billing.models.ledger import NOT_INSURERS, WATCHERS
from apps.core.dated import no_overlap, period_in_order
from apps.core.fields import MoneyField, PublicIdField
from apps.core.models.audit import append_only
from apps.policies.models import Policy
from apps.reference.models import District

WATCHING: Mapping[str, Rule] = {Kind.CITY_BUREAU: EVERYTHING, Kind.BROKER: EVERYTHING}


class IntermediaryQuerySet(ScopedQuerySet["Intermediary"]):
    scope = {**WATCHING, Kind.INSURER: EVERYTHING}
    read_only = NOT_INSURERS


class Intermediary(models.Model):
    """An agency or broker with the licence it holds; a renewed licence is another row."""

    class Trade(models.TextChoices):
        AGENCY = "agency", _("保险代理机构")
        BROKER = "broker", _("保险经纪机构")

    public_id = PublicIdField(prefix="itm")
    name = models.CharField(_("中介机构"), max_length=200)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    trade = models.CharField(_("类别"), max_length=8, choices=Trade)
    licence = models.CharField(_("许可证号"), max_length=60)
    licence_from = models.DateField(_("许可证自"))
    licence_to = models.DateField(_("许可证至"))
    # Credit codes of those it belongs with: nothing is paid to it for their policies.
    affiliates = ArrayField(models.CharField(max_length=18), default=list)
    registered_at = models.DateTimeField(default=timezone.now)
    registered_by = models.CharField(max_length=40)

    objects = IntermediaryQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("保险中介机构")
        constraints = [
            models.UniqueConstraint(
                fields=["uscc", "licence", "licence_to"], name="intermediary_once"
            ),
            models.CheckConstraint(
                name="intermediary_licence", condition=Q(licence_to__gt=F("licence_from"))
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.name

    @property
    def audience(self) -> list[str]:
        return []


class OwnQuerySet(ScopedQuerySet[Any]):
    scope = {**WATCHING, Kind.INSURER: rows(insurer=Key.ORGANISATION)}
    read_only = NOT_INSURERS


def _insurer() -> "models.ForeignKey[Organisation]":
    return models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("承保机构")
    )


class CommissionAgreement(models.Model):
    """The rate one insurer pays one intermediary from a day on."""

    public_id = PublicIdField(prefix="cma")
    insurer = _insurer()
    intermediary = models.ForeignKey(Intermediary, models.PROTECT, related_name="agreements")
    rate = models.DecimalField(_("手续费率"), max_digits=5, decimal_places=4)
    valid_from = models.DateField(_("自"))
    valid_to = models.DateField(_("至"))
    contract = models.CharField(_("协议号"), max_length=60)
    concluded_at = models.DateTimeField(default=timezone.now)
    concluded_by = models.CharField(max_length=40)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("手续费协议")
        constraints = [
            period_in_order("commission_agreement_period"),
            no_overlap("commission_agreement_once", "insurer_id", "intermediary_id"),
            models.CheckConstraint(
                name="commission_agreement_rate", condition=Q(rate__gt=0, rate__lt=1)
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.contract

    def get_absolute_url(self) -> str:
        return reverse("billing:commission_agreement", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.insurer_id)]


class IntroducedQuerySet(ScopedQuerySet["IntroducedPolicy"]):
    scope = {**WATCHERS, Kind.INSURER: rows(insurer=Key.ORGANISATION)}
    read_only = NOT_INSURERS


class IntroducedPolicy(models.Model):
    """A policy that an intermediary brought; named once."""

    policy = models.OneToOneField(Policy, models.PROTECT, related_name="introduced")
    agreement = models.ForeignKey(
        CommissionAgreement, models.PROTECT, related_name="introduced", db_index=True
    )
    insurer = _insurer()
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    named_by = models.CharField(max_length=40)

    objects = IntroducedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("中介业务")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.policy_id} {self.agreement_id}"


class CommissionPayment(models.Model):
    """All that was owed under an agreement, paid by one bank voucher."""

    public_id = PublicIdField(prefix="cmp")
    agreement = models.ForeignKey(CommissionAgreement, models.PROTECT, related_name="payments")
    insurer = _insurer()
    amount = MoneyField(_("支付金额"))
    voucher = models.CharField(_("银行回单号"), max_length=60)
    paid_on = models.DateField(_("支付日期"))
    paid_at = models.DateTimeField(default=timezone.now)
    paid_by = models.CharField(max_length=40)
    paid_by_name = models.CharField(_("登记人"), max_length=150)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("手续费支付")
        constraints = [
            models.UniqueConstraint(fields=["insurer", "voucher"], name="commission_voucher_once"),
            models.CheckConstraint(name="commission_payment_positive", condition=Q(amount__gt=0)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.voucher} {self.amount}"

    @property
    def audience(self) -> list[str]:
        return [token(Key.ORGANISATION, self.insurer_id)]
