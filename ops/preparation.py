"""From an empty server to a ready one; what was done already is seen at a glance and left out."""

import contextlib
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import psycopg2

from ops.processes import ROOT, Task
from ops.services import Services

SCHEMA_SOURCES = ("apps", "foshan_sli", "ops/preparation.py", "requirements.txt")
MANAGE = str(ROOT / "manage.py")
CATALOGUES, STATIC = "catalogues", "static"

# The browsable API is off, and the PDF writer reads its fonts at their source.
NOT_SERVED = ("rest_framework", "guardian", "*.ttf")


class Files(NamedTuple):
    """What is read from disk and made from sources by a command."""

    sources: tuple[str, ...]
    pattern: str
    command: tuple[str, ...]


FILES = {
    CATALOGUES: Files(("locale",), "*.mo", ("compile_catalogues",)),
    STATIC: Files(
        ("static", "requirements.txt", "foshan_sli/settings.py"),
        "staticfiles.json",
        ("collectstatic", "--no-input", "--clear", *(f"--ignore={name}" for name in NOT_SERVED)),
    ),
}


def digest(*names: str) -> str:
    """Of every file below; compiled ones aside, which differ without a cause."""
    total = hashlib.sha256()
    for name in names:
        top = ROOT / name
        files = [top] if top.is_file() else sorted(top.rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".mo":
                total.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return total.hexdigest()


def manage(environment: Mapping[str, str], *arguments: str) -> Task:
    sentence = f"`manage.py {' '.join(arguments)}` failed, its words are above."
    return Task([sys.executable, MANAGE, *arguments], environment, sentence)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    sys.stdout.write(f"  {name:<28}{time.monotonic() - started:6.1f} s\n")
    sys.stdout.flush()


def prepare(services: Services, *files: str, with_demo: int = 0) -> None:
    """Files and database do not need each other, so both cores have something to do."""
    stamps = Stamps(services.urls.owner)
    wanted = {name: digest(*FILES[name].sources) for name in files}
    tasks = {name: task for name in files if (task := begin(services, name, wanted[name]))}
    try:
        prepare_schema(services, stamps)
        if with_demo:
            load_demo(services, stamps, with_demo)
        for name, task in tasks.items():
            with step(name):
                task.finish()
            stamp_of(services, name).write_text(wanted[name])
    finally:
        for task in tasks.values():
            task.abandon()


def prepare_schema(services: Services, stamps: "Stamps") -> None:
    wanted = digest(*SCHEMA_SOURCES)
    if stamps.read().get("schema") == wanted and can_log_in(services.urls.app):
        return
    if services.urls.admin:
        with step("roles and database"):
            manage(services.administrator(), "prepare_database").finish()
    for name, arguments in {
        "migrations": ("migrate", "--no-input"),
        "row-level security": ("protect_database",),
        "reference data": ("load_reference",),
    }.items():
        with step(name):
            manage(services.owner(), *arguments).finish()
    with step("products and tariffs"):  # row-level security binds the owner too
        manage(services.app(), "load_catalogue").finish()
    stamps.write(schema=wanted)


def load_demo(services: Services, stamps: "Stamps", enterprises: int) -> None:
    accounts = services.home.accounts
    if stamps.read().get("demo") and accounts.exists():
        return
    with step("demo city"):
        options = ["--enterprises", str(enterprises), "--accounts", str(accounts)]
        manage(services.app(), "load_demo", *options).finish()
    stamps.write(demo=str(enterprises))


def begin(services: Services, name: str, wanted: str) -> Task | None:
    """The command that makes these files, begun; nothing where they are made already."""
    stamp = stamp_of(services, name)
    folder = services.home.static if name == STATIC else ROOT / "locale"
    if stamp.exists() and stamp.read_text() == wanted and any(folder.rglob(FILES[name].pattern)):
        return None
    return manage(services.app(), *FILES[name].command)


def stamp_of(services: Services, name: str) -> Path:
    return services.home.path / f"{name}.stamp"


class Stamps:
    """Kept as a comment in the database, so one that was swapped or restored tells no lies."""

    def __init__(self, owner_url: str) -> None:
        self.url = owner_url

    def read(self) -> dict[str, str]:
        try:
            connection = psycopg2.connect(self.url)
        except psycopg2.OperationalError:
            return {}
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("select obj_description('public'::regnamespace, 'pg_namespace')")
            (comment,) = cursor.fetchone() or (None,)
        try:
            return dict(json.loads(comment or "{}"))
        except ValueError:
            return {}

    def write(self, **changes: str) -> None:
        stamps = json.dumps(self.read() | changes)
        with contextlib.closing(psycopg2.connect(self.url)) as connection:
            with connection.cursor() as cursor:
                cursor.execute("comment on schema public is %s", [stamps])
            connection.commit()


def can_log_in(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True
