"""What the figures were measured on."""

import os
import platform
from pathlib import Path

import django
import psycopg2


def facts(admin_url: str) -> list[tuple[str, str]]:
    with psycopg2.connect(admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone() or ("", "")
    return [
        ("processor", f"{processor()}, {os.cpu_count()} cores"),
        ("memory", f"{memory_in_gigabytes():.0f} GB"),
        ("system", platform.platform(terse=True)),
        ("Python, Django", f"{platform.python_version()}, {django.__version__}"),
        ("PostgreSQL", f"{version}, fsync {fsync}"),
        ("load before", ", ".join(f"{load:.1f}" for load in os.getloadavg())),
    ]


def processor() -> str:
    with Path("/proc/cpuinfo").open() as file:
        names = (line.partition(":")[2] for line in file if line.startswith("model name"))
        return next(names, platform.machine()).strip()


def memory_in_gigabytes() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
