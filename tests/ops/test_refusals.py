"""What keeps the platform from starting is said in one sentence, with what to do about it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ops.home import Home
from ops.processes import ROOT
from tests.ops.conftest import clean_environment, free_port, launcher, sentence

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock]

APT_GET = '#!/bin/sh\necho "$*" >> "$APT_LOG"\n'


def test_a_busy_port_is_named_with_another_to_try(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        done = launcher("ops.run", SLI_HOME=str(home.path), PORT=str(port))

    assert sentence(done) == (
        f"Port {port} is in use by another program: choose another, `make run PORT={port + 1}`."
    )


def test_a_port_that_is_no_number_is_refused(home: Home) -> None:
    done = launcher("ops.run", SLI_HOME=str(home.path), PORT="http")

    assert sentence(done) == "PORT is 'http': write a number from 1 to 65535."


def test_a_home_that_is_no_folder_is_refused(home: Home) -> None:
    file = home.path / "file"
    file.touch()

    done = launcher("ops.run", SLI_HOME=str(file))

    assert sentence(done) == (
        f"{file} cannot be used (File exists): set SLI_HOME to a folder of your own."
    )


def test_a_missing_library_is_named_where_nothing_can_install_it(home: Home) -> None:
    """A file of that name which is no library: what the loader finds first, it fails on."""
    (home.path / "libharfbuzz-subset.so.0").touch()

    done = launcher(
        "ops.run",
        SLI_HOME=str(home.path),
        PORT=free_port(),
        LD_LIBRARY_PATH=str(home.path),
        PATH="/nonexistent",
    )

    assert sentence(done).startswith(
        "PDF pages need harfbuzz-subset, which cannot be loaded: install them"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
def test_root_has_a_missing_library_installed(home: Home) -> None:
    (home.path / "libpangoft2-1.0.so.0").touch()
    apt_get = home.path / "apt-get"
    apt_get.write_text(APT_GET)
    apt_get.chmod(0o755)

    done = launcher(
        "ops.run",
        SLI_HOME=str(home.path),
        PORT=free_port(),
        LD_LIBRARY_PATH=str(home.path),
        PATH=f"{home.path}:/usr/bin:/bin",
        APT_LOG=str(home.path / "apt.log"),
    )

    assert (home.path / "apt.log").read_text().splitlines() == [
        "update -qq",
        "install -y -qq --no-install-recommends libpangoft2-1.0-0",
    ]
    assert "type `apt-get install -y --no-install-recommends libpangoft2-1.0-0`" in sentence(done)


def test_a_database_address_that_leads_nowhere_is_refused(home: Home) -> None:
    url = "postgres://admin:secret@127.0.0.1:1/postgres"

    done = launcher("ops.run", SLI_HOME=str(home.path), PORT=free_port(), DATABASE_URL=url)

    refusal = sentence(done)
    assert refusal.startswith("DATABASE_URL leads to no database (")
    assert "secret" not in refusal


def test_a_database_user_who_may_not_make_roles_is_refused(home: Home) -> None:
    done = launcher(
        "ops.run",
        SLI_HOME=str(home.path),
        PORT=free_port(),
        DATABASE_URL=os.environ["DATABASE_URL"],
    )

    assert sentence(done) == (
        "DATABASE_URL logs in as app_rw, which may not create roles and databases:"
        " give an administrator's, or set DATABASE_OWNER_URL too (docs/operations.md)."
    )


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("SECRET_KEY", "", "Set SECRET_KEY in the environment before starting."),
        ("SECRET_KEY", "short", "SECRET_KEY has 5 characters"),
        ("FIELD_KEYS", "k1:abc", "FIELD_KEYS must be 32 random bytes in base64"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must look like postgres://"),
        ("SECURE", "yes", "SECURE is 'yes': write 0 (off) or 1 (on)."),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name the site's own hosts"),
    ],
)
def test_a_missing_or_unsafe_setting_ends_in_one_sentence(
    setting: str, value: str, told: str
) -> None:
    production = {
        "SECRET_KEY": "s" * 60,
        "FIELD_KEYS": f"k1:{'A' * 43}=",
        "BLIND_INDEX_KEY": f"{'A' * 43}=",
        "DATABASE_URL": "postgres://app_rw:x@localhost/foshan_sli",
        "REDIS_URL": "redis://localhost",
        "ALLOWED_HOSTS": "sli.example",
        "SITE_URL": "https://sli.example",
    }

    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check"],
        env=clean_environment(**{**production, setting: value}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert sentence(done).startswith(told)


def test_an_old_python_is_refused_with_what_to_install(tmp_path: Path) -> None:
    clone = a_clone(tmp_path)

    done = bootstrapped(clone, SLI_PYTHON="/bin/false")

    assert sentence(done).startswith("Python 3.11 or newer is needed and only ")


@pytest.mark.slow
def test_the_environment_is_made_once_and_made_anew_when_requirements_change(
    tmp_path: Path,
) -> None:
    clone = a_clone(tmp_path)
    (clone / "ops" / "run.py").write_text("import sys\nprint(sys.prefix)\n")
    installing = "installing requirements.txt into .venv …\n"
    inside = f"{clone}/.venv\n"

    assert bootstrapped(clone).stdout == installing + inside
    assert bootstrapped(clone).stdout == inside
    (clone / "requirements.txt").write_text("# changed\n")
    assert bootstrapped(clone).stdout == installing + inside


def a_clone(folder: Path) -> Path:
    """The launcher alone, with nothing to install."""
    (folder / "ops").mkdir()
    for file in (ROOT / "ops").glob("*.py"):
        (folder / "ops" / file.name).write_text(file.read_text())
    (folder / "requirements.txt").touch()
    (folder / "requirements-dev.txt").touch()
    return folder


def bootstrapped(clone: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.bootstrap", "run"],
        cwd=clone,
        env=clean_environment(**changes),
        capture_output=True,
        text=True,
        check=False,
    )
