"""The line of a site's states: every day has one, and each changes at midnight by itself."""

import itertools
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.dates import DAY
from apps.duty.rules import (
    Cover,
    Dated,
    Law,
    People,
    Placed,
    SiteFacts,
    State,
    on_the_day,
    timeline,
)
from apps.enterprises.obligation.rules import Death, Obligation, Windows
from apps.reference.codes import DutyLevel

SINCE = date(2024, 1, 1)
WINDOWS = Windows(years=3, death_days=30, death_days_road_fire=7)


def law(level: str = DutyLevel.MANDATORY, boundaries: tuple[date, ...] = ()) -> Law:
    return Law(boundaries, WINDOWS, lambda *asked: Obligation(level, (), asked[-1]))


def site(**facts) -> SiteFacts:
    return SiteFacts("3311", "440605", SINCE, **facts)


def cover(start: date, end: date, people: int = 20, **facts) -> Cover:
    return Cover(start=start, end=end, people=people, is_low=facts.pop("is_low", False), **facts)


def states(facts: SiteFacts, on: Law | None = None) -> list[tuple[State, date]]:
    return [(one.state, one.start) for one in timeline(facts, on or law())]


def test_a_cover_makes_a_site_insured_and_its_end_makes_it_lapse():
    line = states(site(covers=(cover(date(2025, 3, 1), date(2026, 3, 1)),)))
    assert line == [
        (State.UNINSURED, SINCE),
        (State.INSURED, date(2025, 3, 1)),
        (State.LAPSED, date(2026, 3, 1)),
    ]


def test_since_runs_on_over_a_renewal_on_the_day():
    covers = (
        cover(date(2025, 3, 1), date(2026, 3, 1)),
        cover(date(2026, 3, 1), date(2027, 3, 1)),
    )
    found = on_the_day(timeline(site(covers=covers), law()), date(2026, 6, 1))
    assert found is not None
    assert (found.state, found.since) == (State.INSURED, date(2025, 3, 1))
    assert found.cover_to == date(2027, 3, 1)


def test_too_few_people_and_too_low_a_limit_are_told_apart_and_both_kept():
    people = (People(start=SINCE, production=20, total=26),)
    short = cover(SINCE, date(2025, 1, 1), people=19, is_low=True)
    found = timeline(site(people=people, covers=(short,)), law())[0]
    assert (found.state, found.is_short, found.is_low) == (State.SHORT_OF_PEOPLE, True, True)
    whole = cover(SINCE, date(2025, 1, 1), people=20, is_low=True)
    assert timeline(site(people=people, covers=(whole,)), law())[0].state == State.LOW_LIMIT


def test_the_basis_of_the_product_says_who_must_be_named():
    people = (People(start=SINCE, production=20, total=26),)
    everybody = cover(SINCE, date(2025, 1, 1), people=20, basis="all_employees")
    found = timeline(site(people=people, covers=(everybody,)), law())[0]
    assert (found.state, found.needed, found.insured) == (State.SHORT_OF_PEOPLE, 26, 20)


def test_cover_from_elsewhere_counts_until_it_ends_and_not_a_day_longer():
    covers = (cover(SINCE, date(2025, 7, 1), is_external=True),)
    line = timeline(site(covers=covers), law())
    last, first = on_the_day(line, date(2025, 6, 30)), on_the_day(line, date(2025, 7, 1))
    assert last is not None
    assert first is not None
    assert (last.state, first.state) == (State.EXTERNAL, State.LAPSED)


def test_an_exemption_suspends_the_duty_for_its_days():
    facts = site(exemptions=(Dated(start=date(2024, 5, 1), end=date(2024, 8, 1)),))
    assert states(facts) == [
        (State.UNINSURED, SINCE),
        (State.EXEMPT, date(2024, 5, 1)),
        (State.UNINSURED, date(2024, 8, 1)),
    ]


def test_a_list_of_public_harm_makes_a_site_insure_and_a_promotion_list_does_not():
    harm = Placed(start=date(2024, 6, 1), level=DutyLevel.MANDATORY, source="名录")
    promoted = Placed(start=date(2024, 2, 1), level=DutyLevel.PROMOTED, source="区名录")
    line = timeline(site(lists=(harm, promoted)), law(DutyLevel.ENCOURAGED))
    told = [(one.state, one.level, one.reasons) for one in line]
    assert told == [
        (State.OUTSIDE, DutyLevel.ENCOURAGED, ()),
        (State.OUTSIDE, DutyLevel.PROMOTED, ("区名录",)),
        (State.UNINSURED, DutyLevel.MANDATORY, ("名录", "区名录")),
    ]


def test_a_closed_site_has_no_state_from_the_day_it_closed():
    line = timeline(site(until=date(2025, 1, 1)), law())
    assert on_the_day(line, date(2024, 12, 31)) is not None
    assert on_the_day(line, date(2025, 1, 1)) is None


def test_a_death_on_29_february_counts_until_1_march_three_years_on():
    death = Death(date(2024, 2, 28), date(2024, 2, 29))

    def by_accident(_industry, _tags, _district, deaths, day):
        inside = any(one.died_on <= day < date(2027, 3, 1) for one in deaths)
        level = DutyLevel.MANDATORY if inside else DutyLevel.ENCOURAGED
        return Obligation(level, (), day)

    line = timeline(site(deaths=(death,)), Law((), WINDOWS, by_accident))
    assert [(one.state, one.start) for one in line] == [
        (State.OUTSIDE, SINCE),
        (State.UNINSURED, date(2024, 2, 29)),
        (State.OUTSIDE, date(2027, 3, 1)),
    ]


days = st.integers(-200, 900).map(lambda n: SINCE + timedelta(days=n))


@st.composite
def spans(draw) -> tuple[date, date]:
    start = draw(days)
    return start, start + timedelta(days=draw(st.integers(1, 400)))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(
    covers=st.lists(
        st.tuples(spans(), st.integers(1, 40), st.booleans(), st.booleans()), max_size=4
    ),
    counts=st.lists(st.tuples(spans(), st.integers(0, 30), st.integers(0, 9)), max_size=1),
    exempt=st.lists(spans(), max_size=1),
    asked=days,
)
def test_every_day_has_exactly_one_state_the_one_its_own_facts_give(covers, counts, exempt, asked):
    facts = site(
        covers=tuple(
            Cover(start=a, end=b, people=n, is_low=low, is_external=ext)
            for (a, b), n, low, ext in covers
        ),
        people=tuple(
            People(start=a, end=b, production=n, total=n + more) for (a, b), n, more in counts
        ),
        exemptions=tuple(Dated(start=a, end=b) for a, b in exempt),
    )
    line = timeline(facts, law())
    # No gap, no overlap, open at the end.
    assert line[0].start == SINCE
    assert line[-1].end is None
    assert all(one.end == after.start for one, after in itertools.pairwise(line))
    # The state of a day depends on that day alone: the line cut there says the same.
    day = max(asked, SINCE)
    found = on_the_day(line, day)
    assert found is not None
    alone = on_the_day(timeline(facts, law(boundaries=(day,))), day)
    assert alone is not None
    assert (found.state, found.needed, found.is_low) == (alone.state, alone.needed, alone.is_low)
    assert found.since <= day
    before = on_the_day(line, found.since - DAY)
    assert before is None or before.state != found.state
