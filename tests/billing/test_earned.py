"""What is gathered from policies and receipts for a round, and what the clock does by itself."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.kinds import Kind
from apps.billing.earned.computing import advance, gather_and_compute
from apps.billing.earned.gathering import gathered_for, rows_of
from apps.billing.jobs import compute_round
from apps.billing.models import Receipt
from apps.core import context
from apps.core.dates import SHANGHAI
from apps.core.running import HANDLERS, run, start_job
from apps.policies.models import Policy
from apps.pools import services
from apps.pools.actors import ROUNDS
from apps.pools.models import RoundState, ShareRound
from tests.enrollment.conftest import NOW, TODAY
from tests.factories import person
from tests.money import paid
from tests.pools.conftest import drawn_up, sheet

QUARTER = (date(2026, 1, 1), date(2026, 4, 1))
MAY = date(2026, 5, 4)
MAY_NOON = datetime(2026, 5, 4, 12, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def broker():
    return person(Kind.BROKER, "broker_evaluator")


@pytest.fixture
def policy(issued, finance, acting):
    paid(issued, finance, acting)
    issued.refresh_from_db()
    return issued


@pytest.fixture
def ready(policy, pool, insurers, broker):
    """An agreement since January and the scores of its first quarter."""
    services.conclude_agreement(agreement=drawn_up(pool, valid_from=date(2026, 1, 1)), by=broker)
    lines = [(one.name, score, "") for one, score in zip(insurers, ("80", "90", "70"), strict=True)]
    services.import_scores(
        pool=pool,
        valid_from=QUARTER[0],
        valid_to=QUARTER[1],
        rows=sheet(*lines),
        file_name="x",
        file_hash="",
        by=broker,
    )
    return pool


def opened(pool, broker, acting):
    with acting(broker):
        return services.open_round(pool=pool, today=MAY, by=broker)


def test_a_policy_counts_its_days_in_the_window(ready, policy, broker, acting):
    row = opened(ready, broker, acting)
    with acting(broker):
        (sold,) = rows_of(ready.pk, *QUARTER)
        found = gathered_for(row)
    days = (QUARTER[1] - policy.cover_from).days
    # One enterprise alone counts for its part of the pool at most.
    whole = policy.premium * days / (policy.cover_to - policy.cover_from).days
    assert sold.insurer == policy.insurer_id
    assert found.remarks == ["1 家企业的业务超过全体的 2%，各按 2% 计入。"]
    assert found.figures[policy.insurer_id].business == round(whole * Decimal("0.02"), 2)


def test_money_recorded_after_the_freeze_waits(ready, policy, broker, acting):
    row = opened(ready, broker, acting)
    with acting(broker):
        (sold,) = rows_of(ready.pk, *QUARTER)
    assert sold.received == ((TODAY, int(policy.premium * 100)),)
    assert Receipt.objects.get().recorded_at.astimezone(SHANGHAI).date() == TODAY
    assert row.valid_to == QUARTER[1]


def test_a_site_that_closed_is_a_lawful_cancellation(ready, policy, broker, acting):
    Policy.objects.filter(pk=policy.pk).update(cancelled_from=date(2026, 3, 20))
    policy.site.closed_on = date(2026, 3, 15)
    policy.site.save(update_fields=["closed_on"])
    with acting(broker):
        (sold,) = rows_of(ready.pk, *QUARTER)
    assert (sold.by_closure, sold.cancelled_from) == (True, date(2026, 3, 20))


def test_the_successor_of_a_merged_member_gets_its_business(
    ready, policy, insurers, broker, acting
):
    heir = next(one for one in insurers if one.pk != policy.insurer_id)
    with acting(broker):
        services.merge_member(
            pool=ready,
            absorbed=policy.insurer,
            successor=heir,
            valid_from=date(2026, 4, 1),
            today=TODAY,
            source="合并批复",
            by=broker,
        )
        (sold,) = rows_of(ready.pk, *QUARTER)
    assert sold.insurer == heir.pk


def test_the_round_is_computed_from_them(ready, policy, broker, acting):
    row = opened(ready, broker, acting)
    with acting(broker):
        done = gather_and_compute(share_round=row, today=MAY, now=MAY_NOON, by=broker)
    assert done.state == RoundState.COMPUTED
    assert sum(done.shares.values()) == 10_000
    lines = {line["insurer"]: line for line in done.worksheet}
    assert lines[policy.insurer_id]["business_share"] == "10000/1"


def test_the_job_computes_once_however_often_it_runs(ready, policy, broker, acting):
    row = opened(ready, broker, acting)
    with time_machine.travel(MAY_NOON, tick=False):
        with acting(broker):
            job = start_job(
                "billing.compute_round", by=broker, title="x", share_round=row.public_id
            )
        run(job.pk)
        job.refresh_from_db()
    assert HANDLERS[job.kind] is compute_round
    assert job.result == {"url": row.get_absolute_url()}
    assert ShareRound.objects.get().state == RoundState.COMPUTED


def test_the_clock_opens_a_round_when_its_period_is_over_and_computes_when_it_may(ready, policy):
    april = datetime(2026, 4, 1, 1, tzinfo=SHANGHAI)
    told = advance(april.date(), april)
    assert [line.split()[0] for line in told] == ["opened"]
    assert ShareRound.objects.get().state == RoundState.GATHERING
    told = advance(MAY, MAY_NOON)
    assert [line.split()[0] for line in told] == ["computed"]
    assert advance(MAY, MAY_NOON) == []


def test_the_clock_leaves_alone_a_pool_that_switched_rounds_off(ready, broker, acting):
    with acting(broker):
        services.switch_rounds(
            agreement=ready.agreements.get(), on=False, reason="会议决议", by=broker
        )
    assert advance(MAY, MAY_NOON) == []


def test_the_system_that_moves_rounds_writes_no_money(ready, policy):

    with context.entering(ROUNDS.context):
        assert Policy.objects.count() == 1
        assert Policy.objects.update(cancelled_from=None) == 0
