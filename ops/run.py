"""`make run`: from whatever state the machine is in to a ready platform, in the foreground."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import time
import unicodedata
from collections.abc import Callable, Iterator
from types import FrameType

from ops import libraries
from ops.health import READY, readiness
from ops.home import Home, home_from_environment
from ops.preparation import CATALOGUES, STATIC, prepare
from ops.processes import tail
from ops.refusal import Refusal, ending
from ops.secrets import secrets_of
from ops.services import Services
from ops.supervisor import Child, children, look_after_all, say, stop_all

SECONDS_TO_ANSWER = 90
COLUMNS = ("role", "organisation", "login", "password")


def main() -> int:
    # SIGINT too: a shell that started us in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    home = home_from_environment().create()
    with only_launcher(home) as announce:
        port = free_port()
        announce(port)
        libraries.provide()
        try:
            serve(home, port)
        except KeyboardInterrupt:
            say("stopped")
    return 0


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def serve(home: Home, port: int) -> None:
    services = Services(home, secrets_of(home), port)
    watched: list[Child] = []
    try:
        services.start()
        prepare(services, CATALOGUES, STATIC, with_demo=demo_enterprises())
        watched = children(home, services.app())
        look_after_all(services, watched)
        wait_until_ready(services, watched)
        show_accounts(home)
        say(f"logs in {home.logs}; stop with Ctrl-C")
        say(f"ready http://127.0.0.1:{port}")
        while True:
            time.sleep(0.5)
            look_after_all(services, watched)
    finally:
        stop_all(watched)
        services.stop()


def demo_enterprises() -> int:
    """How large the demo city is; none where DEMO=0."""
    written = os.environ.get("DEMO_ENTERPRISES") or "300"
    if not written.isdigit():
        raise Refusal(f"DEMO_ENTERPRISES is {written!r}: write a whole number.")
    return 0 if os.environ.get("DEMO") == "0" else int(written)


@contextlib.contextmanager
def only_launcher(home: Home) -> Iterator[Callable[[int], None]]:
    """Two on one home would be two clocks ringing for the same jobs."""
    path = home.path / "run.lock"
    with path.open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            raise Refusal(
                f"It runs already, {held.read().strip()}: stop that one,"
                " or give this one its own SLI_HOME and PORT."
            ) from None

        def announce(port: int) -> None:
            held.truncate(0)
            held.write(f"process {os.getpid()} at http://127.0.0.1:{port}")
            held.flush()

        yield announce


def free_port() -> int:
    written = os.environ.get("PORT") or "8000"
    if not written.isdigit() or not 0 < int(written) < 65536:
        raise Refusal(f"PORT is {written!r}: write a number from 1 to 65535.")
    port = int(written)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refusal(f"Port {port} is for root alone: choose one from 1024.") from None
        except OSError:
            raise Refusal(
                f"Port {port} is in use by another program:"
                f" choose another, `make run PORT={port + 1}`."
            ) from None
    return port


def wait_until_ready(services: Services, watched: list[Child]) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while (answer := readiness(services.port)) != READY:
        if time.monotonic() > deadline:
            web = watched[0].log
            raise Refusal(f"{tail(web)}\nThe platform is not ready ({answer}): see {web}.")
        time.sleep(0.1)
        look_after_all(services, watched)


def show_accounts(home: Home) -> None:
    if not home.accounts.exists():
        return
    accounts = json.loads(home.accounts.read_text())
    rows = [COLUMNS, *([str(account[column]) for column in COLUMNS] for account in accounts)]
    widths = [max(width(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        cells = zip(row, widths, strict=True)
        say("  ".join(cell + " " * (wide - width(cell)) for cell, wide in cells).rstrip())


def width(text: str) -> int:
    """In terminal columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


if __name__ == "__main__":
    ending(main)
