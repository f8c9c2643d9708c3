"""A tariff as dated rows. Selectors read a version into `rules.tariff.Tariff`; prices come of that.

Rows say what a grid shows: tables, the points of their axes, a cell per combination of points.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.catalogue.models.products import Product
from apps.catalogue.models.versions import (
    MOVABLE,
    Frost,
    PartFrost,
    PartQuerySet,
    Version,
    VersionQuerySet,
    version_constraints,
)
from apps.catalogue.rules.tariff import (
    AxisKind,
    FactKind,
    Several,
    Share,
    Strategy,
    TableKind,
    Trend,
)
from apps.core.fields import MoneyField
from apps.core.history import tracked
from apps.core.transitions import Transitions
from apps.reference.models.base import in_language

FACT_KINDS = [
    (FactKind.NUMBER, _("数值")),
    (FactKind.CODE, _("代码")),
    (FactKind.CODES, _("多个代码")),
    (FactKind.CHOSEN, _("区间内取值并说明理由")),
]
AXIS_KINDS = [
    (AxisKind.EXACT, _("逐项")),
    (AxisKind.TIER, _("分档（含下限，不含上限）")),
    (AxisKind.PREFIX, _("代码前缀")),
    (AxisKind.FIRST, _("按次序取首个符合项")),
    (AxisKind.LINEAR, _("线性插值")),
]
TRENDS = [
    (Trend.NONE, _("不限")),
    (Trend.RISING, _("只升不降")),
    (Trend.FALLING, _("只降不升")),
]
TABLE_KINDS = [
    (TableKind.CLASS, _("分类")),
    (TableKind.BASE, _("基础保费")),
    (TableKind.ADDON, _("附加保障")),
    (TableKind.FACTOR, _("调整系数")),
]
STRATEGIES = [
    (Strategy.PRODUCT, _("连乘")),
    (Strategy.BEST, _("取最优一项")),
    (Strategy.DISCOUNTS, _("优惠相加")),
]
SEVERALS = [
    (Several.NONE, _("只有一个")),
    (Several.HIGHEST, _("取最高")),
    (Several.LOWEST, _("取最低")),
]
SHARES = [
    (Share.NONE, _("单独计费")),
    (Share.BASE, _("基础保费的比例")),
    (Share.PREMIUM, _("调整后保费的比例")),
]


class Worded(models.Model):
    """A part with a code and a name in two languages, in an order of its own."""

    order = models.PositiveSmallIntegerField(_("次序"))
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class TariffVersionQuerySet(VersionQuerySet["TariffVersion"]):
    pass


class TariffState(models.TextChoices):
    DRAFT = "draft", _("草案")
    SIMULATED = "simulated", _("已检验")
    APPROVED = "approved", _("已批准")
    ACTIVE = "active", _("已发布")
    RETIRED = "retired", _("已定终止日")


TARIFF_MOVES = Transitions(
    "catalogue.TariffVersion",
    TariffState,
    start=[TariffState.DRAFT],
    moves=[
        (TariffState.DRAFT, TariffState.SIMULATED, _("检验")),
        (TariffState.SIMULATED, TariffState.DRAFT, _("退回修改")),
        (TariffState.SIMULATED, TariffState.APPROVED, _("批准")),
        (TariffState.APPROVED, TariffState.DRAFT, _("退回修改")),
        (TariffState.APPROVED, TariffState.ACTIVE, _("发布")),
        (TariffState.ACTIVE, TariffState.RETIRED, _("终止")),
    ],
)


@tracked
class TariffVersion(Version):
    """The rates from a day on. Its digest names its content from the check on."""

    State = TariffState

    product = models.ForeignKey(Product, models.PROTECT, related_name="tariffs")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    lowest = models.DecimalField(
        _("浮动系数下限"), max_digits=6, decimal_places=4, null=True, blank=True
    )
    highest = models.DecimalField(
        _("浮动系数上限"), max_digits=6, decimal_places=4, null=True, blank=True
    )
    minimum = MoneyField(_("最低保费"), default=0)
    maximum = models.DecimalField(
        _("最高保费"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    rounding = models.CharField(_("取整说明"), max_length=200)
    rounding_en = models.CharField(_("英文取整说明"), max_length=200, blank=True)
    digest = models.CharField(_("内容摘要"), max_length=64, blank=True)

    objects = TariffVersionQuerySet.as_manager()

    transitions = TARIFF_MOVES

    class Meta:
        ordering = ["product", "-number"]
        verbose_name = _("费率版本")
        constraints = [
            *version_constraints("tariff_version"),
            models.CheckConstraint(
                name="tariff_version_digest", condition=Q(state="draft") | ~Q(digest="")
            ),
        ]
        triggers = [TARIFF_MOVES.trigger("state"), Frost(MOVABLE)]

    def __str__(self) -> str:
        return gettext("%(product)s费率 V%(number)s") % {
            "product": self.product,
            "number": self.number,
        }

    def get_absolute_url(self) -> str:
        return reverse("catalogue:tariff_version", args=[self.product.code, self.number])

    @property
    def rounding_label(self) -> str:
        return in_language(self.rounding, self.rounding_en)


class TariffFactQuerySet(PartQuerySet["TariffFact"]):
    pass


class TariffFact(Worded):
    """Something that must be known of a risk: an exposure, a code, a value to be chosen."""

    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="facts")
    kind = models.CharField(_("类型"), max_length=8, choices=FACT_KINDS)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    places = models.PositiveSmallIntegerField(_("小数位"), default=0)

    objects = TariffFactQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("费率要素")
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="fact_code")]
        triggers = [PartFrost()]


class FactorGroupQuerySet(PartQuerySet["FactorGroup"]):
    pass


class FactorGroup(Worded):
    """Factors that combine with each other before the groups multiply."""

    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="groups")
    strategy = models.CharField(_("组合方式"), max_length=10, choices=STRATEGIES)
    lowest = models.DecimalField(_("下限"), max_digits=6, decimal_places=4, null=True, blank=True)
    highest = models.DecimalField(_("上限"), max_digits=6, decimal_places=4, null=True, blank=True)
    is_float = models.BooleanField(_("受总浮动幅度限制"), default=True)

    objects = FactorGroupQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("系数组")
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="group_code")]
        triggers = [PartFrost()]


class RatingTableQuerySet(PartQuerySet["RatingTable"]):
    pass


class RatingTable(Worded):
    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="tables")
    kind = models.CharField(_("类别"), max_length=8, choices=TABLE_KINDS)
    group = models.CharField(_("系数组"), max_length=40, blank=True)
    gives = models.CharField(_("得出要素"), max_length=40, blank=True)
    exposure = models.CharField(_("计费基数"), max_length=40, blank=True)
    per = models.PositiveIntegerField(_("每多少单位"), default=1)
    several = models.CharField(_("多个代码时"), max_length=8, choices=SEVERALS, blank=True)
    share_of = models.CharField(_("计费方式"), max_length=8, choices=SHARES, blank=True)
    is_adjusted = models.BooleanField(_("参与系数调整"), default=True)
    requires = models.CharField(_("须同时投保"), max_length=40, blank=True)

    objects = RatingTableQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("费率表")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="table_code"),
            models.CheckConstraint(name="table_per", condition=Q(per__gt=0)),
        ]
        triggers = [PartFrost()]


class TableAxisQuerySet(PartQuerySet["TableAxis"]):
    pass


class TableAxis(models.Model):
    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="axes")
    table = models.ForeignKey(RatingTable, models.CASCADE, related_name="axes")
    order = models.PositiveSmallIntegerField(_("次序"))
    fact = models.CharField(_("要素"), max_length=40)
    kind = models.CharField(_("取值方式"), max_length=8, choices=AXIS_KINDS)
    trend = models.CharField(_("单调性"), max_length=8, choices=TRENDS, blank=True)

    objects = TableAxisQuerySet.as_manager()

    class Meta:
        ordering = ["table", "order"]
        verbose_name = _("费率表的轴")
        constraints = [models.UniqueConstraint(fields=["table", "order"], name="axis_order")]
        triggers = [PartFrost()]

    def __str__(self) -> str:
        return self.fact


class AxisPointQuerySet(PartQuerySet["AxisPoint"]):
    pass


class AxisPoint(models.Model):
    """A row or column of the grid. Of tiers, the key is where they begin and `upper` the end."""

    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="points")
    axis = models.ForeignKey(TableAxis, models.CASCADE, related_name="points")
    order = models.PositiveSmallIntegerField(_("次序"))
    key = models.CharField(_("取值"), max_length=40)
    label = models.CharField(_("名称"), max_length=80, blank=True)
    label_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    upper = models.DecimalField(
        _("止（不含）"), max_digits=18, decimal_places=4, null=True, blank=True
    )

    objects = AxisPointQuerySet.as_manager()

    class Meta:
        ordering = ["axis", "order"]
        verbose_name = _("档次")
        constraints = [models.UniqueConstraint(fields=["axis", "order"], name="point_order")]
        triggers = [PartFrost()]

    def __str__(self) -> str:
        return in_language(self.label, self.label_en) or self.key


class TableCellQuerySet(PartQuerySet["TableCell"]):
    pass


class TableCell(models.Model):
    """A value at one point of each axis; named by their keys, so that versions can be compared."""

    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="cells")
    table = models.ForeignKey(RatingTable, models.CASCADE, related_name="cells")
    keys = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("位置"))
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=6, null=True, blank=True)
    highest = models.DecimalField(
        _("区间上限"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    gives = models.CharField(_("得出"), max_length=40, blank=True)

    objects = TableCellQuerySet.as_manager()

    class Meta:
        verbose_name = _("费率")
        constraints = [models.UniqueConstraint(fields=["table", "keys"], name="cell_once")]
        triggers = [PartFrost()]

    def __str__(self) -> str:
        return " · ".join(self.keys)


class GoldenCaseQuerySet(PartQuerySet["GoldenCase"]):
    pass


class GoldenCase(models.Model):
    """A risk and its premium, known from elsewhere: the tariff must agree or is not approved."""

    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="golden")
    order = models.PositiveSmallIntegerField(_("次序"))
    name = models.CharField(_("算例"), max_length=120)
    facts = models.JSONField(_("要素"))
    premium = MoneyField(_("保费"))
    source = models.CharField(_("依据"), max_length=200, blank=True)

    objects = GoldenCaseQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("验证算例")
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="golden_order")]
        triggers = [PartFrost()]

    def __str__(self) -> str:
        return self.name
