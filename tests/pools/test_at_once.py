"""Two hands on one round: it is computed once, published once, and an objection is never passed."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from apps.accounts.kinds import Kind
from apps.core import context
from apps.core.errors import DomainError
from apps.core.models import AuditEvent
from apps.pools import services
from apps.pools.models import Approval, Objection, RoundState, ShareRound, ShareTable
from apps.reference.models import District
from tests.conftest import ARRANGER
from tests.factories import UserFactory, organisation, person
from tests.pools.conftest import NOW, SHARES, SINCE, TODAY, WINDOW, drawn_up, figures, sheet

pytestmark = pytest.mark.usefixtures("own_database")
APRIL = date(2026, 4, 1)


@pytest.fixture
def cast(own_database):
    """The broker's two clerks, three members with a voice each, and a round that is gathering."""
    with context.entering(ARRANGER), transaction.atomic():
        insurers = [organisation(Kind.INSURER, name=f"第{n}保险", short_name=n) for n in "甲乙丙"]
        voices = [UserFactory(organisation=one, role="insurer_admin") for one in insurers]
        broker = person(Kind.BROKER, "broker_admin")
        clerk = UserFactory(organisation=broker.organisation, role="broker_evaluator")
        founder = person(Kind.DISTRICT_BUREAU, "district_officer")
        district = District.objects.get(short_name="南海")
        pool = services.found_pool(district=district, name="南海区共保体", by=founder)
    with context.entering(broker.context), transaction.atomic():
        for one in insurers:
            services.join_pool(pool=pool, insurer=one, valid_from=SINCE, source="协议", by=broker)
        shares = dict(zip(insurers, SHARES, strict=True))
        services.set_shares(pool=pool, shares=shares, valid_from=SINCE, source="协议", by=broker)
        services.conclude_agreement(agreement=drawn_up(pool), by=broker)
        services.import_scores(
            pool=pool,
            valid_from=WINDOW[0],
            valid_to=WINDOW[1],
            rows=sheet(("甲", "72", ""), ("乙", "88", ""), ("丙", "93", "")),
            file_name="x",
            file_hash="",
            by=broker,
        )
    return {"pool": pool, "insurers": insurers, "voices": voices, "desk": [broker, clerk]}


def acted(by, act, **facts):
    with context.entering(by.context), transaction.atomic():
        return act(by=by, **facts)


def at_once(*acts):
    """Each act with its person, in threads that start together; what each was told."""
    outcomes: list[str] = []
    barrier = threading.Barrier(len(acts))

    def run(by, act, facts) -> None:
        barrier.wait()
        try:
            acted(by, act, **facts)
            outcomes.append("done")
        except DomainError as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def seen(model, **conditions):
    with context.entering(ARRANGER), transaction.atomic():
        return list(model.objects.filter(**conditions))


def computed_by(cast):
    broker = cast["desk"][0]
    row = acted(broker, services.open_round, pool=cast["pool"], today=TODAY)
    return acted(
        broker,
        services.compute_round,
        share_round=row,
        figures=figures(cast["insurers"], "26", "31", "43"),
        today=TODAY,
        now=NOW,
    )


def asked_by(cast):
    row = computed_by(cast)
    return acted(cast["desk"][0], services.ask_members, share_round=row, today=TODAY)


def approvals(cast, row, voices):
    for voice in voices:
        acted(
            voice,
            services.approve_round,
            share_round=row,
            seen_hash=row.inputs_hash,
            now=NOW,
        )


def test_two_clerks_open_one_round(cast):
    facts = {"pool": cast["pool"], "today": TODAY}
    outcomes = []
    barrier = threading.Barrier(2)

    def run(by) -> None:
        barrier.wait()
        try:
            acted(by, services.open_round, **facts)
            outcomes.append("done")
        except Exception as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[by]) for by in cast["desk"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") == 1
    assert len(seen(ShareRound)) == 1


def test_a_round_is_computed_once(cast):
    row = acted(cast["desk"][0], services.open_round, pool=cast["pool"], today=TODAY)
    facts = {
        "share_round": row,
        "figures": figures(cast["insurers"], "26", "31", "43"),
        "today": TODAY,
        "now": NOW,
    }
    outcomes = at_once(*((by, services.compute_round, facts) for by in cast["desk"]))
    assert outcomes.count("done") == 1
    assert len(seen(AuditEvent, action="round.computed")) == 1


def test_three_members_at_once_make_it_approved(cast):
    row = asked_by(cast)
    facts = {"share_round": row, "seen_hash": row.inputs_hash, "now": NOW}
    outcomes = at_once(*((voice, services.approve_round, facts) for voice in cast["voices"]))
    assert outcomes == ["done"] * 3
    assert seen(ShareRound)[0].state == RoundState.APPROVED
    assert len(seen(AuditEvent, action="round.approved")) == 1


def test_a_second_click_consents_once(cast):
    row = asked_by(cast)
    facts = {"share_round": row, "seen_hash": row.inputs_hash, "now": NOW}
    voice = cast["voices"][0]
    outcomes = at_once(*((voice, services.approve_round, facts) for _click in range(4)))
    assert outcomes.count("done") == 1
    assert len(seen(Approval)) == 1


def test_a_round_is_published_once(cast):
    row = asked_by(cast)
    approvals(cast, row, cast["voices"])
    facts = {"share_round": row, "effective_from": APRIL, "today": TODAY, "now": NOW}
    outcomes = at_once(*((by, services.publish_round, facts) for by in cast["desk"] * 2))
    assert outcomes.count("done") == 1
    assert len(seen(ShareTable)) == 2


@pytest.mark.parametrize("_round", range(3))
def test_an_objection_is_heard_or_comes_too_late_but_is_never_passed_over(cast, _round):
    """The last consent against an objection: whoever is first decides."""
    row = asked_by(cast)
    approvals(cast, row, cast["voices"][:2])
    consent = {"share_round": row, "seen_hash": row.inputs_hash, "now": NOW}
    objection = {"share_round": row, "text": "少计一单", "today": TODAY}
    at_once(
        (cast["voices"][2], services.approve_round, consent),
        (cast["voices"][1], services.object_to_round, objection),
    )
    state = seen(ShareRound)[0].state
    assert state == (RoundState.OBJECTION if seen(Objection) else RoundState.APPROVED)


def test_publication_and_going_back_exclude_each_other(cast):
    row = asked_by(cast)
    approvals(cast, row, cast["voices"])
    publication = {"share_round": row, "effective_from": APRIL, "today": TODAY, "now": NOW}
    back = {"share_round": row, "reason": "数据有误"}
    first, second = cast["desk"]
    outcomes = at_once(
        (first, services.publish_round, publication), (second, services.gather_again, back)
    )
    assert outcomes.count("done") == 1
    published = seen(ShareRound)[0].state == RoundState.PUBLISHED
    assert len(seen(ShareTable)) == (2 if published else 1)


def test_after_approval_an_objection_stops_no_publication(cast):
    """It comes too late whichever is first: what all agreed to is published once."""
    row = asked_by(cast)
    approvals(cast, row, cast["voices"])
    publication = {"share_round": row, "effective_from": APRIL, "today": TODAY, "now": NOW}
    objection = {"share_round": row, "text": "少计一单", "today": TODAY}
    outcomes = at_once(
        (cast["desk"][0], services.publish_round, publication),
        (cast["voices"][0], services.object_to_round, objection),
    )
    assert outcomes.count("done") == 1
    assert any("不在征求意见" in told for told in outcomes)
    assert (len(seen(Objection)), len(seen(ShareTable))) == (0, 2)
