"""Loads the facts that come with the platform; run after every migrate, as often as one likes."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.reference.services import load_reference


class Command(BaseCommand):
    help = "Load districts, industries, the calendar, parameters and the other shipped facts."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = load_reference()
        for line in lines:
            self.stdout.write(line)
        if not lines:
            self.stdout.write("reference data is up to date")
