"""Run by the system's Python, however old: makes .venv, fills it, and hands over to it."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from ops import debian
from ops.refusal import Refusal, ending

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".requirements"
FILES = {  # each holds all of the one before it
    "run": ROOT / "requirements.txt",
    "dev": ROOT / "requirements-dev.txt",
    "bench": ROOT / "requirements-bench.txt",
}
NEEDS = {"bench": "bench", "check": "dev", "dev": "dev", "test": "dev"}
PR_SET_PDEATHSIG = 1


def main() -> int:
    command = sys.argv[1]
    die_with_make()
    ensure_environment(NEEDS.get(command, "run"))
    if command != "dev":
        hand_over(sys.argv[1:])
    return 0


def hand_over(arguments: list[str]) -> NoReturn:
    path = f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path}
    environment.pop("PYTHONHOME", None)
    os.chdir(ROOT)
    command = [str(PYTHON), "-m", f"ops.{arguments[0]}", *arguments[1:]]
    os.execve(PYTHON, command, environment)  # noqa: S606


def die_with_make() -> None:
    """A make that was killed outright cannot pass the signal on; the setting survives exec."""
    if "MAKELEVEL" in os.environ:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def ensure_environment(wanted: str) -> None:
    if is_filled(wanted):
        return
    with one_at_a_time():
        if is_filled(wanted):
            return
        # Never take a developer's tools away because the platform alone was started.
        kind = max(wanted, stamped_kind(), key=reach)
        say(f"installing {FILES[kind].name} into .venv …")
        if not runs(PYTHON):
            make_environment()
        fill_environment(FILES[kind])
        STAMP.write_text(f"{kind} {digest(kind)}\n")


def is_filled(wanted: str) -> bool:
    kind = stamped_kind()
    if reach(kind) < reach(wanted):
        return False
    return STAMP.read_text().split()[1:] == [digest(kind)] and runs(PYTHON)


def reach(kind: str) -> int:
    """How much an environment holds; an unknown one holds nothing."""
    return [*FILES].index(kind) if kind in FILES else -1


def stamped_kind() -> str:
    try:
        return STAMP.read_text().split()[0]
    except (OSError, IndexError):
        return ""


def digest(kind: str) -> str:
    return hashlib.sha256(FILES[kind].read_bytes()).hexdigest()


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    try:
        VENV.mkdir(exist_ok=True)
        lock = (VENV / ".lock").open("w")
    except PermissionError:
        raise Refusal(
            f"{VENV} belongs to another user and is out of date: start as that user, or delete it."
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    STAMP.unlink(missing_ok=True)
    python = suitable_python()
    uv = shutil.which("uv")
    if uv:
        run([uv, "venv", "--quiet", "--allow-existing", "--python", python, str(VENV)])
        return
    made = attempt([python, "-m", "venv", str(VENV)])
    if made.returncode and "ensurepip" in made.stdout + made.stderr:
        provide_venv()
        made = attempt([python, "-m", "venv", str(VENV)])
    refuse_if_failed(made)


def provide_venv() -> None:
    package = "python3-venv"
    if debian.can_install():
        debian.install([package])
        return
    way_out = debian.command([package]) or "install Python's venv and ensurepip modules"
    raise Refusal(f"Python's venv module is incomplete here: `{way_out}`, then start again.")


def fill_environment(requirements: Path) -> None:
    uv = shutil.which("uv")
    if uv:
        sync = [uv, "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes"]
        run([*sync, str(requirements)])
        return
    if attempt([str(PYTHON), "-m", "pip", "--version"]).returncode:
        run([suitable_python(), "-m", "venv", str(VENV)])
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*install, "--no-input", "--require-hashes", "-r", str(requirements)])


def suitable_python() -> str:
    """The first Python from 3.11 on: the one named, ours, then those on PATH, newest first."""
    named = os.environ.get("SLI_PYTHON")
    candidates = [named] if named else [sys.executable, "python3", *on_path()]
    for candidate in candidates:
        if candidate and is_recent(candidate):
            return candidate
    found = ".".join(str(part) for part in sys.version_info[:3])
    way_out = debian.command(["python3", "python3-venv"]) or "install it"
    raise Refusal(
        f"Python 3.11 or newer is needed and only {found} was found: `{way_out}`,"
        " or name one with SLI_PYTHON=/path/to/python3."
    )


def on_path() -> list[str]:
    return [f"python3.{minor}" for minor in range(19, 10, -1)]


def is_recent(python: str) -> bool:
    # Asked of the program itself: a pyenv shim is on PATH for versions it does not run.
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return attempt([python, "-c", question]).returncode == 0
    except OSError:
        return False


def runs(python: Path) -> bool:
    """False also for an environment whose Python was removed, or that was copied here."""
    try:
        asked = attempt([str(python), "-c", "import sys; print(sys.prefix)"])
    except OSError:
        return False
    return asked.stdout.strip() == str(VENV)


def attempt(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(VENV)}
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def run(command: list[str]) -> None:
    refuse_if_failed(attempt(command))


def refuse_if_failed(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise Refusal(
            f"`{' '.join(done.args)}` failed, its last words are above:"
            " check the network and the package index, then start again."
        )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    ending(main)
