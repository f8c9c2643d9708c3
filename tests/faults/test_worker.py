"""A worker that is killed, a broker that forgets: the effect happens exactly once all the same."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

import tests.faults.handlers  # noqa: F401  registers the effect and the job here too
from apps.accounts.kinds import Kind
from apps.core import context, outbox, running
from apps.core.models import Effect, Job
from apps.core.tasks import sweep
from apps.messaging.models import Notice
from foshan_sli.celery import app
from tests.conftest import ARRANGER
from tests.factories import person

pytestmark = [pytest.mark.slow, pytest.mark.real_clock]


@pytest.fixture(autouse=True)
def _real_clock_and_broker(own_database, tmp_path) -> Iterator[None]:
    """A broker of this test's own: flushing it must not reach another test."""
    socket = tmp_path / "redis.sock"
    program = shutil.which("redis-server") or Path(sys.executable).with_name("redis-server")
    places = ["--port", "0", "--unixsocket", socket, "--dir", tmp_path, "--save", ""]
    server = subprocess.Popen([program, *places], stdout=subprocess.DEVNULL)
    wait_for(socket.exists)
    before = app.conf.broker_url
    use_broker(f"redis+socket://{socket}")
    try:
        yield
    finally:
        use_broker(before)
        server.kill()
        server.wait()


def use_broker(url: str) -> None:
    app.conf.broker_url = url
    app._pool = app.amqp._producer_pool = None  # connections made from now on go there


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    target = connection.settings_dict
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + target["NAME"]
    broker = app.conf.broker_url.replace("redis+socket", "unix")
    command = [sys.executable, "-m", "celery", "-A", "foshan_sli.celery", "worker"]
    command += ["-c", "1", "-I", "tests.faults.handlers", "-l", "warning", "--without-gossip"]
    process = subprocess.Popen(
        command,
        env=os.environ | {"DATABASE_URL": url, "REDIS_URL": broker},
        cwd=settings.BASE_DIR,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """The whole family, at once, with no chance to tidy up."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def wait_for(fact: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def arranged(model, **facts):
    with context.entering(ARRANGER), transaction.atomic():
        return list(model.objects.filter(**facts))


@pytest.fixture
def files(tmp_path) -> dict[str, str]:
    return {"gate": str(tmp_path / "gate"), "seen": str(tmp_path / "seen")}


@pytest.fixture
def officer(own_database):
    with context.entering(ARRANGER), transaction.atomic():
        return person(Kind.CITY_BUREAU)


def grow_old() -> None:
    """Let the sweeper's patience run out without waiting for it."""
    with context.entering(ARRANGER), transaction.atomic():
        for note in Effect.objects.all():
            note.due_at -= timedelta(minutes=1)
            note.save()
        for row in Job.objects.all():
            row.created_at -= timedelta(minutes=5)
            row.beat_at = row.beat_at and row.beat_at - timedelta(minutes=5)
            row.save()


@pytest.mark.usefixtures("officer")
class TestAnEffect:
    def test_of_a_worker_killed_before_its_commit_happens_once_after_the_restart(
        self, officer, files
    ):
        Path(files["gate"]).touch()
        with worker() as first:
            with context.entering(officer.context), transaction.atomic():
                outbox.leave("faults.tell", by=officer, once="kill", **files)
            wait_for(Path(files["seen"]).exists)
            kill(first)
        assert arranged(Notice) == []

        Path(files["gate"]).unlink()
        grow_old()
        with worker():
            sweep()
            wait_for(lambda: arranged(Effect, done_at__isnull=False))
            sweep()

        assert [notice.once for notice in arranged(Notice)] == ["kill"]

    def test_survives_a_broker_that_forgets_everything(self, officer, files):
        with context.entering(officer.context), transaction.atomic():
            outbox.leave("faults.tell", by=officer, once="flush", **files)
        redis.Redis(unix_socket_path=app.conf.broker_url[len("redis+socket://") :]).flushall()
        grow_old()
        with worker():
            sweep()
            wait_for(lambda: arranged(Effect, done_at__isnull=False))
        assert [notice.once for notice in arranged(Notice)] == ["flush"]

    def test_rung_many_times_happens_once(self, officer, files):
        with context.entering(officer.context), transaction.atomic():
            outbox.leave("faults.tell", by=officer, once="often", **files)
        (note,) = arranged(Effect)
        with worker():
            for _ in range(10):
                app.send_task("core.deliver", [str(note.pk)])
            wait_for(lambda: arranged(Effect, done_at__isnull=False))
        assert len(arranged(Notice)) == 1


def test_a_job_whose_worker_died_is_taken_up_again_and_finished_once(officer, files):
    Path(files["gate"]).touch()
    with worker() as first:
        with context.entering(officer.context), transaction.atomic():
            asked = running.start_job("faults.count", by=officer, title="数数", **files)
        wait_for(Path(files["seen"]).exists)
        kill(first)
    assert [row.state for row in arranged(Job)] == [Job.State.RUNNING]

    Path(files["gate"]).unlink()
    grow_old()
    with worker():
        sweep()
        wait_for(lambda: arranged(Job, state=Job.State.DONE))

    (row,) = arranged(Job, pk=asked.pk)
    assert (row.result, row.attempts, row.percent) == ({"counted": 2}, 2, 100)
    assert len(arranged(Notice, once="job")) == 1
