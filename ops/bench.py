"""`make bench`: the measurements, on servers and a home of their own, kept between runs."""

import os
import shlex
import subprocess
import sys

from ops import libraries
from ops.environment import DATABASE
from ops.home import Home, home_from_environment
from ops.preparation import CATALOGUES, STATIC, prepare
from ops.processes import ROOT
from ops.refusal import ending
from ops.secrets import secrets_of
from ops.services import Services


def main() -> int:
    libraries.provide()
    usual = home_from_environment().create()
    home = Home(usual.path / "bench").create()
    # Roles belong to the whole server: one that we were pointed to knows one password for each.
    secrets = secrets_of(usual if os.environ.get("DATABASE_URL") else home)
    services = Services(home, secrets, database=f"{DATABASE}_bench")
    try:
        services.start()
        prepare(services, CATALOGUES, STATIC)
        measured = subprocess.run(
            [sys.executable, "-m", "benchmarks", *shlex.split(os.environ.get("ARGS", ""))],
            cwd=ROOT,
            env=services.administrator(),
            check=False,
        )
    finally:
        services.stop()
    return measured.returncode


if __name__ == "__main__":
    ending(main)
