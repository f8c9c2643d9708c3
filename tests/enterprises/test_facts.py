"""Activities, equipment and grades of a site, each with its days and its source."""

from datetime import date

import pytest

from apps.core.models import AuditEvent
from apps.enterprises.errors import FactRefused
from apps.enterprises.models import Grade
from apps.enterprises.services import end_fact, end_grade, record_fact, record_grade
from apps.reference.models import ActivityTag
from tests.enterprises.conftest import TODAY
from tests.factories import UserFactory

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def tag(code):
    return ActivityTag.objects.get(code=code)


def fact(site, by, code="dust", valid_from=JANUARY, **facts):
    return record_fact(
        site=site, tag=tag(code), valid_from=valid_from, source="现场核查", by=by, **facts
    )


def grade(site, by, **facts):
    given = {"kind": 1, "value": "3", "valid_from": JANUARY, "source": "粤AQB1", "by": by}
    return record_grade(site=site, **given | facts)


def periods(rows):
    return list(rows.order_by("valid_from").values_list("valid_from", "valid_to"))


def test_a_fact_holds_until_it_is_ended(site, officer, acting):
    with acting(officer):
        entry = fact(site, officer)
        end_fact(fact=entry, on=FEBRUARY, reason="改湿法除尘", by=officer)

    assert periods(site.facts) == [(JANUARY, FEBRUARY)]
    assert list(site.facts.on(date(2026, 1, 31)))
    assert not site.facts.on(FEBRUARY).exists()
    events = AuditEvent.objects.filter(action__startswith="fact.").order_by("id")
    assert [event.reason for event in events] == ["", "改湿法除尘"]


def test_the_same_fact_is_not_entered_twice(site, officer, acting):
    with acting(officer):
        fact(site, officer)
        with pytest.raises(FactRefused, match="“粉尘涉爆”自 2026-01-01 起已有登记"):
            fact(site, officer, valid_from=FEBRUARY)


def test_more_equipment_takes_the_place_of_less(site, officer, acting):
    with acting(officer):
        fact(site, officer, "special_equipment", quantity=3)
        fact(site, officer, "special_equipment", valid_from=FEBRUARY, quantity=5)

    assert list(site.facts.order_by("valid_from").values_list("quantity", "valid_to")) == [
        (3, FEBRUARY),
        (5, None),
    ]


@pytest.mark.parametrize(
    ("code", "facts", "field"),
    [
        ("special_equipment", {}, "quantity"),
        ("dust", {"quantity": 2}, "quantity"),
        ("dust", {"valid_from": date(2026, 3, 3)}, "valid_from"),
    ],
)
def test_nonsense_is_refused_at_its_field(site, officer, acting, code, facts, field):
    with acting(officer), pytest.raises(FactRefused) as refused:
        fact(site, officer, code, **facts)

    assert refused.value.field == field


def test_nothing_ends_before_it_began(site, officer, acting):
    with acting(officer):
        entry = fact(site, officer)
        with pytest.raises(FactRefused, match="结束日期须晚于起始日期 2026-01-01"):
            end_fact(fact=entry, on=JANUARY, reason="登错", by=officer)


def test_standardisation_runs_three_years_unless_said_otherwise(site, officer, acting):
    with acting(officer):
        standard = grade(site, officer)
        credit = grade(site, officer, kind=2, value="B")

    assert standard.valid_to == date(2029, 1, 1)
    assert credit.valid_to is None


def test_a_leap_day_certificate_ends_on_the_first_of_march(site, officer, acting):
    with acting(officer):
        standard = grade(site, officer, valid_from=date(2024, 2, 29))

    assert standard.valid_to == date(2027, 3, 1)


def test_a_new_grade_takes_the_place_of_the_old_one(site, officer, acting):
    with acting(officer):
        grade(site, officer, value="3")
        grade(site, officer, value="2", valid_from=FEBRUARY)

    assert periods(site.grades) == [(JANUARY, FEBRUARY), (FEBRUARY, date(2029, 2, 1))]
    assert site.grades.on(TODAY).get().value == "2"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"value": "A"}, "value"),
        ({"valid_to": JANUARY}, "valid_to"),
        ({"valid_from": date(2026, 3, 3)}, "valid_from"),
    ],
)
def test_a_grade_that_cannot_be_is_refused(site, officer, acting, facts, field):
    with acting(officer), pytest.raises(FactRefused) as refused:
        grade(site, officer, **facts)

    assert refused.value.field == field


def test_an_enterprise_does_not_grade_itself(registered, site, officer, acting):
    owner = UserFactory(organisation=registered.organisation)
    with acting(officer):
        entry = grade(site, officer)

    with acting(owner):
        with pytest.raises(FactRefused, match="企业不能自行填报"):
            grade(site, owner, kind=2, value="A")
        with pytest.raises(FactRefused, match="由评定机关撤销"):
            end_grade(grade=entry, on=TODAY, reason="不服", by=owner)


def test_a_withdrawn_grade_ends_on_that_day(site, officer, acting):
    with acting(officer):
        entry = grade(site, officer)
        end_grade(grade=entry, on=FEBRUARY, reason="发生死亡事故", by=officer)

    assert Grade.objects.get().valid_to == FEBRUARY
