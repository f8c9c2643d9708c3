"""Finding an industry by what people type, and what the policy and the departments say of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from django.db.models import Prefetch, Q, QuerySet

from apps.core.search import bigrams, folded
from apps.reference.models import (
    ActivityTag,
    CategoryIndustry,
    Industry,
    IndustrySynonym,
    PolicyCategory,
    Sector,
    SectorIndustry,
)
from apps.reference.rules import Assignment, ancestors, responsible_sector

SEPARATORS = re.compile(r"[\s,;、，；/|]+")
LATIN = re.compile(r"[a-z]+")
ALIKE = 0.5  # share of a word's pairs of characters that a name must have to be offered at all
BEST, GOOD, FAIR, WEAK, POOR, NONE = range(6)


@dataclass(frozen=True)
class Word:
    """One word typed, with the industries that people mean by it."""

    text: str
    pairs: frozenset[str]
    meant: frozenset[str]

    @property
    def is_code(self) -> bool:
        return self.text.isdecimal()

    def distance(self, industry: Industry) -> int:
        """How far the industry is from what was typed: BEST is the very code, NONE no match."""
        if self.is_code:
            return _code_distance(self.text, industry.code)
        name = folded(industry.name)
        if name.startswith(self.text):
            return GOOD
        if industry.code in self.meant:
            return GOOD
        if any(industry.code.startswith(code) for code in self.meant):
            return FAIR
        english = industry.name_en.lower()
        if self.text in LATIN.findall(english):
            return FAIR
        if self.text in name or self.text in english:
            return WEAK
        return POOR if self.pairs and self.shared(industry) >= ALIKE * len(self.pairs) else NONE

    def shared(self, industry: Industry) -> int:
        return len(self.pairs & set(industry.bigrams))


def _code_distance(typed: str, code: str) -> int:
    if code == typed:
        return BEST
    return GOOD if code.startswith(typed) else NONE


def search_industries(text: str, limit: int = 20) -> list[Industry]:
    """The industries that all words of the text fit, closest first, coarser before finer.

    A word is the beginning of a code, a piece of a name in either language, or what the trade is
    called in Foshan.
    """
    words = _words(text)
    if not words:
        return []
    candidates = Industry.objects.choosable().filter(*map(_condition, words)).with_parents()
    ranked = []
    for industry in candidates:
        distances = [word.distance(industry) for word in words]
        if NONE not in distances:
            alike = sum(word.shared(industry) for word in words)
            ranked.append((sum(distances), -alike, industry.code, industry))
    ranked.sort(key=lambda item: item[:3])
    return [industry for *_, industry in ranked[:limit]]


def _words(text: str) -> list[Word]:
    pieces = [folded(piece) for piece in SEPARATORS.split(normalize("NFKC", text))]
    pieces = [piece for piece in pieces if piece][:6]
    synonyms = list(IndustrySynonym.objects.values_list("word", "industry__code")) if pieces else []
    return [
        Word(
            text=piece,
            pairs=frozenset(bigrams(piece)),
            meant=_meant(piece, synonyms),
        )
        for piece in pieces
    ]


def _meant(piece: str, synonyms: Iterable[tuple[str, str]]) -> frozenset[str]:
    """五金厂 speaks of 五金; only where no trade is named whole may 铝合金 go on to 铝合金门窗."""
    known = [(folded(word), code) for word, code in synonyms]
    whole = frozenset(code for word, code in known if word in piece)
    if whole or len(piece) < 2:
        return whole
    return frozenset(code for word, code in known if word.startswith(piece))


def _condition(word: Word) -> Q:
    if word.is_code:
        return Q(code__startswith=word.text)
    condition = Q(name__contains=word.text) | Q(name_en__icontains=word.text)
    if word.pairs:
        condition |= Q(bigrams__overlap=sorted(word.pairs))
    for code in word.meant:
        condition |= Q(code__startswith=code)
    return condition


def assignments(on: date) -> list[Assignment]:
    """Which sector answers for which industry on that day; fetch once, ask for many industries."""
    rows = SectorIndustry.objects.in_force_on(on).values_list(
        "industry__code", "sector__code", "valid_from", "valid_to"
    )
    return [Assignment(*row) for row in rows]


def sector_of(industry: Industry, on: date) -> Sector:
    return Sector.objects.get(code=responsible_sector(industry.code, on, assignments(on)))


def categories_of(industry: Industry, on: date) -> list[CategoryIndustry]:
    """Through which rows the industry alone puts a unit into categories of the policy."""
    rows = CategoryIndustry.objects.in_force_on(on)
    rows = rows.filter(industry__code__in=ancestors(industry.code))
    return list(rows.select_related("category", "industry").order_by("category__order"))


def typical_tags_of(industry: Industry) -> QuerySet[ActivityTag]:
    """Tags that sites of this industry often have: a reminder to check, never a finding."""
    above = ancestors(industry.code)
    return ActivityTag.objects.filter(typical_industries__code__in=above).distinct()


@dataclass(frozen=True)
class IndustryFacts:
    """What follows from an industry alone; a site's activities and record may add to it."""

    categories: list[CategoryIndustry]
    sector: Sector
    tags: list[ActivityTag]


def industry_facts(industry: Industry, on: date) -> IndustryFacts:
    return IndustryFacts(
        categories=categories_of(industry, on),
        sector=sector_of(industry, on),
        tags=list(typical_tags_of(industry)),
    )


@dataclass(frozen=True)
class Branch:
    """One step of walking down the classification: where one is, and what lies below."""

    industry: Industry | None
    above: list[Industry]
    children: QuerySet[Industry]
    facts: IndustryFacts | None


def industry_branch(code: str, on: date) -> Branch:
    """What lies below `code`; the sections, when it names no industry."""
    known = Industry.objects.with_parents() if code.isalnum() else Industry.objects.none()
    industry = known.filter(code=code).first()
    return Branch(
        industry=industry,
        above=industry.trail[:-1] if industry else [],
        children=Industry.objects.filter(parent=industry),
        # A section is too wide: its divisions have several categories and departments.
        facts=industry_facts(industry, on) if industry and industry.parent_id else None,
    )


def category_table(on: date) -> Iterable[PolicyCategory]:
    """Every category with its article, its tags and its industries of that day."""
    rows = CategoryIndustry.objects.in_force_on(on).select_related("industry")
    rows = rows.order_by("industry__code")
    return PolicyCategory.objects.select_related("article").prefetch_related(
        "tags", Prefetch("industries", rows)
    )
