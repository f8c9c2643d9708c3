"""`make check`: everything a machine can check without a test, on two cores at once."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from secrets import token_urlsafe
from typing import NamedTuple

from ops.processes import ROOT
from ops.refusal import Refusal, ending
from ops.secrets import key

TOOLS = ROOT / ".venv" / "bin"
MANAGE = [sys.executable, "manage.py"]


class Step(NamedTuple):
    name: str
    command: list[str]


def tool(name: str, *arguments: str) -> list[str]:
    return [str(TOOLS / name), *arguments]


# Two lanes that take about as long as each other; in each the cheapest comes first.
LANES = (
    (
        Step("ruff check", tool("ruff", "check", ".")),
        Step("ruff format", tool("ruff", "format", "--check", ".")),
        Step("template format", tool("djangofmt", "--check", "templates")),
        Step("order of apps", tool("lint-imports")),
        Step("template lint", tool("djlint", "--lint", "--quiet", "templates")),
        Step("translations", [*MANAGE, "compile_catalogues", "--check"]),
        Step("deploy check", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]),
        Step("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
    ),
    (Step("types", tool("mypy")),),
)


def main() -> int:
    environment = production_like()
    with ThreadPoolExecutor(len(LANES)) as lanes:
        failed = list(chain(*lanes.map(lambda lane: failures(lane, environment), LANES)))
    if failed:
        raise Refusal(f"failed: {', '.join(failed)}")
    return 0


def failures(lane: tuple[Step, ...], environment: dict[str, str]) -> list[str]:
    return [step.name for step in lane if not passes(step, environment)]


def passes(step: Step, environment: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    is_fine = done.returncode == 0
    # One write, so that the other lane's lines cannot come between.
    line = f"  {'ok  ' if is_fine else 'FAIL'}  {step.name:<20}{seconds:6.1f} s\n"
    sys.stdout.write(line if is_fine else f"{line}{done.stdout.rstrip()}\n")
    sys.stdout.flush()
    return is_fine


def production_like() -> dict[str, str]:
    """The deploy check judges a production's settings, never those of this machine."""
    nowhere = {
        "DATABASE_URL": "postgres://app_rw:none@%2Fnonexistent/foshan_sli",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    production = {
        "SECRET_KEY": token_urlsafe(60),
        "FIELD_KEYS": f"k1:{key()}",
        "BLIND_INDEX_KEY": key(),
        "ALLOWED_HOSTS": "sli.example",
        "CSRF_TRUSTED_ORIGINS": "https://sli.example",
        "SITE_URL": "https://sli.example",
        "SECURE": "1",
        "DEBUG": "0",
        "DEMO": "0",
        "TRUSTED_PROXIES": "1",
    }
    return {**os.environ, **nowhere, **production}


if __name__ == "__main__":
    ending(main)
