"""One Postgres per home: however it is started, killed or found."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg2
import pytest

from ops.home import LONGEST_SOCKET_FOLDER, Home
from ops.postgres import SHARED, Postgres
from ops.processes import ROOT
from ops.refusal import Refusal
from ops.reset import delete
from ops.secrets import secrets_of
from tests.ops.conftest import clean_environment, eventually, processes_of

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock]
AS_ROOT = os.geteuid() == 0
STARTS_AND_WAITS = """
import sys
from pathlib import Path
from ops.home import Home
from ops.postgres import Postgres
from ops.secrets import secrets_of
home = Home(Path(sys.argv[1]))
postgres = Postgres(home, secrets_of(home))
postgres.start()
print(postgres.written_pid(), flush=True)
sys.stdin.read()
postgres.stop()
"""


def answer(postgres: Postgres, question: str) -> object:
    with (
        closing(psycopg2.connect(postgres.url("postgres", "postgres"))) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def started_beside(home: Home) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_WAITS, str(home.path)],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_four_starts_at_once_give_one_server_that_leaves_with_its_launcher(home: Home) -> None:
    with ExitStack() as stack:
        starts = [stack.enter_context(started_beside(home)) for _ in range(4)]

        numbers = {start.stdout.readline() for start in starts if start.stdout}

        for start in starts:
            start.communicate()
    (number,) = numbers
    assert number.strip().isdigit()
    assert processes_of(home) == []


@pytest.mark.slow
def test_a_launcher_that_is_killed_outright_leaves_no_server(home: Home) -> None:
    with started_beside(home) as start:
        assert start.stdout
        assert start.stdout.readline().strip().isdigit()

        start.kill()

    assert eventually(lambda: processes_of(home) == [])


@pytest.mark.slow
def test_a_killed_server_comes_back_with_what_was_committed(home: Home) -> None:
    postgres = Postgres(home, secrets_of(home))
    postgres.start()
    answer(postgres, "create table kept as select 42 as number")
    os.kill(postgres.written_pid() or 0, signal.SIGKILL)
    assert eventually(lambda: not postgres.is_running())

    postgres.start()

    assert answer(postgres, "select number from kept") == 42
    postgres.stop()


@pytest.mark.slow
def test_the_binaries_of_the_wheel_serve_too(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLI_PG_BIN", "wheel")
    postgres = Postgres(home, secrets_of(home))

    postgres.start()

    assert answer(postgres, "select current_setting('server_version_num')::int >= 180000") is True
    assert answer(postgres, "select lower('ÄÖ')") == "äö"
    postgres.stop()


@pytest.mark.slow
def test_a_number_in_the_pid_file_that_is_now_someone_elses_does_not_stop_the_start(
    home: Home,
) -> None:
    postgres = Postgres(home, secrets_of(home), is_throwaway=True)
    postgres.start()
    lines = postgres.pid_file.read_text().splitlines()
    postgres.stop()
    postgres.pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    postgres.start()

    assert answer(postgres, "select 1") == 1
    postgres.stop()


@pytest.mark.slow
def test_other_secrets_than_the_data_was_made_with_are_named(home: Home) -> None:
    postgres = Postgres(home, secrets_of(home), is_throwaway=True)
    postgres.start()
    postgres.stop()
    (home.path / "secrets.json").unlink()
    stranger = Postgres(home, secrets_of(home), is_throwaway=True)

    with pytest.raises(Refusal, match=r"was made with other secrets than .*secrets\.json"):
        stranger.start()

    stranger.stop()


@pytest.mark.slow
def test_a_long_path_moves_the_socket_alone_to_a_short_one(home: Home) -> None:
    deep = home.path / ("x" * 90)
    deep.mkdir()
    long = Home(deep).create()
    postgres = Postgres(long, secrets_of(long), is_throwaway=True)

    postgres.start()

    assert len(str(postgres.sockets)) <= LONGEST_SOCKET_FOLDER
    assert answer(postgres, "select current_setting('data_directory')") == str(
        deep / "postgres/data"
    )
    postgres.stop()
    postgres.sockets.rmdir()


@pytest.mark.slow
@pytest.mark.skipif(not AS_ROOT, reason="only root's server runs as another user")
def test_a_home_closed_to_the_servers_user_leads_to_a_folder_outside(closed_folder: Path) -> None:
    home = Home(closed_folder / "home").create()
    postgres = Postgres(home, secrets_of(home), is_throwaway=True)

    postgres.start()

    assert postgres.folder.parent == SHARED
    assert (home.path / "postgres").resolve() == postgres.folder
    assert answer(postgres, "select 1") == 1
    postgres.stop()
    delete(home)
    assert not postgres.folder.exists()


def test_data_of_a_version_that_is_not_here_is_refused_with_the_package(home: Home) -> None:
    postgres = Postgres(home, secrets_of(home))
    postgres.data.mkdir()
    (postgres.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(Refusal, match=r"written by PostgreSQL 12 and here is .*postgresql-12"):
        postgres.start()


def test_secrets_are_made_once_and_for_their_owner_alone(home: Home) -> None:
    first = secrets_of(home)

    assert secrets_of(home) == first
    assert (home.path / "secrets.json").stat().st_mode & 0o777 == 0o600
