"""The rules as they change over time, read once for any number of sites."""

from bisect import bisect_right
from datetime import date
from decimal import Decimal

from django.utils import timezone

from apps.duty.rules import Law, Memory
from apps.enterprises.obligation.rules import Death, Facts, Obligation, Rules, Windows, obligation
from apps.enterprises.obligation.selectors import listed_in, rule_of
from apps.reference.codes import ParameterCode
from apps.reference.errors import ParameterMissing
from apps.reference.models import CategoryIndustry, Parameter, ScopeRule
from apps.reference.selectors.parameters import integer_on, minimum_death_limit

LIMITS = (
    ParameterCode.LIMIT_DEATH_NATION,
    ParameterCode.LIMIT_DEATH_INCOME_MULTIPLE,
    ParameterCode.INCOME_URBAN_DISPOSABLE,
)
BEGINNING = date(2018, 3, 1)  # of the policy; before it nobody had to insure


def law_in_force() -> Law:
    rules = _rules(timezone.localdate())

    def ask(
        industry: str,
        tags: frozenset[str],
        district: str,
        deaths: tuple[Death, ...],
        day: date,
    ) -> Obligation:
        return obligation(Facts(industry, tags, deaths, district), rules, day)

    boundaries = sorted(_boundaries())
    return Law(boundaries, rules.windows, Memory(ask, boundaries).duty_on)


def _rules(today: date) -> Rules:
    listed = listed_in(CategoryIndustry.objects.select_related("industry"))
    rows = ScopeRule.objects.select_related("category", "tag", "article", "district")
    return Rules(
        rules=tuple(rule_of(row, listed) for row in rows),
        windows=Windows(
            years=integer_on(ParameterCode.SCOPE_FATAL_ACCIDENT_YEARS, today),
            death_days=integer_on(ParameterCode.ACCIDENT_CASUALTY_CHANGE_DAYS, today),
            death_days_road_fire=integer_on(
                ParameterCode.ACCIDENT_CASUALTY_CHANGE_DAYS_ROAD_FIRE, today
            ),
        ),
    )


def _boundaries() -> set[date]:
    """The days on which a rule, or what it lists, begins or ends."""
    found: set[date] = set()
    for rows in (ScopeRule.objects.all(), CategoryIndustry.objects.all()):
        for start, end in rows.order_by().values_list("valid_from", "valid_to").distinct():
            found |= {day for day in (start, end) if day}
    return found


class Minima:
    """The least a policy may promise for a death, by the day it begins."""

    def __init__(self) -> None:
        rows = Parameter.objects.filter(key__code__in=LIMITS)
        days = rows.values_list("valid_from", "valid_to")
        self.boundaries = sorted({day for pair in days for day in pair if day})
        self.known: dict[int, Decimal | None] = {}

    def on(self, day: date) -> Decimal | None:
        """None where the figures of that day are missing: then nothing can be called too low."""
        epoch = bisect_right(self.boundaries, day)
        if epoch not in self.known:
            try:
                self.known[epoch] = minimum_death_limit(day).amount
            except ParameterMissing:
                self.known[epoch] = None
        return self.known[epoch]
