"""Where one installation keeps everything it writes: $SLI_HOME, .local unless told otherwise."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from ops.processes import ROOT
from ops.refusal import Refusal

# A socket's path holds 107 bytes at most, and the servers add their own file name.
LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True)
class Home:
    path: Path

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def media(self) -> Path:
        return self.path / "media"

    @property
    def static(self) -> Path:
        return self.path / "static"

    @property
    def redis(self) -> Path:
        return self.path / "redis"

    @property
    def accounts(self) -> Path:
        return self.path / "demo-accounts.json"

    def create(self) -> "Home":
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.refuse_a_strangers()
            for folder in (self.logs, self.media, self.redis):
                folder.mkdir(exist_ok=True, mode=0o700)
        except OSError as problem:
            raise Refusal(
                f"{self.path} cannot be used ({problem.strerror}):"
                " set SLI_HOME to a folder of your own."
            ) from None
        return self

    def refuse_a_strangers(self) -> None:
        """Not even root may use it: the servers demand folders of one owner."""
        if self.path.stat().st_uid != os.geteuid():
            raise Refusal(
                f"{self.path} belongs to another user: start as that user,"
                " or set SLI_HOME to a folder of your own."
            )


def home_from_environment() -> Home:
    return Home((ROOT / os.environ.get("SLI_HOME", ".local")).resolve())


def socket_folder(wanted: Path, owner: int) -> Path:
    """The folder itself, or a short one under /tmp that nobody else may have prepared for us."""
    folder = wanted
    if len(os.fsencode(wanted)) > LONGEST_SOCKET_FOLDER:
        name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
        folder = Path("/tmp") / f"sli-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {os.geteuid(), owner}:
        raise Refusal(f"{folder} belongs to someone else: delete it, or use a shorter SLI_HOME.")
    if found.st_uid != owner:
        os.chown(folder, owner, -1)
    return folder
