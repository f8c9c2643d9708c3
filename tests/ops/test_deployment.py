"""What production is told agrees with what the code reads and what the documents say."""

import re
from itertools import pairwise

import pytest
import yaml

from apps.documents.handlers import MOST_IN_A_FORM
from apps.documents.rules import MEGABYTE
from ops.libraries import PDF
from ops.processes import ROOT

pytestmark = [pytest.mark.no_database, pytest.mark.real_clock]

COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def test_every_variable_of_the_compose_file_is_explained_in_the_example() -> None:
    wanted = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE))
    lines = EXAMPLE.splitlines()
    assigned = {line.partition("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)}

    assert assigned == wanted
    for above, line in pairwise(lines):
        assert not re.match(r"[A-Z_]+=", line) or above.startswith("# "), line


def test_what_has_no_safe_default_is_demanded() -> None:
    filled = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE))
    may_stay_empty = set(re.findall(r"\$\{([A-Z_]+):-\}", COMPOSE))

    assert {name for name, value in filled.items() if not value} <= demanded | may_stay_empty


def test_only_the_migration_knows_the_administrator_and_the_owner() -> None:
    services = yaml.safe_load(COMPOSE)["services"]

    knowing = {
        name
        for name, service in services.items()
        if {"DATABASE_ADMIN_URL", "DATABASE_OWNER_URL"} & set(service.get("environment", {}))
    }

    assert knowing == {"migrate"}


def test_nothing_but_nginx_is_reached_from_outside() -> None:
    services = yaml.safe_load(COMPOSE)["services"]

    assert {name for name, service in services.items() if "ports" in service} == {"nginx"}


def test_nginx_lets_through_what_the_platform_takes() -> None:
    (most,) = re.findall(r"client_max_body_size (\d+)m;", (ROOT / "docker/nginx.conf").read_text())

    assert int(most) * MEGABYTE > MOST_IN_A_FORM


def test_the_image_brings_the_libraries_that_the_launcher_asks_for() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert [library.package for library in PDF if library.package not in dockerfile] == []


def test_every_setting_is_in_the_table_of_operations() -> None:
    settings = (ROOT / "foshan_sli" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', settings))
    described = set(re.findall(r"^\| `([A-Z_]+)`", OPERATIONS, re.MULTILINE))

    assert read
    assert read - described == set()
