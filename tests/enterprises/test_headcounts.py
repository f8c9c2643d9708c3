"""How many people work at a site: one number per day, the last one recorded before it."""

import threading
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import context
from apps.core.models import AuditEvent
from apps.enterprises.errors import ChangedMeanwhile, HeadcountRefused
from apps.enterprises.models import Headcount, Site
from apps.enterprises.selectors.versions import version_of_counts
from apps.enterprises.services import close_site, correct_headcount, record_headcount
from tests.conftest import ARRANGER
from tests.enterprises.conftest import TODAY
from tests.factories import HeadcountFactory, SiteFactory, person

FEBRUARY = date(2026, 2, 1)


def record(site, day, number, by, **facts):
    counts = {"production": number}
    return record_headcount(
        site=site, valid_from=day, counts=counts, source="企业申报", by=by, **facts
    )


def correct(site, day, number, by):
    return correct_headcount(
        site=site,
        valid_from=day,
        counts={"production": number},
        source="企业申报",
        reason="补登",
        by=by,
    )


def rows(site):
    return list(
        site.headcounts.order_by("valid_from").values_list("valid_from", "valid_to", "production")
    )


@pytest.fixture
def counted():
    """Twenty people since the first of January 2026."""
    return HeadcountFactory().site


def test_a_new_number_ends_the_one_before(counted, officer, acting):
    with acting(officer):
        record(counted, FEBRUARY, 25, officer)

    counted.refresh_from_db()
    assert counted.headcount == 25
    assert rows(counted) == [
        (date(2026, 1, 1), FEBRUARY, 20),
        (FEBRUARY, None, 25),
    ]


def test_a_number_of_the_same_day_takes_its_place(counted, officer, acting):
    with acting(officer):
        record(counted, date(2026, 1, 1), 22, officer)

    assert rows(counted) == [(date(2026, 1, 1), None, 22)]


def test_an_earlier_day_needs_a_correction(counted, officer, acting):
    with acting(officer), pytest.raises(HeadcountRefused) as refused:
        record(counted, date(2025, 12, 1), 18, officer)

    assert str(refused.value) == (
        "已有 2026-01-01 起的人数。更早的日期请用“更正以前的人数”，并说明原因。"
    )


def test_a_correction_enters_what_was_forgotten_and_leaves_the_present_alone(
    counted, officer, acting
):
    with acting(officer):
        record(counted, FEBRUARY, 25, officer)
        correct(counted, date(2025, 12, 1), 18, officer)
        correct(counted, date(2026, 1, 15), 21, officer)
        correct(counted, date(2026, 1, 1), 19, officer)

    counted.refresh_from_db()
    assert counted.headcount == 25
    assert rows(counted) == [
        (date(2025, 12, 1), date(2026, 1, 1), 18),
        (date(2026, 1, 1), date(2026, 1, 15), 19),
        (date(2026, 1, 15), FEBRUARY, 21),
        (FEBRUARY, None, 25),
    ]


