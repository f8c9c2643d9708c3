"""Enters a year of the statutory calendar from a table of the State Council's notice."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.reference.services import load_working_days
from apps.reference.services.calendar import DAYS_OFF
from apps.reference.services.tables import read_table


class Command(BaseCommand):
    help = "Enter the holidays and working weekends of a year from a table; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="title of the notice")
        parser.add_argument("--by", required=True, help="who enters it")
        parser.add_argument(
            "--days-off",
            type=int,
            default=DAYS_OFF,
            help=f"weekdays off less weekend days worked; {DAYS_OFF} since 2025",
        )

    def handle(
        self,
        *args: Any,
        year: int,
        file: Path,
        source: str,
        by: str,
        days_off: int,
        **options: Any,
    ) -> None:
        try:
            entry = load_working_days(
                year=year, table=read_table(file), source=source, by=by, days_off=days_off
            )
        except (DomainError, OSError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{entry.year}: {entry.days.count()} days differ or have a name")
