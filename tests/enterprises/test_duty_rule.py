"""Who must insure: the rule on plain values, and the window of an accident."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.enterprises.obligation.rules import (
    Death,
    Facts,
    Level,
    Listed,
    Rule,
    Rules,
    Span,
    Windows,
    obligation,
    window,
)

pytestmark = pytest.mark.no_database

ON = date(2026, 3, 2)
SINCE = Span(date(2018, 3, 1))
WINDOWS = Windows(years=3, death_days=30, death_days_road_fire=7)


def rule(code, ground, level="mandatory", **facts):
    return Rule(
        code, ground, level, facts.pop("legal_level", "city"), facts.pop("days", SINCE), **facts
    )


MACHINERY = rule("machinery", "industry", category="machinery", industries=(Listed("33", SINCE),))
CARRIERS = rule(
    "carriers",
    "industry",
    legal_level="nation",
    days=Span(date(2025, 3, 29)),
    category="carriers",
    industries=(Listed("543", SINCE),),
)
DUST = rule("dust", "activity", "promoted", category="dust", tag="dust")
LIFTS = rule("lifts", "activity", category="lifts", tag="special_equipment")
FATAL = rule("fatal", "fatal_accident", category="fatal_accident")
OTHERS = rule("others", "any", "encouraged")
RULES = Rules((MACHINERY, CARRIERS, DUST, LIFTS, FATAL, OTHERS), WINDOWS)


def codes(facts, on=ON, rules=RULES):
    return [reason.rule.code for reason in obligation(facts, rules, on).reasons]


@pytest.mark.parametrize(
    ("facts", "level", "reasons"),
    [
        (Facts("3311"), "mandatory", ["machinery"]),
        (Facts("33"), "mandatory", ["machinery"]),
        (Facts("3"), "encouraged", ["others"]),
        (Facts("6510"), "encouraged", ["others"]),
        (Facts("3072", frozenset({"dust"})), "promoted", ["dust"]),
        (Facts("3311", frozenset({"dust"})), "mandatory", ["machinery", "dust"]),
        (Facts("6510", frozenset({"special_equipment"})), "mandatory", ["lifts"]),
        (Facts("5431"), "mandatory", ["carriers"]),
    ],
)
def test_industry_and_tags_make_the_duty(facts, level, reasons):
    assert obligation(facts, RULES, ON).level == level
    assert codes(facts) == reasons


def test_a_rule_holds_from_its_first_day_and_no_longer_on_its_end():
    ended = replace(MACHINERY, days=Span(date(2018, 3, 1), date(2021, 3, 1)))
    rules = Rules((ended, OTHERS), WINDOWS)
    days = [date(2018, 2, 28), date(2018, 3, 1), date(2021, 2, 28), date(2021, 3, 1)]
    found = [obligation(Facts("3311"), rules, day).level for day in days]
    assert found == ["encouraged", "mandatory", "mandatory", "encouraged"]


def test_an_industry_counts_only_on_the_days_it_is_listed():
    listed = replace(MACHINERY, industries=(Listed("33", Span(date(2026, 3, 2))),))
    rules = Rules((listed,), WINDOWS)
    assert not codes(Facts("3311"), date(2026, 3, 1), rules)
    assert codes(Facts("3311"), date(2026, 3, 2), rules) == ["machinery"]


def test_the_higher_law_is_named_first():
    province = replace(MACHINERY, code="province", legal_level="province")
    nation = replace(MACHINERY, code="nation", legal_level="nation")
    rules = Rules((MACHINERY, province, nation), WINDOWS)
    assert codes(Facts("3311"), rules=rules) == ["nation", "province", "machinery"]


def test_a_district_adds_to_the_promoted_units_of_its_own_plants():
    added = replace(DUST, code="added", tag="molten_metal", district="440605")
    rules = Rules((added, OTHERS), WINDOWS)
    tags = frozenset({"molten_metal"})
    assert obligation(Facts("3072", tags, district="440605"), rules, ON).level == "promoted"
    assert obligation(Facts("3072", tags, district="440604"), rules, ON).level == "encouraged"


def test_a_district_takes_from_the_promoted_units_and_never_from_those_that_must():
    taken = replace(DUST, code="taken", district="440605", removes=True)
    also = replace(LIFTS, code="also", level="promoted", district="440605", removes=True)
    rules = Rules((DUST, LIFTS, taken, also, OTHERS), WINDOWS)
    dusty = Facts("3072", frozenset({"dust"}), district="440605")
    lifting = Facts("3072", frozenset({"special_equipment"}), district="440605")
    assert obligation(dusty, rules, ON).level == "encouraged"
    assert obligation(replace(dusty, district="440604"), rules, ON).level == "promoted"
    assert obligation(lifting, rules, ON).level == "mandatory"


class TestTheWindow:
    @pytest.mark.parametrize(
        ("happened", "died", "first", "end"),
        [
            ("2023-03-02", "2023-03-02", "2023-03-02", "2026-03-02"),
            ("2024-02-29", "2024-02-29", "2024-02-29", "2027-03-01"),
            ("2023-03-02", "2023-03-20", "2023-03-20", "2026-03-20"),  # the late death extends it
        ],
    )
    def test_from_the_death_for_three_years(self, happened, died, first, end):
        death = Death(date.fromisoformat(happened), date.fromisoformat(died))
        days = window(death, WINDOWS)
        assert (days.start.isoformat(), days.end.isoformat()) == (first, end)

    @pytest.mark.parametrize(("is_road_or_fire", "most"), [(False, 30), (True, 7)])
    def test_a_death_on_the_last_day_is_of_the_accident_and_a_day_later_not(
        self, is_road_or_fire, most
    ):
        day = date(2025, 6, 1)
        last = Death(day, day + timedelta(days=most), is_road_or_fire)
        late = Death(day, day + timedelta(days=most + 1), is_road_or_fire)
        assert window(last, WINDOWS)
        assert window(late, WINDOWS) is None
        assert codes(Facts("6510", deaths=(late,))) == ["others"]

    def test_before_the_death_there_was_no_fatal_accident(self):
        facts = Facts("6510", deaths=(Death(date(2026, 3, 1), date(2026, 3, 10)),))
        assert codes(facts, date(2026, 3, 9)) == ["others"]
        assert codes(facts, date(2026, 3, 10)) == ["fatal"]

    def test_of_several_accidents_the_one_that_counts_longest_is_named(self):
        days = (date(2024, 5, 6), date(2025, 7, 8), date(2020, 1, 1))
        facts = Facts("6510", deaths=tuple(Death(day, day) for day in days))
        (reason,) = obligation(facts, RULES, ON).reasons
        assert (reason.accident_on, reason.until) == (date(2025, 7, 8), date(2028, 7, 8))


DAYS = st.dates(date(2018, 3, 1), date(2060, 12, 31))
DEATHS = st.builds(
    lambda day, later, fire: Death(day, day + timedelta(days=later), fire),
    DAYS,
    st.integers(0, 60),
    st.booleans(),
)
FACTS = st.builds(
    Facts,
    st.sampled_from(["3311", "5431", "3072", "6510", "33"]),
    st.frozensets(st.sampled_from(["dust", "special_equipment", "ammonia"])),
    st.lists(DEATHS, max_size=3).map(tuple),
)


class TestForAnyFacts:
    @given(DEATHS)
    def test_a_window_lasts_three_years_to_the_day(self, death):
        days = window(death, WINDOWS)
        if days is None:
            return
        end = days.end
        assert end.year == days.start.year + 3
        leap = (days.start.month, days.start.day) == (2, 29)
        assert (end.month, end.day) == ((3, 1) if leap else (days.start.month, days.start.day))

    @given(DEATHS, DAYS)
    def test_the_accident_makes_the_duty_exactly_inside_its_window(self, death, on):
        days = window(death, WINDOWS)
        found = obligation(Facts("6510", deaths=(death,)), RULES, on)
        assert found.is_mandatory == bool(days and days.contains(on))

    @given(FACTS, DAYS)
    def test_the_level_is_the_strictest_of_the_reasons(self, facts, on):
        found = obligation(facts, RULES, on)
        order = list(Level)
        assert found.level == min((r.rule.level for r in found.reasons), key=order.index)
        assert found.deciding

    @given(FACTS, DAYS, st.sampled_from(["special_equipment", "dust"]), DEATHS)
    def test_more_facts_never_make_a_duty_weaker(self, facts, on, tag, death):
        more = replace(facts, tags=facts.tags | {tag}, deaths=(*facts.deaths, death))
        order = list(Level)
        before, after = (obligation(one, RULES, on).level for one in (facts, more))
        assert order.index(after) <= order.index(before)

    @given(FACTS, DAYS, st.permutations(RULES.rules))
    def test_the_order_of_the_rules_does_not_matter(self, facts, on, shuffled):
        before = obligation(facts, RULES, on)
        after = obligation(facts, Rules(tuple(shuffled), WINDOWS), on)
        assert before.level == after.level
        assert {r.rule.code for r in before.reasons} == {r.rule.code for r in after.reasons}
