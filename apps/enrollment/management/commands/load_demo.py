"""Fills an empty database with the demo city; see apps/enterprises/demo and apps/enrollment/demo.

All of it is one transaction: a load that was interrupted left nothing and is simply repeated, and
a second load finds the city, changes nothing and writes the accounts file again.
"""

import gc
import json
import os
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.duty.demo.loading import follow_up
from apps.enrollment.demo.loading import Underwriting
from apps.enterprises.demo.loading import Ground, load
from apps.enterprises.demo.outlines import CHOSEN
from apps.enterprises.demo.people import Account

SEED = 20180301  # the day the policy came into force


class Command(BaseCommand):
    help = "Load an invented city with an account for every role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--enterprises", type=int, default=300)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--accounts", type=Path, help="write the accounts to this file as JSON")
        parser.add_argument("--today", type=date.fromisoformat, help="the day it is in the city")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo city has accounts for everyone: it is loaded with DEMO=1 only."
            )
        if options["enterprises"] < len(CHOSEN):
            raise CommandError(f"The city needs {len(CHOSEN)} enterprises at least.")

        def say(line: str) -> None:
            if options["verbosity"] > 1:
                self.stdout.write(line)

        started = time.monotonic()
        gc.set_threshold(100_000, 20, 20)  # rows by the hundred thousand, few of them in circles
        city = load(
            enterprises=options["enterprises"],
            seed=options["seed"],
            today=options["today"] or timezone.localdate(),
            say=say,
            further=insure,
        )
        if city is None:
            raise CommandError(
                "There are organisations here already: load the demo city into an empty database."
            )
        seconds = time.monotonic() - started
        done = f"loaded in {seconds:.1f} s" if city.is_new else "is there already, nothing changed"
        self.stdout.write(f"demo city of {city.enterprises} enterprises (seed {city.seed}) {done}")
        if path := options["accounts"]:
            write_accounts(city.accounts, path)
        self.show(city.accounts)

    def show(self, accounts: list[Account]) -> None:
        rows = [(one.role_title, one.organisation, one.login, one.password) for one in accounts]
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = zip(row, widths, strict=True)
            line = "  ".join(cell + " " * (wide - width(cell)) for cell, wide in cells)
            self.stdout.write(line.rstrip())


def insure(ground: Ground) -> None:
    """The covers of the city."""
    underwriting = Underwriting(ground.seed, ground.today, ground.cast, ground.chosen)
    ground.say(f"{underwriting.load()} policies")
    follow_up(ground)


def width(text: str) -> int:
    """Columns of the terminal: a Chinese sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def write_accounts(accounts: list[Account], path: Path) -> None:
    """Readable by its owner alone, and never half written."""
    partial = path.with_suffix(f".{os.getpid()}")
    text = json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=2)
    partial.touch(mode=0o600)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.rename(path)
