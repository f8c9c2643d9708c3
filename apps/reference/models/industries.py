"""GB/T 4754-2017, and what the policy and the departments make of its codes."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.reference.models.articles import PolicyArticle
from apps.reference.models.base import (
    Certainty,
    Dated,
    DatedQuerySet,
    LegalLevel,
    Named,
    period_in_order,
)
from apps.reference.rules import ancestors


class IndustryQuerySet(models.QuerySet["Industry"]):
    def within(self, code: str) -> Self:
        """The industry of that code and everything below it."""
        return self.filter(section=code) if code.isalpha() else self.filter(code__startswith=code)

    def above(self, code: str) -> Self:
        """The industry of that code and everything above it."""
        return self.filter(code__in=ancestors(code))

    def choosable(self) -> Self:
        """What an enterprise may name as its industry: anything finer than a section."""
        return self.exclude(level=Industry.Level.SECTION)

    def with_parents(self) -> Self:
        """With everything above each industry, for `trail`."""
        return self.select_related("parent__parent__parent")


class Industry(Named):
    class Level(models.TextChoices):
        SECTION = "section", _("门类")
        DIVISION = "division", _("大类")
        GROUP = "group", _("中类")
        CLASS = "class", _("小类")

    code = models.CharField(_("代码"), max_length=4, unique=True)
    section = models.CharField(_("门类"), max_length=1, db_index=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name=_("上级")
    )
    # Pairs of neighbouring characters: Postgres finds two-character Chinese words by them.
    bigrams = ArrayField(models.CharField(max_length=2), default=list)

    objects = IndustryQuerySet.as_manager()

    class Meta:
        ordering = ["section", "code"]
        verbose_name = _("行业")
        indexes = [GinIndex(fields=["bigrams"], name="industry_bigrams")]
        constraints = [
            models.CheckConstraint(
                name="industry_level",
                condition=Q(level="section", code__regex=r"^[A-T]$", parent=None)
                | Q(level="division", code__regex=r"^\d{2}$", parent__isnull=False)
                | Q(level="group", code__regex=r"^\d{3}$", parent__isnull=False)
                | Q(level="class", code__regex=r"^\d{4}$", parent__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def trail(self) -> list["Industry"]:
        """From the section down to this one, itself included."""
        return [*self.parent.trail, self] if self.parent else [self]

    @property
    def path(self) -> str:
        """The names above it, as a search result shows them under its own."""
        return " › ".join(step.label for step in self.trail[:-1])


class IndustrySynonym(models.Model):
    """What people in Foshan call a trade, and where the standard has it."""

    word = models.CharField(_("俗称"), max_length=20)
    industry = models.ForeignKey(Industry, models.PROTECT, related_name="synonyms")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "industry"], name="synonym_word_industry")
        ]

    def __str__(self) -> str:
        return self.word


class PolicyCategory(Named):
    """A group of units that the policy names, whether by industry, activity, record or list."""

    class Level(models.TextChoices):
        MANDATORY = "mandatory", _("强制投保")
        PROMOTED = "promoted", _("重点推行")

    code = models.CharField(_("代码"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("次序"))
    level = models.CharField(_("要求"), max_length=10, choices=Level)
    legal_level = models.CharField(_("依据层级"), max_length=10, choices=LegalLevel)
    article = models.ForeignKey(
        PolicyArticle, models.PROTECT, null=True, related_name="categories", verbose_name=_("条款")
    )
    source = models.CharField(_("依据"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("政策类别")


class CategoryIndustryQuerySet(DatedQuerySet["CategoryIndustry"]):
    pass


class CategoryIndustry(Dated):
    """An industry, with everything below it, counts to a category of the policy on these days."""

    category = models.ForeignKey(PolicyCategory, models.PROTECT, related_name="industries")
    industry = models.ForeignKey(Industry, models.PROTECT, related_name="+")

    objects = CategoryIndustryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "industry", "valid_from"], name="category_industry_from"
            ),
            period_in_order("category_industry_period"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id}/{self.industry_id}"


class ActivityTag(Named):
    """What a site does that no industry code tells: dust, ammonia, registered equipment."""

    code = models.CharField(_("代码"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("次序"))
    category = models.ForeignKey(PolicyCategory, models.PROTECT, related_name="tags")
    article = models.ForeignKey(
        PolicyArticle, models.PROTECT, related_name="tags", verbose_name=_("条款")
    )
    certainty = models.CharField(_("核实情况"), max_length=10, choices=Certainty)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    typical_industries: "models.ManyToManyField[Industry, TypicalTag]" = models.ManyToManyField(
        Industry, through="TypicalTag", related_name="typical_tags"
    )

    class Meta:
        ordering = ["order"]
        verbose_name = _("活动标签")


class TypicalTag(models.Model):
    """A hint for the form: sites of this industry should check whether the tag is theirs."""

    tag = models.ForeignKey(ActivityTag, models.PROTECT, related_name="+")
    industry = models.ForeignKey(Industry, models.PROTECT, related_name="+")
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "industry"], name="typical_tag_industry")
        ]

    def __str__(self) -> str:
        return f"{self.tag_id}/{self.industry_id}"


class Sector(Named):
    """The line of government that answers for the safety of an industry (行业主管领域)."""

    code = models.CharField(_("代码"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("次序"))

    class Meta:
        ordering = ["order"]
        verbose_name = _("行业主管领域")


class SectorIndustryQuerySet(DatedQuerySet["SectorIndustry"]):
    pass


class SectorIndustry(Dated):
    """On these days a sector answers for an industry and all below it; the finer row wins."""

    sector = models.ForeignKey(Sector, models.PROTECT, related_name="industries")
    industry = models.ForeignKey(Industry, models.PROTECT, related_name="+")

    objects = SectorIndustryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["industry", "valid_from"], name="sector_industry_from"),
            period_in_order("sector_industry_period"),
        ]

    def __str__(self) -> str:
        return f"{self.sector_id}/{self.industry_id}"
