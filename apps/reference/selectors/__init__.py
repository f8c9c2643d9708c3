from apps.reference.selectors.calendar import (
    calendar_years,
    statutory_calendar,
    working_day_after,
    year_to_enter,
)
from apps.reference.selectors.industries import (
    assignments,
    categories_of,
    category_table,
    industry_branch,
    industry_facts,
    search_industries,
    sector_of,
    typical_tags_of,
)
from apps.reference.selectors.parameters import (
    ParameterValue,
    boolean_on,
    death_limit_rules,
    decimal_on,
    integer_on,
    minimum_death_limit,
    parameter_on,
    parameter_table,
    text_on,
)
from apps.reference.selectors.places import districts_with_towns, towns_of

__all__ = [
    "ParameterValue",
    "assignments",
    "boolean_on",
    "calendar_years",
    "categories_of",
    "category_table",
    "death_limit_rules",
    "decimal_on",
    "districts_with_towns",
    "industry_branch",
    "industry_facts",
    "integer_on",
    "minimum_death_limit",
    "parameter_on",
    "parameter_table",
    "search_industries",
    "sector_of",
    "statutory_calendar",
    "text_on",
    "towns_of",
    "typical_tags_of",
    "working_day_after",
    "year_to_enter",
]
