"""`make reset`: stops what runs on a home and deletes it; `make test-stop` only the kept tests."""

import contextlib
import os
import shutil
import signal
import socket
import sys
from pathlib import Path

from ops.home import Home, home_from_environment
from ops.postgres import SHARED
from ops.processes import is_alive, wait_until
from ops.redis import Redis
from ops.refusal import Refusal, ending
from ops.test import kept_home


def main() -> int:
    kept = Home(kept_home())
    if kept.path.exists():
        stop_everything(kept)
        delete(kept)
    if sys.argv[1:] == ["tests"]:
        return 0
    home = home_from_environment()
    if home.path.exists():
        confirm(home)
        for each in (home, Home(home.path / "bench")):
            stop_everything(each)
            delete(each)
        sys.stdout.write(f"{home.path} is gone\n")
    return 0


def confirm(home: Home) -> None:
    if not (home.path / "secrets.json").exists() and any(home.path.iterdir()):
        raise Refusal(f"{home.path} is no home of this platform: nothing was deleted.")
    if os.environ.get("FORCE") == "1":
        return
    if not sys.stdin.isatty():
        raise Refusal(f"Nobody is here to ask: `FORCE=1 make reset` deletes {home.path}.")
    sys.stdout.write(f"Delete {home.path} with its database, files and keys? Type yes: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != "yes":
        raise Refusal("Nothing was deleted.")


def stop_everything(home: Home) -> None:
    end(written_number(home.path / "run.lock", word=1), "ops.run", signal.SIGTERM)
    data = (home.path / "postgres" / "data").resolve()
    end(written_number(data / "postmaster.pid", word=0), str(data), signal.SIGINT)
    if home.redis.exists():
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(Redis(home).socket))
            connection.sendall(b"SHUTDOWN NOSAVE\r\n")
            connection.recv(1)


def end(pid: int | None, mark: str, how: signal.Signals) -> None:
    if pid is None or not is_alive(pid, mark):
        return
    os.kill(pid, how)
    if not wait_until(lambda: not is_alive(pid, mark), 60):
        raise Refusal(f"Process {pid} does not stop: nothing was deleted.")


def written_number(path: Path, word: int) -> int | None:
    try:
        return int(path.read_text().split()[word])
    except (OSError, ValueError, IndexError):
        return None


def delete(home: Home) -> None:
    """The database may lie outside, where its user can reach it."""
    outside = (home.path / "postgres").resolve()
    if outside.is_relative_to(SHARED) and outside != SHARED:
        shutil.rmtree(outside, ignore_errors=True)
    if home.path.exists():
        shutil.rmtree(home.path)


if __name__ == "__main__":
    ending(main)
