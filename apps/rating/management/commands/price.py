"""Prices the risks of a CSV file with any tariff; for actuaries, without the web server."""

import csv
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.rating.batch import TableUnreadable, decoded, priced
from apps.rating.management.tariffs import UNREADABLE, tariff_named, unreadable

STDIN = Path("-")


class Command(BaseCommand):
    help = (
        "Price the risks of a CSV file. TARIFF: CODE@NUMBER or CODE (the version in force) from "
        "the database, or a .json, .toml or .xlsx file. The first line of the CSV names facts of "
        "the tariff, by code or name; several codes in a cell are parted by ';'; a chosen value "
        "has its reason in a column NAME.reason. Writes CSV: the given columns, premium, "
        "worksheet, problem. Exit code 1 when a line has no premium, 2 when tariff or file cannot "
        "be read."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tariff")
        parser.add_argument("risks", type=Path, help="a CSV file, or - for standard input")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="for CODE: the day")

    def handle(self, *args: Any, tariff: str, risks: Path, on: date | None, **options: Any) -> None:
        chosen = tariff_named(tariff, on=on or timezone.localdate())
        out, problems, count = csv.writer(self.stdout), 0, 0
        try:
            for count, line in enumerate(priced(chosen, decoded(_content(risks))), 1):
                if count == 1:
                    out.writerow([*line.given, "premium", "worksheet", "problem"])
                out.writerow([*line.given.values(), line.premium, line.worksheet, line.problem])
                problems += bool(line.problem)
        except TableUnreadable as cause:
            raise CommandError(f"{risks}: {cause}", returncode=UNREADABLE) from cause
        if problems:
            text = _("%(count)s 行中有 %(problems)s 行没有算出保费，原因见 problem 列。")
            raise CommandError(text % {"count": count, "problems": problems})


def _content(risks: Path) -> bytes:
    if risks == STDIN:
        return sys.stdin.buffer.read()
    try:
        return risks.read_bytes()
    except OSError as cause:
        raise unreadable(risks, cause) from cause
