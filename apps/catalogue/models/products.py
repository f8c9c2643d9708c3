"""The unified product (五统一): what it covers, up to which limits, and why one may say no."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.kinds import Kind
from apps.accounts.scope import EVERYTHING, ScopedQuerySet
from apps.catalogue.models.versions import (
    MOVABLE,
    READERS,
    Frost,
    PartFrost,
    PartQuerySet,
    Version,
    VersionQuerySet,
    version_constraints,
)
from apps.core.fields import MoneyField, PublicIdField
from apps.core.history import tracked
from apps.core.transitions import Transitions
from apps.reference.codes import CoverageBasis
from apps.reference.models import DisabilityTable
from apps.reference.models.base import Named, in_language

BASES = [
    (CoverageBasis.PRODUCTION_POSTS, _("生产作业岗位人员")),
    (CoverageBasis.ALL_EMPLOYEES, _("全部从业人员")),
]


class ProductQuerySet(ScopedQuerySet["Product"]):
    scope = {Kind.CITY_BUREAU: EVERYTHING}
    open_rows = Q()
    read_only = READERS | {Kind.BROKER}


@tracked
class Product(Named):
    class Kind(models.TextChoices):
        UNIFIED = "unified", _("统一产品")
        ADDITIONAL = "additional", _("个性化附加产品")

    public_id = PublicIdField(prefix="prd")
    code = models.SlugField(_("代码"), max_length=40, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-kind", "code"]
        verbose_name = _("保险产品")

    def get_absolute_url(self) -> str:
        return f"{reverse('catalogue:products')}#{self.code}"

    @property
    def audience(self) -> list[str]:
        """Products concern everybody and nobody in particular; the city bureau reads all events."""
        return []


class ProductVersionQuerySet(VersionQuerySet["ProductVersion"]):
    pass


class ProductState(models.TextChoices):
    DRAFT = "draft", _("草案")
    APPROVED = "approved", _("已批准")
    ACTIVE = "active", _("已发布")
    RETIRED = "retired", _("已定终止日")


PRODUCT_MOVES = Transitions(
    "catalogue.ProductVersion",
    ProductState,
    start=[ProductState.DRAFT],
    moves=[
        (ProductState.DRAFT, ProductState.APPROVED, _("批准")),
        (ProductState.APPROVED, ProductState.DRAFT, _("退回修改")),
        (ProductState.APPROVED, ProductState.ACTIVE, _("发布")),
        (ProductState.ACTIVE, ProductState.RETIRED, _("终止")),
    ],
)


@tracked
class ProductVersion(Version):
    """The terms from a day on. Cover that began on an earlier version keeps it."""

    State = ProductState

    product = models.ForeignKey(Product, models.PROTECT, related_name="product_versions")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    coverage_basis = models.CharField(_("参保人员范围"), max_length=20, choices=BASES)
    disability_table = models.ForeignKey(
        DisabilityTable, models.PROTECT, related_name="+", verbose_name=_("伤残赔偿比例表")
    )
    quote_days = models.PositiveSmallIntegerField(_("报价有效天数"), default=30)
    # Ten-thousandths of the year's premium that are kept, by month begun; none: by days.
    short_rates = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("短期费率"), null=True, blank=True
    )

    objects = ProductVersionQuerySet.as_manager()

    transitions = PRODUCT_MOVES

    class Meta:
        ordering = ["product", "-number"]
        verbose_name = _("产品版本")
        constraints = version_constraints("product_version")
        triggers = [PRODUCT_MOVES.trigger("state"), Frost(MOVABLE)]

    def __str__(self) -> str:
        return f"{self.product} V{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("catalogue:product_version", args=[self.product.code, self.number])


class CoverageHeadQuerySet(PartQuerySet["CoverageHead"]):
    pass


class CoverageHead(models.Model):
    """One line of cover (A2.2). Its limit is a share of the main limit, or a sum of its own."""

    class Kind(models.TextChoices):
        INJURY = "injury", _("从业人员死亡和伤残")
        MISSING = "missing", _("从业人员下落不明")
        POISONING = "poisoning", _("急性职业中毒")
        THIRD_INJURY = "third_injury", _("第三者人身伤亡")
        THIRD_PROPERTY = "third_property", _("第三者直接财产损失")
        RESCUE = "rescue", _("事故抢险救援费用")
        MEDICAL = "medical", _("医疗救护费用")
        APPRAISAL = "appraisal", _("事故鉴定费用")
        LEGAL = "legal", _("法律诉讼费用")

    class Per(models.TextChoices):
        PERSON = "person", _("每人")
        ACCIDENT = "accident", _("每次事故")

    version = models.ForeignKey(ProductVersion, models.CASCADE, related_name="heads")
    order = models.PositiveSmallIntegerField(_("次序"))
    kind = models.CharField(_("保障项目"), max_length=16, choices=Kind)
    per = models.CharField(_("限额口径"), max_length=10, choices=Per)
    share = models.DecimalField(
        _("占主险限额"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    amount = models.DecimalField(
        _("单列限额"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    is_inside = models.BooleanField(_("计入主险限额"))
    deductible = MoneyField(_("免赔额"), default=0)
    takes_deductible_choice = models.BooleanField(_("适用所选免赔额"), default=False)
    terms = models.CharField(_("说明"), max_length=300, blank=True)
    terms_en = models.CharField(_("英文说明"), max_length=400, blank=True)

    objects = CoverageHeadQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("保障项目")
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="head_once"),
            models.CheckConstraint(
                name="head_limit",
                # NULL compares as unknown, which a CHECK lets pass.
                condition=Q(share__isnull=False, share__gt=0, share__lte=1, amount=None)
                | Q(share=None, amount__isnull=False, amount__gt=0),
            ),
            models.CheckConstraint(name="head_deductible", condition=Q(deductible__gte=0)),
        ]
        triggers = [PartFrost()]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def terms_label(self) -> str:
        return in_language(self.terms, self.terms_en)


class LimitChoiceQuerySet(PartQuerySet["LimitChoice"]):
    pass


class LimitChoice(models.Model):
    """A step of the main limit that an enterprise may choose; it need not be a round sum."""

    version = models.ForeignKey(ProductVersion, models.CASCADE, related_name="limits")
    per_person = MoneyField(_("每人限额"))
    per_accident = models.DecimalField(
        _("每次事故限额"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    aggregate = models.DecimalField(
        _("累计限额"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    objects = LimitChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["version", "per_person"]
        verbose_name = _("限额档次")
        constraints = [
            models.UniqueConstraint(fields=["version", "per_person"], name="limit_once"),
            models.CheckConstraint(name="limit_positive", condition=Q(per_person__gt=0)),
            models.CheckConstraint(
                name="limit_in_order",
                condition=(Q(per_accident=None) | Q(per_accident__gte=F("per_person")))
                & (Q(aggregate=None) | Q(aggregate__gte=F("per_accident"))),
            ),
        ]
        triggers = [PartFrost()]

    def __str__(self) -> str:
        return f"{self.per_person}"


class DeductibleChoiceQuerySet(PartQuerySet["DeductibleChoice"]):
    pass


class DeductibleChoice(models.Model):
    """What the enterprise bears itself per accident, of the heads that take a choice."""

    version = models.ForeignKey(ProductVersion, models.CASCADE, related_name="deductibles")
    amount = MoneyField(_("免赔额"))

    objects = DeductibleChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["version", "amount"]
        verbose_name = _("免赔额档次")
        constraints = [
            models.UniqueConstraint(fields=["version", "amount"], name="deductible_once"),
            models.CheckConstraint(name="deductible_not_negative", condition=Q(amount__gte=0)),
        ]
        triggers = [PartFrost()]

    def __str__(self) -> str:
        return f"{self.amount}"


class Ground(models.Model):
    """A coded reason of the product's plan, with the evidence it asks for."""

    version: models.ForeignKey[ProductVersion, ProductVersion]
    order = models.PositiveSmallIntegerField(_("次序"))
    code = models.SlugField(_("代码"), max_length=40)
    text = models.CharField(_("情形"), max_length=200)
    text_en = models.CharField(_("英文"), max_length=300, blank=True)
    evidence = models.CharField(_("需要的证明"), max_length=200)
    evidence_en = models.CharField(_("英文证明"), max_length=300, blank=True)
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self.text, self.text_en)

    @property
    def evidence_label(self) -> str:
        return in_language(self.evidence, self.evidence_en)


