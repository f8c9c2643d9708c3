"""Child processes that never outlive us: own group, and the kernel ends them when we die."""

import contextlib
import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from ops.refusal import Refusal

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
LARGEST_LOG = 10 * 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent
Process = subprocess.Popen[bytes]


def spawn(
    command: Sequence[str],
    *,
    output: IO[bytes] | int,
    environment: Mapping[str, str] | None = None,
    account: pwd.struct_passwd | None = None,
    folder: Path = ROOT,
    dies_with_us: signal.Signals | None = signal.SIGTERM,
) -> Process:
    """Its own session keeps the terminal's Ctrl-C from it: we stop our children in order."""
    parent = os.getpid()

    def before_exec() -> None:
        if dies_with_us is None:
            return
        # After the change of user, which clears it. The parent may be gone already.
        LIBC.prctl(PR_SET_PDEATHSIG, dies_with_us)
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder,
        start_new_session=True,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=before_exec,
    )


class Task:
    """A command begun now and finished later: silent when it works, else all it said."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], sentence: str):
        self.sentence = sentence
        self.output = TemporaryFile()  # noqa: SIM115
        self.process = spawn(command, output=self.output, environment=environment)

    def finish(self) -> None:
        try:
            returncode = self.process.wait()
        finally:
            self.abandon()
        if returncode:
            raise Refusal(f"{self.said()}\n{self.sentence}")

    def said(self) -> str:
        self.output.seek(0)
        return self.output.read().decode(errors="replace").rstrip()

    def abandon(self) -> None:
        end_group(self.process)


def stop(processes: Sequence[Process], how: signal.Signals, seconds: float) -> None:
    """Ask all at once, wait for all, then end whatever of their groups is left."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(how)
    deadline = time.monotonic() + seconds
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        end_group(process)


def end_group(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def is_alive(pid: int, mark: str) -> bool:
    """Whether its command line has the mark: the number may be somebody else's by now."""
    try:
        return mark in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return False


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def open_log(path: Path) -> IO[bytes]:
    """To append to; one that grew large in earlier starts makes room once."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LARGEST_LOG:
            path.rename(path.with_suffix(".log.1"))
    return path.open("ab")


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
