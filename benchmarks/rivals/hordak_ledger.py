"""django-hordak with the same eight legs, in a process and a database of its own.

Prints transactions a second, one by one in a transaction each; or why it could not be tried.
"""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

from django.conf import settings

DATABASE = "bench_hordak"
APPS = ("django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak")


def rate(rounds: int) -> float | None:
    """As another program sees it; None where hordak is not installed."""
    command = [sys.executable, "-m", "benchmarks.rivals.hordak_ledger", str(rounds)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


def configured() -> None:
    place = urlsplit(os.environ["DATABASE_ADMIN_URL"])
    settings.configure(
        INSTALLED_APPS=list(APPS),
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": DATABASE,
                "USER": place.username,
                "PASSWORD": place.password,
                "HOST": place.hostname,
                "PORT": place.port,
            }
        },
        DEFAULT_CURRENCY="CNY",
        CURRENCIES=["CNY"],
        USE_TZ=True,
        SECRET_KEY="only for this measurement",  # noqa: S106
    )


def main(rounds: int) -> None:
    from importlib import import_module  # noqa: PLC0415  after the settings

    import django  # noqa: PLC0415
    import psycopg2  # noqa: PLC0415

    server = psycopg2.connect(os.environ["DATABASE_ADMIN_URL"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"drop database if exists {DATABASE}")
        cursor.execute(f"create database {DATABASE}")
    configured()
    django.setup()
    import_module("django.core.management").call_command("migrate", verbosity=0)
    models = import_module("hordak.models")
    transaction = import_module("django.db.transaction")
    money = import_module("moneyed").Money
    accounts = [
        models.Account.objects.create(name=str(n), code=str(n), type="AS", currencies=["CNY"])
        for n in range(8)
    ]
    started = time.perf_counter()
    for _round in range(rounds):
        with transaction.atomic():
            made = models.Transaction.objects.create()
            for account in accounts[:7]:
                models.Leg.objects.create(transaction=made, account=account, credit=money(1, "CNY"))
            models.Leg.objects.create(transaction=made, account=accounts[7], debit=money(7, "CNY"))
    sys.stdout.write(f"{rounds / (time.perf_counter() - started):.1f}\n")
    import_module("django.db").connection.close()
    with server.cursor() as cursor:
        cursor.execute(f"drop database {DATABASE}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