class RefusalReasonQuerySet(PartQuerySet["RefusalReason"]):
    pass


class RefusalReason(Ground):
    """Why an insurer may refuse or restrict; any other reason is none (A2.3)."""

    version = models.ForeignKey(ProductVersion, models.CASCADE, related_name="refusal_reasons")

    objects = RefusalReasonQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("拒保情形")
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="refusal_once")]
        triggers = [PartFrost()]


class CancellationGroundQuerySet(PartQuerySet["CancellationGround"]):
    pass


class CancellationGround(Ground):
    """Why cover may end early; "found a cheaper insurer" is not among them."""

    version = models.ForeignKey(ProductVersion, models.CASCADE, related_name="cancellation_grounds")

    objects = CancellationGroundQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("解除情形")
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="ground_once")]
        triggers = [PartFrost()]


class ClauseQuerySet(PartQuerySet["Clause"]):
    pass


class Clause(models.Model):
    """A paragraph of the terms, quoted on papers as it stands, hence not translated."""

    version = models.ForeignKey(ProductVersion, models.CASCADE, related_name="clauses")
    order = models.PositiveSmallIntegerField(_("次序"))
    heading = models.CharField(_("标题"), max_length=80)
    text = models.TextField(_("条文"))

    objects = ClauseQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("条款")
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="clause_order")]
        triggers = [PartFrost()]

    def __str__(self) -> str:
        return self.heading