@pytest.mark.parametrize(
    ("day", "number", "sentence"),
    [
        (TODAY, 0, "人数合计不能为0；如已停产或关闭，请办理停产或关闭。"),
        (TODAY, 100_001, "人数合计 100,001 人，超过单个场所的上限 100,000 人"),
        (TODAY, -1, "人数不能是负数。"),
        (TODAY + timedelta(days=1), 20, "人数从今天或以前的日期起算，不能晚于今天。"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(counted, officer, acting, day, number, sentence):
    with acting(officer), pytest.raises(HeadcountRefused, match=sentence):
        record(counted, day, number, officer)


def test_nobody_worked_there_before_it_opened(counted, officer, acting):
    Site.objects.filter(pk=counted.pk).update(opened_on=date(2025, 6, 1))

    with acting(officer), pytest.raises(HeadcountRefused, match="早于投产日期 2025-06-01"):
        correct(counted, date(2025, 5, 1), 3, officer)


def test_a_closed_site_takes_no_more_numbers(counted, officer, acting):
    with acting(officer):
        close_site(site=counted, on=FEBRUARY, reason="搬走", by=officer)
        with pytest.raises(HeadcountRefused, match="场所已关闭"):
            record(counted, TODAY, 5, officer)
        with pytest.raises(HeadcountRefused, match="场所已于 2026-02-01 关闭"):
            correct(counted, FEBRUARY, 5, officer)
        correct(counted, date(2026, 1, 10), 17, officer)

    counted.refresh_from_db()
    assert counted.headcount == 0
    assert rows(counted) == [
        (date(2026, 1, 1), date(2026, 1, 10), 20),
        (date(2026, 1, 10), FEBRUARY, 17),
    ]


def test_who_reported_which_number_is_on_record(counted, officer, acting):
    with acting(officer):
        record(counted, FEBRUARY, 25, officer)

    event = AuditEvent.objects.get(action="headcount.recorded")
    assert event.changes["headcount"] == [20, 25]
    assert event.actor == officer.actor_key


def test_a_number_entered_meanwhile_is_not_overwritten(counted, officer, acting):
    clerk = person("town_office", town="桂城街道", name="桂城街道应急办")
    with acting(officer):
        seen = version_of_counts(counted)
    with acting(clerk):
        record(counted, TODAY, 23, clerk)

    with acting(officer), pytest.raises(ChangedMeanwhile) as refused:
        record(counted, TODAY, 26, officer, version=seen)

    assert str(refused.value) == (
        f"桂城街道应急办的{clerk.name}已在 2026-03-02 09:00 改过这项内容。"
        "请对照现在的内容，再提交一次。"
    )


DAYS = st.dates(date(2025, 1, 1), TODAY)
STEPS = st.lists(st.tuples(DAYS, st.integers(1, 500), st.booleans()), min_size=1, max_size=12)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_each_day_has_the_last_number_recorded_before_it(steps, officer, acting):
    site = SiteFactory(headcount=0)
    known: dict[date, int] = {}
    for day, number, is_correction in steps:
        with acting(officer):
            try:
                (correct if is_correction else record)(site, day, number, officer)
            except HeadcountRefused:
                assert not is_correction
                assert day < max(known)
                continue
        known[day] = number

    for day in {day + timedelta(days=step) for day, _n, _c in steps for step in (-1, 0, 1)}:
        found = list(site.headcounts.on(day).values_list("production", flat=True))
        earlier = [start for start in known if start <= day]
        assert found == ([known[max(earlier)]] if earlier else [])
    site.refresh_from_db()
    assert site.headcount == (known[max(known)] if known else 0)


def test_two_clerks_at_once_leave_no_day_with_two_numbers(own_database):
    with context.entering(ARRANGER), transaction.atomic():
        site = HeadcountFactory().site
        officer = person("district_bureau")
    barrier = threading.Barrier(4)
    refused = []

    def count(day, number):
        barrier.wait()
        try:
            with context.entering(officer.context), transaction.atomic():
                record(site, day, number, officer)
        except HeadcountRefused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=count, args=(FEBRUARY + timedelta(days=step % 3), 30 + step))
        for step in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with context.entering(ARRANGER), transaction.atomic():
        found = rows(site)
        total = Site.objects.get(pk=site.pk).headcount
        assert Headcount.objects.filter(site=site, valid_to=None).count() == 1
    for (_start, end, _number), (start, _end, _next) in pairwise(found):
        assert end == start
    assert found[-1][2] == total


def test_the_total_of_an_enterprise_follows_the_counts_of_its_sites(counted, officer, acting):
    SiteFactory(enterprise=counted.enterprise, headcount=12)

    def total():
        counted.enterprise.refresh_from_db()
        return counted.enterprise.people

    before = counted.enterprise.sites.aggregate(people=Sum("headcount"))["people"]
    assert total() == before
    versions = counted.enterprise.versions.count()
    with acting(officer):
        record(counted, FEBRUARY, 25, officer)
        assert total() == 25 + 12
        close_site(site=counted, on=TODAY, reason="搬走", by=officer)
        assert total() == 12
    assert counted.enterprise.versions.count() == versions
