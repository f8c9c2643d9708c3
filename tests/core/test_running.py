"""Long work: told as it goes, cancelled when asked, seen by whoever asked, forgotten in time."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from apps.accounts.kinds import Kind
from apps.core import context, running
from apps.core.errors import DomainError
from apps.core.models import Effect, Job
from apps.core.tasks import forget
from tests.factories import person


@pytest.fixture
def officer():
    return person(Kind.CITY_BUREAU)


@pytest.fixture
def kind(monkeypatch):
    """Register a handler for one test: `kind(handler)` gives the name of its kind."""

    def register(handler):
        monkeypatch.setitem(running.HANDLERS, "tests.work", handler)
        return "tests.work"

    return register


def start(kind, officer, **terms):
    with context.entering(officer.context):
        return running.start_job(kind, by=officer, title="数一数", **terms)


def carried_out(job):
    running.run(job.pk)
    return Job.objects.get(pk=job.pk)


def test_a_job_tells_its_progress_and_keeps_its_result(kind, officer):
    def work(progress, actor):
        progress.tell(1, 2, "一半")
        progress.tell(2, 2)
        return {"sum": progress.terms["a"] + progress.terms["b"], "by": actor.name}

    done = carried_out(start(kind(work), officer, a=2, b=3))

    assert (done.state, done.percent) == (Job.State.DONE, 100)
    assert done.result == {"sum": 5, "by": officer.name}


def test_whoever_asked_is_told_of_the_end(kind, officer):
    carried_out(start(kind(lambda progress, actor: {}), officer))
    (note,) = Effect.objects.filter(name="core.job_finished")
    assert (note.payload["actor"], note.payload["state"]) == (officer.actor_key, "done")


def test_it_works_with_the_eyes_of_whoever_asked(kind, officer):
    seen = []

    def work(progress, actor):
        seen.append(context.current().role)
        return {}

    carried_out(start(kind(work), officer))
    assert seen == ["scope_city_bureau"]


def test_a_refusal_is_told_in_its_own_words_and_an_error_in_ours(kind, officer):
    def refuse(progress, actor):
        raise DomainError("第 3 行没有代码。")

    def break_down(progress, actor):
        raise ZeroDivisionError

    refused = carried_out(start(kind(refuse), officer))
    assert (refused.state, refused.note) == (Job.State.FAILED, "第 3 行没有代码。")
    broken = carried_out(start(kind(break_down), officer))
    assert broken.state == Job.State.FAILED
    assert "ZeroDivision" not in broken.note


def test_a_running_job_stops_at_its_next_sign_of_life(kind, officer):
    def work(progress, actor):
        with context.entering(officer.context):
            running.cancel_job(progress.job, by=officer)
        progress.tell(1, 2)
        pytest.fail("it went on")

    assert carried_out(start(kind(work), officer)).state == Job.State.CANCELLED


def test_a_waiting_job_is_cancelled_at_once_and_never_begun(kind, officer):
    job = start(kind(lambda progress, actor: pytest.fail("it began")), officer)
    with context.entering(officer.context):
        running.cancel_job(job, by=officer)
    assert carried_out(job).state == Job.State.CANCELLED


def test_a_job_of_a_suspended_person_does_nothing(kind, officer):
    job = start(kind(lambda progress, actor: pytest.fail("it began")), officer)
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    done = carried_out(job)
    assert (done.state, "停用" in done.note) == (Job.State.FAILED, True)


def test_a_job_that_another_worker_has_is_left_alone(kind, officer):
    job = start(kind(lambda progress, actor: pytest.fail("it began twice")), officer)
    facts = {"state": Job.State.RUNNING, "beat_at": timezone.now()}
    Job.objects.filter(pk=job.pk).update(**facts)
    assert carried_out(job).state == Job.State.RUNNING


def test_a_job_is_given_up_after_five_workers_died_on_it(kind, officer):
    job = start(kind(lambda progress, actor: pytest.fail("it began")), officer)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=5)
    assert carried_out(job).state == Job.State.FAILED


def test_a_job_is_seen_by_whoever_asked_and_by_nobody_else(kind, officer, acting):
    start(kind(lambda progress, actor: {}), officer)
    with acting(officer):
        assert Job.objects.count() == 1
    with acting(person(Kind.CITY_BUREAU)):
        assert Job.objects.count() == 0
    with acting(None):
        assert Job.objects.count() == 0


def test_results_are_forgotten_after_a_week(kind, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    files = {}
    for days in (6, 8):
        job = carried_out(start(kind(lambda progress, actor: {}), officer))
        name = f"{job.public_id}.xlsx"
        (tmp_path / name).touch()
        ended = timezone.now() - timedelta(days=days)
        Job.objects.filter(pk=job.pk).update(file=name, finished_at=ended)
        files[days] = name

    forget()

    assert Path(tmp_path, files[6]).exists()
    assert not Path(tmp_path, files[8]).exists()
    assert sorted(Job.objects.values_list("file", flat=True)) == ["", files[6]]
