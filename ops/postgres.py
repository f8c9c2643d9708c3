"""An own Postgres in the installation's folder, reached through a Unix socket alone."""

import contextlib
import locale
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg2

from ops import binaries
from ops.home import Home, socket_folder
from ops.processes import Process, is_alive, lock, open_log, spawn, stop, wait_until
from ops.refusal import Refusal
from ops.secrets import Secrets

PORT = 5432  # names the socket file; nothing listens on the network
SHARED = Path("/var/lib/foshan-sli")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "random_page_cost": "1.1",  # no disk has to turn
    "jit": "off",  # compiling takes longer than any of our statements
}
# Tests throw their database away, so nothing need survive a power cut.
UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# What a server says while the one before it is still leaving.
LEAVING = ("still in use", "already exists", "Is another postmaster")


@dataclass
class Postgres:
    home: Home
    secrets: Secrets
    is_throwaway: bool = False
    outlives_us: bool = False
    process: Process | None = None
    account: pwd.struct_passwd | None = field(init=False)
    folder: Path = field(init=False)
    log_begins_at: int = 0

    def __post_init__(self) -> None:
        self.account = account_for_servers()
        self.folder = self.place()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.home.logs / "postgres.log"

    @property
    def sockets(self) -> Path:
        owner = self.account.pw_uid if self.account else os.geteuid()
        return socket_folder(self.folder / "socket", owner)

    def place(self) -> Path:
        """Inside the home; where our unprivileged user cannot go there, a link leads outside."""
        wanted = self.home.path / "postgres"
        if wanted.is_symlink():
            return self.owned(wanted.resolve())
        if binaries.reachable_by(self.account, self.home.path):
            return self.owned(wanted)
        if wanted.exists() and self.account:
            raise Refusal(
                f"{wanted} is closed to the user {self.account.pw_name}: open its parents."
            )
        outside = SHARED / self.secrets.installation
        SHARED.mkdir(exist_ok=True, mode=0o755)
        wanted.symlink_to(outside)
        return self.owned(outside)

    def owned(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True, mode=0o700)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        elif folder.stat().st_uid != os.geteuid():
            raise Refusal(
                f"{folder} was made by another user: start as that user,"
                " or set SLI_HOME to a folder of your own."
            )
        return folder

    def start(self) -> None:
        """However many start at once, one server runs; the others use it."""
        with lock(self.home.path / "postgres.lock"):
            folder = self.binaries()
            if not (self.data / "PG_VERSION").exists():
                self.initialise(folder)
            if not self.is_running():
                self.launch(folder)
            self.wait_for_answer(folder)

    def binaries(self) -> Path:
        with contextlib.suppress(OSError):
            written_by = int((self.data / "PG_VERSION").read_text())
            return self.usable(binaries.postgres_folder(written_by))
        return self.usable(binaries.postgres_folder(None))

    def usable(self, folder: Path) -> Path:
        return binaries.within_reach(folder, self.account, copies=self.folder)

    def initialise(self, folder: Path) -> None:
        """Under another name first: a start that was interrupted leaves nothing half made."""
        partial = self.folder / "data.partial"
        password = self.folder / "password"
        shutil.rmtree(partial, ignore_errors=True)
        password.write_text(self.secrets.admin_password)
        password.chmod(0o600)
        if self.account:
            os.chown(password, self.account.pw_uid, self.account.pw_gid)
        command = [str(folder / "initdb"), "-D", str(partial), "-U", "postgres"]
        command += [f"--pwfile={password}", "--auth=scram-sha-256"]
        options = ["--encoding=UTF8", f"--locale={usable_locale()}"]
        options += ["--no-sync"] if self.is_throwaway else ["--data-checksums"]
        made = subprocess.run(
            [*command, *options],
            user=self.account.pw_uid if self.account else None,
            group=self.account.pw_gid if self.account else None,
            extra_groups=[] if self.account else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        password.unlink()
        if made.returncode:
            raise Refusal(f"PostgreSQL could not make its data folder: {made.stderr.strip()}")
        partial.rename(self.data)

    def launch(self, folder: Path) -> None:
        self.forget_a_reused_number()
        settings = {**SETTINGS, **(UNSAFE_SETTINGS if self.is_throwaway else {})}
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [str(folder / "postgres"), "-D", str(self.data), "-p", str(PORT)]
        with open_log(self.log) as log:
            self.log_begins_at = log.tell()
            self.process = spawn(
                [*command, "-k", str(self.sockets), *options],
                output=log,
                account=self.account,
                folder=Path("/"),
                # A fast shutdown: it does not wait for the clients that are leaving as well.
                dies_with_us=None if self.outlives_us else signal.SIGINT,
            )

    def forget_a_reused_number(self) -> None:
        """Otherwise the file stays: it is what keeps a second server off a live one's memory."""
        pid = self.written_pid()
        if pid is not None and Path(f"/proc/{pid}").exists() and not is_alive(pid, str(self.data)):
            self.pid_file.unlink()

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def written_pid(self) -> int | None:
        try:
            return int(self.pid_file.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def is_running(self) -> bool:
        if self.process is not None:
            return self.process.poll() is None
        pid = self.written_pid()
        return pid is not None and is_alive(pid, str(self.data))

    def wait_for_answer(self, folder: Path) -> None:
        """Recovery after a crash may take its time; a dead server is started again if it may."""
        answer = ""

        def answers() -> bool:
            nonlocal answer
            try:
                psycopg2.connect(self.url("postgres", "postgres")).close()
            except psycopg2.OperationalError as refusal:
                answer = str(refusal).strip()
            else:
                return True
            if "password authentication failed" in answer:
                raise Refusal(
                    f"{self.data} was made with other secrets than {self.home.path}/secrets.json:"
                    " put the right file back, or begin anew with `make reset`."
                )
            if not self.is_running():
                self.refuse_unless_it_may_pass()
                time.sleep(0.2)
                self.launch(folder)
            return False

        if not wait_until(answers, 120):
            raise Refusal(f"PostgreSQL does not answer ({answer}): see {self.log}.")

    def refuse_unless_it_may_pass(self) -> None:
        if self.process is None:
            return
        with self.log.open(errors="replace") as log:
            log.seek(self.log_begins_at)
            words = log.read().strip()
        if not any(phrase in words for phrase in LEAVING):
            reason = (words.splitlines() or ["it said nothing"])[-1]
            raise Refusal(f"PostgreSQL stopped while starting ({reason}): see {self.log}.")

    def stop(self) -> None:
        """Only what we started; a server that we found running belongs to its own launcher."""
        if self.process is not None:
            stop([self.process], signal.SIGINT, 30)
            self.process = None

    def url(self, user: str, database: str) -> str:
        password = {
            "postgres": self.secrets.admin_password,
            "app_owner": self.secrets.owner_password,
            "app_rw": self.secrets.app_password,
        }[user]
        socket = quote(str(self.sockets), safe="")
        return f"postgres://{user}:{password}@{socket}:{PORT}/{database}"


def account_for_servers() -> pwd.struct_passwd | None:
    """Postgres refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Refusal("PostgreSQL will not run as root and here is no user `nobody`: start as a user.")


def usable_locale() -> str:
    kept = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_ALL, kept)
    return "C.UTF-8"
