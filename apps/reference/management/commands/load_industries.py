"""Takes the official table of GB/T 4754-2017 from an Excel or CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.reference.services import load_industries
from apps.reference.services.tables import read_table


class Command(BaseCommand):
    help = "Add and rename industries from a table of codes and names; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, write nothing"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            changes = load_industries(read_table(file), dry_run=dry_run)
        except (DomainError, OSError) as refused:
            raise CommandError(str(refused)) from refused
        words = f"added {len(changes.added)}, renamed {len(changes.renamed)}, same {changes.same}"
        self.stdout.write(f"dry run, nothing written: {words}" if dry_run else words)
