"""Loads the product and tariff that ship; here because only this app can run their golden cases."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.catalogue.services import load_catalogue
from apps.rating.selectors.trial import golden_faults


class Command(BaseCommand):
    help = "Loads the sample product and tariff; does nothing when they are there."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in load_catalogue(trial=golden_faults):
            self.stdout.write(line)
