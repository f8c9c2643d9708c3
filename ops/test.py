"""`make test`: throwaway servers, one prepared template database, the checks, then pytest."""

import hashlib
import os
import shlex
import shutil
import signal
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from types import FrameType

import psycopg2

from ops import browser, libraries
from ops.home import Home, home_from_environment
from ops.preparation import CATALOGUES, SCHEMA_SOURCES, Stamps, digest, prepare
from ops.processes import ROOT, Task, end_group, spawn
from ops.refusal import Refusal, ending
from ops.secrets import secrets_of
from ops.services import Services

TEMPLATE = "foshan_sli_template"


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    arguments = shlex.split(os.environ.get("ARGS", ""))
    libraries.provide()
    chromium = browser.provide()
    is_kept = os.environ.get("KEEP") == "1"
    home = Home(kept_home() if is_kept else throwaway_home()).create()
    # Roles belong to the whole server: one that we were pointed to knows one password for each.
    keeper = home_from_environment().create() if os.environ.get("DATABASE_URL") else home
    services = Services(home, secrets_of(keeper), 0, TEMPLATE, True, is_kept)
    # Someone who runs a few tests again and again wants those and nothing else.
    checks = None if arguments else begin_checks()
    try:
        services.start()
        prepare_template(services)
        if checks:
            checks.finish()
            sys.stdout.write(checks.said() + "\n")
            sys.stdout.flush()
        return run_pytest(arguments, {**for_tests(services), "CHROMIUM": chromium})
    finally:
        if checks:
            checks.abandon()
        if not is_kept:
            leave_clean(services)
            services.stop()
            shutil.rmtree(home.path, ignore_errors=True)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def throwaway_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="sli-test-", dir=base_folder()))
    # Root's Postgres runs as another user, who must be able to walk through.
    home.chmod(0o711)
    return home


def kept_home() -> Path:
    name = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    return base_folder() / f"sli-kept-{os.geteuid()}-{name}"


def base_folder() -> Path:
    return Path(os.environ.get("SLI_TEST_HOME") or "/tmp")


def begin_checks() -> Task:
    return Task(
        [sys.executable, "-m", "ops.check"], os.environ, "The checks failed, so no test was run."
    )


def prepare_template(services: Services) -> None:
    """Made anew unless it was kept from a run on the very same sources."""
    stamps = Stamps(services.urls.owner)
    if stamps.read().get("schema") != digest(*SCHEMA_SOURCES):
        drop_template(services.urls.admin)
    prepare(services, CATALOGUES)


def drop_template(admin_url: str | None) -> None:
    if admin_url is None:
        raise Refusal("Tests make databases: set DATABASE_ADMIN_URL too.")
    with closing(psycopg2.connect(admin_url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"drop database if exists {TEMPLATE} with (force)")


def leave_clean(services: Services) -> None:
    """On a server that is not ours: the tests' arranger walks past row-level security."""
    if services.postgres is None and services.urls.admin:
        drop_template(services.urls.admin)
        with closing(psycopg2.connect(services.urls.admin)) as connection:
            connection.autocommit = True
            connection.cursor().execute("drop role if exists test_arranger")


def for_tests(services: Services) -> dict[str, str]:
    return {
        **services.administrator(),
        "DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "foshan_sli.settings_test",
        "TEST_TEMPLATE_DATABASE": TEMPLATE,
    }


def run_pytest(arguments: list[str], environment: dict[str, str]) -> int:
    workers = os.environ.get("TEST_WORKERS", "2")
    command = [sys.executable, "-m", "pytest", "-n", workers, *arguments]
    process = spawn(command, output=sys.stdout.fileno(), environment=environment)
    try:
        return process.wait()
    finally:
        end_group(process)


if __name__ == "__main__":
    ending(main)
