"""Homes of their own for the launcher's tests, and a look at what processes they leave."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.home import Home
from ops.processes import ROOT
from ops.reset import delete, stop_everything

# This very test run has servers and keys too, which the launcher under test must not see.
NOT_INHERITED = (
    *("ARGS", "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "PORT"),
    *("SECRET_KEY", "FIELD_KEYS", "BLIND_INDEX_KEY", "SLI_HOME", "MEDIA_ROOT", "STATIC_ROOT"),
    *("DEMO", "SECURE", "SITE_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "MAKELEVEL"),
    *("DJANGO_SETTINGS_MODULE", "KEEP", "FORCE", "TEST_TEMPLATE_DATABASE"),
)


@pytest.fixture
def home() -> Iterator[Home]:
    """Under /tmp, since root's Postgres runs as another user who must be able to go there."""
    path = Path(tempfile.mkdtemp(prefix="sli-ops-", dir="/tmp"))
    path.chmod(0o711)
    home = Home(path).create()
    yield home
    stop_everything(home)
    delete(home)


def clean_environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return {**kept, **changes}


def launcher(module: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run one of the launcher's modules to its end, which is expected soon."""
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=clean_environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line it ended with; anything longer, or a success, is no refusal."""
    assert done.returncode == 1, done
    (line,) = done.stderr.splitlines()
    return line


def processes_of(home: Home) -> list[str]:
    """Whatever still runs for that home; the dead that nobody has collected do not count."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(home.path).encode() in words and int(folder.name) != os.getpid():
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """Nobody but its owner may enter."""
    path = Path(tempfile.mkdtemp(prefix="sli-closed-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)
