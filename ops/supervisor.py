"""Keeps web, worker and beat alive until we are told to stop, then leaves nothing behind."""

import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.home import Home
from ops.processes import Process, end_group, open_log, spawn, stop
from ops.services import Services

LONGEST_PAUSE = 30.0
CALM_AFTER = 60.0
SECONDS_TO_STOP = 10.0


@dataclass
class Child:
    name: str
    command: list[str]
    log: Path
    environment: Mapping[str, str]
    process: Process | None = None
    started_at: float = 0.0
    pause: float = 0.5
    due_at: float = 0.0

    def start(self) -> None:
        with open_log(self.log) as log:
            self.process = spawn(self.command, output=log, environment=self.environment)
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        """A child that dies again and again is started ever less often."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due_at:
                self.start()
            return
        if self.process.poll() is None:
            return
        code = self.process.returncode
        end_group(self.process)
        self.process = None
        calm = now - self.started_at > CALM_AFTER
        self.pause = 0.5 if calm else min(self.pause * 2, LONGEST_PAUSE)
        self.due_at = now + self.pause
        say(f"{self.name} ended ({code}); again in {self.pause:.0f} s, see {self.log}")


# Browsers come here without nginx before us. They open connections ahead of need, and each would
# keep a process of one thread waiting.
FOR_BROWSERS = {"WEB_WORKERS": "3", "WEB_THREADS": "2"}


def children(home: Home, environment: Mapping[str, str]) -> list[Child]:
    celery = [sys.executable, "-m", "celery", "-A", "foshan_sli.celery:app"]
    schedule = str(home.path / "beat-schedule")
    commands = {
        "web": [
            *(sys.executable, "-m", "gunicorn", "-c", "python:ops.gunicorn_settings"),
            "foshan_sli.wsgi:application",
        ],
        "worker": [*celery, "worker", "--concurrency=2", "--loglevel=INFO"],
        "beat": [*celery, "beat", "--loglevel=INFO", f"--schedule={schedule}", "--pidfile="],
    }
    environments = {"web": {**FOR_BROWSERS, **environment}}
    return [
        Child(name, command, home.logs / f"{name}.log", environments.get(name, environment))
        for name, command in commands.items()
    ]


def look_after_all(services: Services, watched: list[Child]) -> None:
    for name in services.keep_running():
        say(f"{name} had ended and was started again")
    for child in watched:
        child.look_after()


def stop_all(watched: list[Child]) -> None:
    """No second signal may interrupt this; its time is bounded."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    running = [child.process for child in watched if child.process is not None]
    stop(running, signal.SIGTERM, SECONDS_TO_STOP)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
