"""A share round: inputs frozen, shares computed, members heard, and the next table published.

Only the broker writes a round and only members answer it. What was frozen can be looked at for
good; an upheld objection leads back to gathering, and consents given before count no longer.
"""

from collections.abc import Mapping

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.models import Organisation
from apps.accounts.models.organisation import token
from apps.accounts.scope import Key, Rule, ScopedQuerySet, Through, rows
from apps.core.fields import PublicIdField
from apps.core.history import tracked
from apps.core.models.audit import append_only
from apps.core.transitions import Transitions
from apps.pools.models.agreements import Agreement
from apps.pools.models.pools import NOT_BROKER, POOL_VIEW, Member, Pool, ShareTable
from apps.reference.models import District


class RoundState(models.TextChoices):
    GATHERING = "gathering", _("归集数据")
    COMPUTED = "computed", _("已计算")
    OBJECTION = "objection", _("异议期")
    APPROVED = "approved", _("全体同意")
    PUBLISHED = "published", _("已公布")
    WITHDRAWN = "withdrawn", _("已终止")


S = RoundState
ROUND_MOVES = Transitions(
    "pools.ShareRound",
    RoundState,
    start=[S.GATHERING],
    moves=[
        (S.GATHERING, S.COMPUTED, _("冻结数据并计算")),
        (S.COMPUTED, S.OBJECTION, _("征求成员意见")),
        (S.OBJECTION, S.APPROVED, _("最后一家成员同意")),
        (S.APPROVED, S.PUBLISHED, _("公布")),
        (S.COMPUTED, S.GATHERING, _("重新归集")),
        (S.OBJECTION, S.GATHERING, _("异议成立，重新归集")),
        (S.APPROVED, S.GATHERING, _("重新归集")),
        (S.GATHERING, S.WITHDRAWN, _("终止")),
        (S.COMPUTED, S.WITHDRAWN, _("终止")),
        (S.OBJECTION, S.WITHDRAWN, _("终止")),
        (S.APPROVED, S.WITHDRAWN, _("终止")),
    ],
)


class ShareRoundQuerySet(ScopedQuerySet["ShareRound"]):
    scope = POOL_VIEW
    read_only = NOT_BROKER

    def alive(self) -> "ShareRoundQuerySet":
        return self.exclude(state=RoundState.WITHDRAWN)


