"""`make reset` takes everything of one home, and nothing else."""

import pytest

from ops.home import Home
from ops.postgres import Postgres
from ops.redis import Redis
from ops.secrets import secrets_of
from tests.ops.conftest import eventually, launcher, processes_of, sentence

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock]


def reset(home: Home, folder: Home, **changes: str) -> str:
    """Its own SLI_TEST_HOME keeps it from the servers of this very test run."""
    done = launcher("ops.reset", SLI_HOME=str(folder.path), SLI_TEST_HOME=str(home.path), **changes)
    return done.stdout if done.returncode == 0 else sentence(done)


@pytest.mark.slow
def test_servers_are_stopped_and_their_home_is_gone(home: Home) -> None:
    ours = Home(home.path / "ours").create()
    postgres = Postgres(ours, secrets_of(ours), is_throwaway=True)
    redis = Redis(ours, is_throwaway=True)
    postgres.start()
    redis.start()

    assert reset(home, ours, FORCE="1") == f"{ours.path} is gone\n"

    assert not ours.path.exists()
    postgres.stop()
    redis.stop()
    assert eventually(lambda: processes_of(ours) == [])


def test_nothing_is_deleted_where_nobody_can_be_asked(home: Home) -> None:
    ours = Home(home.path / "ours").create()
    secrets_of(ours)

    assert reset(home, ours) == f"Nobody is here to ask: `FORCE=1 make reset` deletes {ours.path}."
    assert ours.path.exists()


def test_a_folder_that_is_something_else_is_left_alone(home: Home) -> None:
    precious = Home(home.path / "precious")
    (precious.path / "photos").mkdir(parents=True)

    assert reset(home, precious, FORCE="1") == (
        f"{precious.path} is no home of this platform: nothing was deleted."
    )
    assert (precious.path / "photos").exists()
