"""What the register, and the enterprise itself, say of a site on the day its cover begins.

Each fact comes with who said it and since when. What nobody has said stays out, and the price is
then refused by the fact's name. Sources are kept in Chinese and translated where they are shown, so
that what is frozen does not depend on the language of whoever asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from apps.enterprises.models import Grade, Headcount, RiskFact, Site
from apps.rating.rules.facts import accident_record
from apps.reference.codes import CoverageBasis

NONE = "none"  # the register knows of no such grade: a finding, which tariffs have a value for


@dataclass(frozen=True)
class KnownFact:
    value: Any
    source: str
    since: date | None = None


@dataclass(frozen=True)
class Declared:
    """What the enterprise states where the register has nothing yet. None: it was not asked.

    `source` says where it stated so and on which day, such as its application.
    """

    source: str
    on: date
    had_accident: bool | None = None
    last_accident_on: date | None = None
    is_listed: bool | None = None


Facts = Mapping[str, KnownFact]


@dataclass(frozen=True)
class Records:
    """What the register holds of a site on one day."""

    headcount: Headcount | None
    facts: list[RiskFact]
    grades: list[Grade]


def records_of(site: Site, on: date) -> Records:
    return Records(
        headcount=site.headcounts.on(on).first(),
        facts=list(site.facts.on(on).select_related("tag").order_by("tag__order")),
        grades=list(site.grades.on(on)),
    )


def facts_for(
    site: Site, *, on: date, basis: str, declared: Declared, records: Records | None = None
) -> dict[str, KnownFact]:
    """By the codes of the tariff's facts; limit and deductible are chosen, not found.

    `records` are those of that day, for whoever has read them for many sites at once.
    """
    records = records or records_of(site, on)
    found = {code: gather(site, records) for code, gather in FROM_REGISTER.items()}
    found["heads"] = _heads(records, basis)
    found["accidents"] = _accidents(site, on, declared)
    found["listed"] = _listed(declared)
    return {code: fact for code, fact in found.items() if fact is not None}


def insured_count(count: Headcount, basis: str) -> int:
    """The people whom the product version wants covered."""
    if basis == CoverageBasis.PRODUCTION_POSTS:
        return count.production_posts
    return count.total


def _heads(records: Records, basis: str) -> KnownFact | None:
    count = records.headcount
    if count is None:
        return None
    return KnownFact(insured_count(count, basis), count.source, count.valid_from)


def _industry(site: Site, records: Records) -> KnownFact:
    return KnownFact(site.industry.code, _("企业登记"))


def _tags(site: Site, records: Records) -> KnownFact:
    rows = records.facts
    codes = frozenset(row.tag.code for row in rows)
    if not rows:
        return KnownFact(codes, _("企业登记：未登记危险作业和设备"))
    sources = dict.fromkeys(row.source for row in rows)
    return KnownFact(codes, _("；").join(sources), max(row.valid_from for row in rows))


def _grade_of(kind: Grade.Kind) -> Callable[[Site, Records], KnownFact]:
    def gather(site: Site, records: Records) -> KnownFact:
        grade = next((one for one in records.grades if one.kind == kind), None)
        if grade is None:
            return KnownFact(NONE, _("企业登记：该日没有有效等级"))
        return KnownFact(grade.value, grade.source, grade.valid_from)

    return gather


FROM_REGISTER: Mapping[str, Callable[[Site, Records], KnownFact | None]] = {
    "industry": _industry,
    "tags": _tags,
    "standardisation": _grade_of(Grade.Kind.STANDARDISATION),
    "credit": _grade_of(Grade.Kind.CREDIT),
}


def _accidents(site: Site, on: date, declared: Declared) -> KnownFact | None:
    last = declared.last_accident_on
    if declared.had_accident is None or (declared.had_accident and last is None):
        return None
    record = accident_record(last if declared.had_accident else None, site.opened_on, on)
    return KnownFact(record, declared.source, declared.on)


def _listed(declared: Declared) -> KnownFact | None:
    if declared.is_listed is None:
        return None
    return KnownFact("yes" if declared.is_listed else "no", declared.source, declared.on)
