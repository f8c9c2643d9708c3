"""`make run` from the outside: ready, alive whatever dies, gone without a trace, and back."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest

from ops.health import READY, readiness
from ops.home import Home
from ops.postgres import Postgres
from ops.processes import ROOT
from ops.redis import Redis
from ops.secrets import secrets_of
from tests.ops.conftest import (
    clean_environment,
    eventually,
    free_port,
    launcher,
    processes_of,
    sentence,
)

pytestmark = [pytest.mark.slow, pytest.mark.no_database, pytest.mark.real_clock]
COUNT = "select count(*) from enterprises_enterprise"


class Platform:
    """One launcher that was started in the background, and what it said until it was ready."""

    def __init__(self, process: subprocess.Popen[str], home: Home, port: int) -> None:
        self.process = process
        self.home = home
        self.port = port
        self.words = ""

    def wait_until_ready(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.words += line
            if line == f"ready http://127.0.0.1:{self.port}\n":
                return
        raise AssertionError(self.words)

    def is_ready(self) -> bool:
        return readiness(self.port) == READY

    def pids_of(self, program: str) -> list[int]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes()
                mine = str(self.home.path).encode() in (folder / "environ").read_bytes() + words
            except OSError:
                continue
            if mine and program.encode() in words:
                found.append(int(folder.name))
        return found


@contextmanager
def running(home: Home, **changes: str) -> Iterator[Platform]:
    port = free_port()
    environment = clean_environment(
        SLI_HOME=str(home.path), PORT=port, DEMO_ENTERPRISES="30", **changes
    )
    command = [sys.executable, "-m", "ops.run"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        platform = Platform(process, home, int(port))
        try:
            platform.wait_until_ready()
            yield platform
        finally:
            process.terminate()
            process.communicate(timeout=60)


def test_a_start_survives_deaths_leaves_nothing_and_the_next_one_keeps_the_data(
    home: Home,
) -> None:
    with running(home) as platform:
        accounts_come_as_file_and_table(platform)
        a_second_launcher_is_refused(platform)
        killed_children_come_back(platform)
        enterprises = count(home)
        platform.process.send_signal(signal.SIGINT)
        assert platform.process.wait(30) == 0
    assert processes_of(home) == []
    keys = (home.path / "secrets.json").read_text()

    began = time.monotonic()
    with running(home) as platform:
        seconds = time.monotonic() - began
        platform.process.kill()
        assert eventually(lambda: processes_of(home) == [])

    assert enterprises > 0
    assert seconds < 30  # 10 on a machine that does nothing else
    assert (home.path / "secrets.json").read_text() == keys
    assert count(home) == enterprises


def accounts_come_as_file_and_table(platform: Platform) -> None:
    accounts = json.loads(platform.home.accounts.read_text())
    assert {account["role"] for account in accounts} >= {"enterprise_owner", "city_officer"}
    for account in accounts:
        for column in ("role", "organisation", "login", "password"):
            assert account[column] in platform.words


def a_second_launcher_is_refused(platform: Platform) -> None:
    done = launcher("ops.run", SLI_HOME=str(platform.home.path), PORT=free_port())

    assert sentence(done) == (
        f"It runs already, process {platform.process.pid} at http://127.0.0.1:{platform.port}:"
        " stop that one, or give this one its own SLI_HOME and PORT."
    )


def killed_children_come_back(platform: Platform) -> None:
    for program in ("bin/postgres", "redis-server", "gunicorn", "celery"):
        before = platform.pids_of(program)
        assert before, program
        for pid in before:
            with suppress(ProcessLookupError):  # its parent's death took it along
                os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not set(before) & set(platform.pids_of(program)))  # noqa: B023
        assert eventually(lambda: bool(platform.pids_of(program))), program  # noqa: B023
        assert eventually(platform.is_ready, 30), program


def test_servers_that_we_were_pointed_to_are_used_and_left_running(home: Home) -> None:
    elsewhere = Home(home.path / "elsewhere").create()
    postgres = Postgres(elsewhere, secrets_of(elsewhere), is_throwaway=True)
    redis = Redis(elsewhere, is_throwaway=True)
    postgres.start()
    redis.start()
    ours = Home(home.path / "ours").create()
    admin = postgres.url("postgres", "postgres")
    try:
        with running(ours, DATABASE_URL=admin, REDIS_URL=redis.url, DEMO="0") as platform:
            assert platform.is_ready()
            assert not re.search(admin, webs_environment(platform))

        assert processes_of(ours) == []
        assert not (ours.path / "postgres").exists()
        assert postgres.is_running()
        assert redis.answers()
        districts = "select count(*) from reference_district"
        assert rows(postgres.url("postgres", "foshan_sli"), districts) == 5
    finally:
        redis.stop()
        postgres.stop()


def webs_environment(platform: Platform) -> str:
    """A web process that is broken into must find nobody's password but its own role's."""
    pid = platform.pids_of("gunicorn")[0]
    return Path(f"/proc/{pid}/environ").read_text()


def count(home: Home) -> int:
    """Starts the server if it has to."""
    postgres = Postgres(home, secrets_of(home))
    postgres.start()
    try:
        return rows(postgres.url("postgres", "foshan_sli"), COUNT)
    finally:
        postgres.stop()


def rows(url: str, question: str) -> int:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])
