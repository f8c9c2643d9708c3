"""The rules of a day and the facts of a site, fetched for the rule that decides."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.utils.translation import get_language

from apps.core.remembering import RememberedFor
from apps.enterprises.models import Site
from apps.enterprises.obligation.rules import (
    Death,
    Facts,
    Listed,
    Obligation,
    Rule,
    Rules,
    Span,
    Windows,
    obligation,
)
from apps.reference.codes import ParameterCode
from apps.reference.models import CategoryIndustry, ScopeRule
from apps.reference.selectors import integer_on

# Nothing is what a reader without a context gets, and not for the next one to be told.
_RULES = RememberedFor[Rules](worth=lambda found: bool(found.rules))


def rules_on(day: date) -> Rules:
    """What holds on a day, as it was at most a minute ago in the language of the reader."""
    name = connection.settings_dict["NAME"]
    return _RULES((name, get_language(), day), lambda: _fetched(day))


def _fetched(day: date) -> Rules:
    rows = ScopeRule.objects.in_force_on(day)
    listed = listed_in(CategoryIndustry.objects.in_force_on(day).select_related("industry"))
    return Rules(
        rules=tuple(
            rule_of(row, listed)
            for row in rows.select_related("category", "tag", "article", "district")
        ),
        windows=Windows(
            years=integer_on(ParameterCode.SCOPE_FATAL_ACCIDENT_YEARS, day),
            death_days=integer_on(ParameterCode.ACCIDENT_CASUALTY_CHANGE_DAYS, day),
            death_days_road_fire=integer_on(
                ParameterCode.ACCIDENT_CASUALTY_CHANGE_DAYS_ROAD_FIRE, day
            ),
        ),
    )


def listed_in(rows: Iterable[CategoryIndustry]) -> dict[int, tuple[Listed, ...]]:
    """The industries of each category."""
    found: dict[int, tuple[Listed, ...]] = {}
    for row in rows:
        days = Span(row.valid_from, row.valid_to)
        entry = Listed(row.industry.code, days, row.is_sample)
        found[row.category_id] = (*found.get(row.category_id, ()), entry)
    return found


def rule_of(row: ScopeRule, listed: dict[int, tuple[Listed, ...]]) -> Rule:
    return Rule(
        code=row.code,
        ground=row.ground,
        level=row.level,
        legal_level=row.legal_level,
        days=Span(row.valid_from, row.valid_to),
        category=row.category.code if row.category else "",
        tag=row.tag.code if row.tag else "",
        industries=listed.get(row.category_id or 0, ()),
        district=row.district.code if row.district else "",
        removes=row.removes,
        order=row.order,
        title=row.tag.label if row.tag else row.category.label if row.category else "",
        article=row.article.code if row.article else "",
        clause=row.clause,
        quote=row.quote,
        source=row.source,
        certainty=row.certainty,
        note=row.note,
    )


def facts_of(site: Site, on: date) -> Facts:
    """What the register says of a site on a day."""
    accidents = site.fatal_accidents.values_list("happened_on", "died_on", "is_road_or_fire")
    return Facts(
        industry=site.industry.code,
        tags=frozenset(site.facts.on(on).values_list("tag__code", flat=True)),
        deaths=tuple(Death(*accident) for accident in accidents),
        district=site.district.code,
    )


def duty_of(site: Site, on: date) -> Obligation:
    """Whether this site must insure on that day, and why. Reads with the caller's own eyes."""
    return obligation(facts_of(site, on), rules_on(on), on)
