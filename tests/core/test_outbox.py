"""Effects are written with the act, carried out once, put off when they fail, parked in the end."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.accounts.kinds import Kind
from apps.core import context, outbox
from apps.core.models import Effect
from tests.factories import person


@pytest.fixture
def officer():
    return person(Kind.CITY_BUREAU)


@pytest.fixture
def seen(monkeypatch):
    """A handler that keeps what it was given; `seen.error` makes it fail."""

    class Seen(list):
        error: Exception | None = None

    kept = Seen()

    def handler(*, by, **payload):
        kept.append((by.actor_key, context.current().role, payload))
        if kept.error:
            raise kept.error

    monkeypatch.setitem(outbox.HANDLERS, "tests.tell", handler)
    return kept


def left(officer, **payload):
    with context.entering(officer.context), transaction.atomic():
        outbox.leave("tests.tell", by=officer, **payload)
    return Effect.objects.get()


def test_an_effect_is_carried_out_once_as_the_actor(officer, seen):
    note = left(officer, number=7)

    assert outbox.deliver(str(note.pk)) is True
    assert outbox.deliver(str(note.pk)) is False

    assert seen == [(officer.actor_key, "scope_city_bureau", {"number": 7})]
    assert Effect.objects.get().done_at is not None


def test_an_act_that_fails_leaves_no_effect(officer, seen):
    def fail():
        with transaction.atomic():
            outbox.leave("tests.tell", by=officer)
            raise RuntimeError

    with context.entering(officer.context), pytest.raises(RuntimeError):
        fail()
    assert not Effect.objects.exists()


def test_a_failing_effect_is_tried_again_later_and_parked_after_eight_times(officer, seen):
    note = left(officer)
    seen.error = ValueError("no")
    waits = []
    for _ in range(outbox.MOST_ATTEMPTS):
        assert outbox.deliver(str(note.pk)) is False
        row = Effect.objects.get()
        waits.append(row.due_at)
    assert waits == sorted(waits)
    assert (row.attempts, row.error, row.parked_at is not None) == (8, "ValueError: no", True)
    assert outbox.deliver(str(note.pk)) is False
    assert len(seen) == 8


def test_an_effect_of_a_suspended_person_is_parked(officer, seen):
    note = left(officer)
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    outbox.deliver(str(note.pk))
    row = Effect.objects.get()
    assert (seen, row.parked_at is not None, row.error) == ([], True, "actor is gone")


def test_what_nobody_rang_for_is_found_by_the_sweeper(officer, seen):
    note = left(officer)
    assert outbox.overdue() == []
    note.due_at -= timedelta(minutes=1)
    note.save()
    assert outbox.overdue() == [str(note.pk)]


def test_nobody_but_the_dispatcher_reads_effects(officer, seen, acting):
    left(officer)
    with acting(officer):
        assert not Effect.objects.exists()
    with acting(None):
        assert not Effect.objects.exists()
