"""Puts a tariff in a file through the gate; for actuaries, without database and web server."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from apps.rating.gate.words import TITLES, Told, told
from apps.rating.management.tariffs import tariff_from_file
from apps.rating.rules.gate import GateKind, Watch, examine

EVERY = 2.0  # seconds between two signs of life


class Command(BaseCommand):
    help = (
        "Examine a tariff in a .json, .toml or .xlsx file: tables, golden cases, both engines over "
        "all cells, order. Exit code 1 when it does not pass, 2 when the file cannot be read."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        tariff = tariff_from_file(file)
        report = examine(tariff, Watch(tell=self._teller()))
        self.stdout.write(f"{report.code} V{report.number}  {report.digest}")
        for section in told(report.document(), tariff):
            self._write(section)
        if not report.passed:
            raise CommandError(_("没有通过检验。"))
        text = _("通过检验，用时 %(seconds)s 秒。")
        self.stdout.write(text % {"seconds": f"{report.seconds:.1f}"})

    def _write(self, section: Told) -> None:
        mark = "-" if section.skipped else "✓" if section.passed else "✗"
        self.stdout.write(f"{mark} {section.title}: {section.counted} {section.seconds:.1f} s")
        for line in [*section.lines, *section.notes]:
            self.stdout.write(f"    {line}")
        if section.left_out:
            left_out = _("另有 %(count)s 处，未逐一列出。") % {"count": section.left_out}
            self.stdout.write(f"    {left_out}")

    def _teller(self) -> Any:
        last = time.monotonic()

        def tell(kind: GateKind, done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last > EVERY:
                last = time.monotonic()
                self.stderr.write(f"{TITLES[kind]} {done:,} / {total:,}")

        return tell
