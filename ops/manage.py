"""`make manage ARGS=…`: one management command against this installation's own servers."""

import os
import shlex
import subprocess
import sys

from ops.home import home_from_environment
from ops.preparation import CATALOGUES, MANAGE, prepare
from ops.refusal import Refusal, ending
from ops.secrets import secrets_of
from ops.services import Services


def main() -> int:
    arguments = shlex.split(os.environ.get("ARGS", ""))
    if not arguments:
        raise Refusal('Say which command: make manage ARGS="load_demo --enterprises 20000".')
    home = home_from_environment().create()
    services = Services(home, secrets_of(home))
    try:
        services.start()
        prepare(services, CATALOGUES)
        environment = services.owner() if os.environ.get("OWNER") else services.app()
        done = subprocess.run([sys.executable, MANAGE, *arguments], env=environment, check=False)
    finally:
        services.stop()
    return done.returncode


if __name__ == "__main__":
    ending(main)