@tracked
class ShareRound(models.Model):
    """The results of one period, on their way to the shares of the next."""

    State = RoundState

    public_id = PublicIdField(prefix="rnd")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="rounds")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="rounds")
    valid_from = models.DateField(_("业绩期起"))
    valid_to = models.DateField(_("业绩期止（不含）"))
    state = models.CharField(_("状态"), max_length=12, choices=RoundState, default=S.GATHERING)
    # A document each, read as a whole: they are what was agreed to, under one hash.
    inputs = models.JSONField(_("冻结的数据"), default=dict, encoder=DjangoJSONEncoder)
    inputs_hash = models.CharField(_("数据校验值"), max_length=64, blank=True)
    worksheet = models.JSONField(_("计算表"), default=list, encoder=DjangoJSONEncoder)
    notes = models.JSONField(_("说明"), default=list)
    frozen_on = models.DateField(_("数据冻结日"), null=True)
    computed_at = models.DateTimeField(_("计算时间"), null=True)
    objections_until = models.DateField(_("异议截止日"), null=True)
    approved_at = models.DateTimeField(_("全体同意时间"), null=True)
    published_at = models.DateTimeField(_("公布时间"), null=True)
    published_by = models.CharField(max_length=40, blank=True)
    published_by_name = models.CharField(_("公布人"), max_length=150, blank=True)
    table = models.OneToOneField(ShareTable, models.PROTECT, null=True, related_name="round")
    opened_at = models.DateTimeField(_("发起时间"), default=timezone.now)
    reason = models.CharField(_("终止或重新归集的理由"), max_length=500, blank=True)

    objects = ShareRoundQuerySet.as_manager()

    transitions = ROUND_MOVES

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("份额调整")
        constraints = [
            models.CheckConstraint(name="round_period", condition=Q(valid_to__gt=F("valid_from"))),
            ExclusionConstraint(
                name="round_once",
                expressions=[
                    (
                        Func(F("pool_id"), F("pool_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="round_published_has_table",
                condition=Q(state="published", table__isnull=False, published_at__isnull=False)
                | (~Q(state="published") & Q(table=None)),
            ),
            models.CheckConstraint(
                name="round_computed_is_frozen",
                condition=Q(state__in=["gathering", "withdrawn"])
                | (~Q(inputs_hash="") & Q(frozen_on__isnull=False)),
            ),
        ]
        triggers = [
            ROUND_MOVES.trigger("state"),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["published", "withdrawn"])
                | (
                    ~pgtrigger.Q(old__state="gathering")
                    & (
                        pgtrigger.Q(old__inputs__df=pgtrigger.F("new__inputs"))
                        | pgtrigger.Q(old__inputs_hash__df=pgtrigger.F("new__inputs_hash"))
                        | pgtrigger.Q(old__worksheet__df=pgtrigger.F("new__worksheet"))
                        | pgtrigger.Q(old__notes__df=pgtrigger.F("new__notes"))
                        | pgtrigger.Q(old__frozen_on__df=pgtrigger.F("new__frozen_on"))
                    )
                ),
                func="RAISE EXCEPTION 'a share round is frozen' USING ERRCODE = 'check_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool} {self.valid_from}"

    def get_absolute_url(self) -> str:
        return reverse("pools:round", args=[self.public_id])

    @property
    def audience(self) -> list[str]:
        voices = [token(Key.ORGANISATION, key) for key in self.member_keys]
        return [token(Key.DISTRICT, self.district_id), *voices]

    @property
    def member_keys(self) -> list[int]:
        """The organisations whose shares were computed."""
        return [line["insurer"] for line in self.worksheet]

    @property
    def shares(self) -> dict[int, int]:
        return {line["insurer"]: line["after"] for line in self.worksheet}


# Members write their own answer and read everybody's in their pools.
OWN_ANSWERS: Mapping[str, Rule] = {**POOL_VIEW, Kind.INSURER: rows(insurer=Key.ORGANISATION)}
ALL_ANSWERS: Mapping[str, Rule] = {Kind.INSURER: Through(Member, "pool", column="pool")}


class ApprovalQuerySet(ScopedQuerySet["Approval"]):
    scope = OWN_ANSWERS
    also_sees = ALL_ANSWERS
    read_only = frozenset(Kind) - {Kind.INSURER}


class Approval(models.Model):
    """One member's consent, by its authorised person, to exactly what bears this hash."""

    share_round = models.ForeignKey(ShareRound, models.PROTECT, related_name="approvals")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    inputs_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField(_("同意时间"), default=timezone.now)
    given_by = models.CharField(max_length=40)
    given_by_name = models.CharField(_("授权人"), max_length=150)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("成员同意")
        constraints = [
            models.UniqueConstraint(
                fields=["share_round", "insurer", "inputs_hash"], name="approval_once"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.share_round_id} {self.insurer_id}"


class ObjectionQuerySet(ScopedQuerySet["Objection"]):
    scope = OWN_ANSWERS
    also_sees = ALL_ANSWERS
    read_only = frozenset(Kind) - {Kind.INSURER, Kind.BROKER}


class ObjectionState(models.TextChoices):
    OPEN = "open", _("待答复")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")


OBJECTION_MOVES = Transitions(
    "pools.Objection",
    ObjectionState,
    start=[ObjectionState.OPEN],
    moves=[
        (ObjectionState.OPEN, ObjectionState.UPHELD, _("认定成立")),
        (ObjectionState.OPEN, ObjectionState.DISMISSED, _("认定不成立")),
    ],
)


@tracked
class Objection(models.Model):
    """What a member holds against a round, and what it was answered."""

    State = ObjectionState

    public_id = PublicIdField(prefix="obj")
    share_round = models.ForeignKey(ShareRound, models.PROTECT, related_name="objections")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    inputs_hash = models.CharField(max_length=64)
    text = models.CharField(_("异议"), max_length=1_000)
    raised_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    raised_by_name = models.CharField(_("提出人"), max_length=150)
    state = models.CharField(
        _("状态"), max_length=10, choices=ObjectionState, default=ObjectionState.OPEN
    )
    answer = models.CharField(_("答复"), max_length=1_000, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by_name = models.CharField(_("答复人"), max_length=150, blank=True)

    objects = ObjectionQuerySet.as_manager()

    transitions = OBJECTION_MOVES

    class Meta:
        ordering = ["pk"]
        verbose_name = _("异议")
        constraints = [
            models.CheckConstraint(
                name="objection_answered", condition=Q(state="open") | ~Q(answer="")
            )
        ]
        triggers = [
            OBJECTION_MOVES.trigger("state"),
            pgtrigger.ReadOnly(
                name="frost",
                exclude=["state", "answer", "answered_at", "answered_by_name"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.insurer}: {self.text[:30]}"
