"""The web server as production runs it, on a port of its own."""

import http.client
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ops.processes import open_log, spawn, stop, tail

SECONDS_TO_START = 60


@contextmanager
def running(environment: Mapping[str, str], log: Path) -> Iterator[int]:
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    settings = {"PORT": str(port), "SITE_URL": site, "CSRF_TRUSTED_ORIGINS": site, "SECURE": "0"}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:ops.gunicorn_settings"]
    with open_log(log) as output:
        process = spawn(
            [*command, "foshan_sli.wsgi:application"],
            output=output,
            environment={**environment, **settings},
        )
    try:
        wait(port, log)
        yield port
    finally:
        stop([process], signal.SIGTERM, 10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit(f"{tail(log)}\nThe web server does not answer: see {log}.")
