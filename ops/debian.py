"""Debian packages: installed when we are root, otherwise named in the command to type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable

from ops.refusal import Refusal


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def command(packages: Iterable[str]) -> str:
    """What a person types; empty where this is no Debian or Ubuntu."""
    if shutil.which("apt-get") is None:
        return ""
    become_root = "" if os.geteuid() == 0 else "sudo "
    return f"{become_root}apt-get install -y --no-install-recommends {' '.join(packages)}"


def install(packages: Iterable[str]) -> None:
    wanted = list(packages)
    sys.stdout.write(f"installing {' '.join(wanted)} …\n")
    sys.stdout.flush()
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A failing update is no reason to stop: one foreign source may be down and the package known.
    subprocess.run(["apt-get", "update", "-qq"], env=environment, capture_output=True, check=False)
    installed = subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode:
        reason = (installed.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Refusal(f"`{command(wanted)}` failed ({reason}): run it by hand, then start again.")
