"""`python -m benchmarks`, or `make bench`: a full city, its pages and what they rest on."""

import argparse
import os
import tempfile
import time
from importlib import import_module
from pathlib import Path

import django

from benchmarks import city as cities
from benchmarks import machine, server
from benchmarks.report import Table, say
from benchmarks.visitors import Crowd

ENTERPRISES = 20_000
USERS = 4
LOAD_BUDGET = 300.0  # with the covers; the register alone has 180


def main() -> int:
    options = arguments()
    if missing := [name for name in cities.NEEDED if not os.environ.get(name)]:
        raise SystemExit(f"{missing[0]} is not set: start the measurements with `make bench`.")
    started = time.monotonic()
    for name, value in machine.facts(os.environ["DATABASE_ADMIN_URL"]):
        say(f"{name:<16}{value}")
    if os.getloadavg()[0] > 1:
        say("Others are at work here: times on the clock are too high, processor times hold.")
    folder = Path(os.environ.get("SLI_HOME") or tempfile.gettempdir())
    city = cities.planned(folder)
    if not (options.keep and cities.is_there(city)):
        build(city, options.enterprises)
    crowd = Crowd(USERS, options.seconds, options.pause)
    missed = measure(city, folder, crowd, only=options.only)
    say(f"\nall of it took {time.monotonic() - started:.0f} s")
    if missed:
        say(f"\n{len(missed)} figures above their budget, pages with their slowest statements:")
        say("\n".join(missed))
    return 1 if missed else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--enterprises", type=int, default=ENTERPRISES)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each page")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two pages")
    parser.add_argument("--only", default="", help="pages whose name has this, and nothing else")
    parser.add_argument("--keep", action="store_true", help="measure the city of the last run")
    return parser.parse_args()


def build(city: cities.City, enterprises: int) -> None:
    cities.copy_prepared(city)
    seconds = cities.fill(city, enterprises)
    rows = cities.analyse(city)
    table = Table([("city", 44), ("measured", 12), ("budget", 12), ("", 8)])
    table.head("The demo city")
    verdict = "met" if seconds <= LOAD_BUDGET else "NOT MET"
    table.line(
        f"load_demo --enterprises {enterprises}",
        f"{seconds:.1f} s",
        f"{LOAD_BUDGET:.0f} s",
        verdict,
    )
    table.line("rows with history and audit", f"{rows:,}", f"{rows / seconds:,.0f} /s", "")


def measure(city: cities.City, folder: Path, crowd: Crowd, *, only: str) -> list[str]:
    os.environ |= {
        "DATABASE_URL": city.app,
        "DJANGO_SETTINGS_MODULE": "foshan_sli.settings",
        "DEMO": "1",
        "SECURE": "0",
    }
    django.setup()
    figures, missed = import_module("benchmarks.figures"), []
    draw_ledger()
    if not only:
        figures.small_things(city)
        missed += import_module("benchmarks.rating").pricing()
        missed += import_module("benchmarks.pools").share_rounds()
        missed += import_module("benchmarks.statements").statements()
        missed += import_module("benchmarks.impact").impacts()
        missed += import_module("benchmarks.papers").printing()
        missed += import_module("benchmarks.ledger").money(figures.READER)
        missed += import_module("benchmarks.issuing").deciding(figures.READER)
        missed += import_module("benchmarks.changes").changes(figures.READER)
    with server.running(city.environment, folder / "bench-web.log") as port:
        missed += figures.page_times(city, port, crowd, only)
    return missed


def draw_ledger() -> None:
    """The first line of every site, which the worker draws after a load."""
    freshen, started = import_module("apps.duty.ledger.drawing").freshen, time.perf_counter()
    sites = freshen()
    say(f"\nmust-insure ledger: {sites:,} sites drawn in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    raise SystemExit(main())
